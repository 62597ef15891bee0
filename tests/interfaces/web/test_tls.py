"""https with a certificate of the frame's own making, or with one's own; a broken one never closes the page."""

from __future__ import annotations

import datetime
import json
import os
import socket
import ssl
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.interfaces.web.certificate_maker import make
from artframe.interfaces.web.limits import Limits
from artframe.testing import ManualClock
from tests.frame.running import eventually
from tests.interfaces.serving import Toys
from tests.interfaces.web.door import FORM, ROUTES
from tests.interfaces.web.site import PASSWORD, Site, everything, status

FUTURE = datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture
def secure(tmp_path: Path, toys: Toys) -> Iterator[Site]:
    with Site(tmp_path / "home", toys, tls="generated") as site:
        yield site


def made(site: Site) -> Path:
    return site.home / "state" / "tls" / "made.pem"


def trusting(path: Path, *, names: bool = True) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(path))
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    context.check_hostname = names
    return context


def own(home: Path, name: str = "own.example.com") -> None:
    """Write a certificate and its key where a person would."""
    pem = make([name, "127.0.0.1"], FUTURE)
    key, mark, certificate = pem.partition("-----BEGIN CERTIFICATE-----")
    home.mkdir(parents=True, exist_ok=True)
    (home / "cert.pem").write_text(mark + certificate)
    (home / "key.pem").write_text(key)


def certificate_of(site: Site) -> str:
    """Whose certificate it is that a visitor gets."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", site.port), 60) as raw, context.wrap_socket(raw) as channel:
        found = channel.getpeercert(binary_form=True)
    assert found is not None
    return found.decode("latin-1")


def test_the_frame_makes_a_certificate_that_names_it(secure: Site) -> None:
    assert secure.face.facts()["urls"] == [f"https://127.0.0.1:{secure.port}"]
    assert secure.face.facts()["tls"] == "generated"
    assert secure.ask("GET", "/robots.txt", tls=trusting(made(secure))).status == 200
    with socket.create_connection(("127.0.0.1", secure.port), 60) as raw:
        context = trusting(made(secure))
        with context.wrap_socket(raw, server_hostname=f"{socket.gethostname().partition('.')[0]}.local") as channel:
            assert channel.version() in ("TLSv1.2", "TLSv1.3")
            assert channel.cipher() is not None


def test_its_key_belongs_to_the_frame_alone(secure: Site) -> None:
    assert stat.S_IMODE(made(secure).stat().st_mode) == 0o600
    assert stat.S_IMODE(made(secure).parent.stat().st_mode) == 0o700


def test_a_certificate_is_made_once_and_again_before_it_ends(tmp_path: Path, toys: Toys) -> None:
    clock = ManualClock()
    with Site(tmp_path / "home", toys, tls="generated", clock=clock) as site:
        first = made(site).read_bytes()
    with Site(tmp_path / "home", toys, tls="generated", clock=clock) as site:
        assert made(site).read_bytes() == first
        before = certificate_of(site)
        clock.advance(370 * 86400)

        def renewed() -> bool:
            clock.wait_for_sleepers()
            clock.advance(601)
            return certificate_of(site) != before

        eventually(renewed, "a new one is made")
        assert site.ask("GET", "/robots.txt", tls=trusting(made(site))).status == 200


def test_a_frame_with_another_name_gets_another_certificate(
    tmp_path: Path, toys: Toys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Site(tmp_path / "home", toys, tls="generated") as site:
        first = made(site).read_bytes()
    monkeypatch.setattr("artframe.interfaces.web.security.socket.gethostname", lambda: "kitchen")
    with Site(tmp_path / "home", toys, tls="generated") as site:
        assert made(site).read_bytes() != first
        assert "kitchen.local" in json.loads(made(site).with_suffix(".json").read_text())["names"]


def test_a_damaged_certificate_of_its_own_is_made_anew(tmp_path: Path, toys: Toys) -> None:
    with Site(tmp_path / "home", toys, tls="generated") as site:
        made(site).write_text("rubbish")
    with Site(tmp_path / "home", toys, tls="generated") as site:
        assert site.ask("GET", "/robots.txt", tls=trusting(made(site))).status == 200


def test_the_cookie_is_for_https_only(secure: Site) -> None:
    secure.access.accounts.add("ada", PASSWORD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("artframe.interfaces.web.pages.routes", ROUTES)
        secure.configure(enabled=False)
        eventually(lambda: not secure.face.facts()["running"], "it is off")
        secure.configure(tls="generated")
        eventually(lambda: secure.face.facts()["running"], "it is on")
    tls = trusting(made(secure))
    body = f"name=ada&password={PASSWORD}".encode()
    cookie = secure.ask("POST", "/login", body, {"Content-Type": FORM}, tls=tls).headers["Set-Cookie"]
    assert cookie.startswith(f"__Host-artframe-{secure.port}=")
    assert "secure" in [part.strip().lower() for part in cookie.split(";")]
    sent = {"Cookie": cookie.split(";")[0]}
    assert secure.ask("GET", "/api/commands", headers=sent, tls=tls).status == 200


def test_http_on_the_port_of_https_leads_to_https(secure: Site) -> None:
    with socket.create_connection(("127.0.0.1", secure.port), 60) as channel:
        channel.sendall(f"GET /jobs?x HTTP/1.1\r\nHost: 127.0.0.1:{secure.port}\r\n\r\n".encode())
        answer = everything(channel)
    assert status(answer) == 307
    assert f"location: https://127.0.0.1:{secure.port}/\r\n".encode() in answer.lower()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nname",
        b"rubbish\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"\x16" * 100,
        b"",
    ],
)
def test_what_is_no_https_does_no_harm(secure: Site, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", secure.port), 60) as channel:
        channel.sendall(raw)
        channel.shutdown(socket.SHUT_WR)
        answer = everything(channel)
    assert status(answer) in (0, 400) if answer.startswith(b"HTTP") else b"HTTP" not in answer
    assert b"evil.example" not in answer
    assert secure.ask("GET", "/robots.txt", tls=trusting(made(secure))).status == 200


def test_half_a_handshake_is_cut_off_and_makes_room(tmp_path: Path, toys: Toys) -> None:
    limits = Limits(handshake_seconds=2.0, connections=6, connections_of_one=3)
    with Site(tmp_path / "home", toys, tls="generated", limits=limits) as site:
        channels = [site.open(f"127.0.4.{number % 5 + 1}") for number in range(20)]
        for channel in channels[::2]:
            channel.sendall(b"\x16\x03\x01")
        assert site.ask("GET", "/robots.txt", tls=trusting(made(site))).status == 200
        for channel in channels:
            everything(channel)
            channel.close()


def test_a_certificate_of_ones_own_is_served(tmp_path: Path, toys: Toys) -> None:
    own(tmp_path / "home")
    with Site(tmp_path / "home", toys, tls="own", certificate="cert.pem", private_key="key.pem") as site:
        assert site.face.facts()["tls"] == "own"
        assert site.ask("GET", "/robots.txt", tls=trusting(tmp_path / "home" / "cert.pem")).status == 200


@pytest.mark.parametrize("fault", ["missing", "rubbish", "of another", "not named", "a folder", "a pipe"])
def test_a_certificate_that_cannot_be_used_is_told_and_never_makes_the_page_plain(
    tmp_path: Path, toys: Toys, fault: str
) -> None:
    home = tmp_path / "home"
    own(home)
    names: dict[str, str | None] = {"certificate": "cert.pem", "private_key": "key.pem"}
    if fault == "missing":
        (home / "cert.pem").unlink()
    elif fault == "rubbish":
        (home / "key.pem").write_text("rubbish")
    elif fault == "of another":
        (home / "key.pem").write_text(make(["other"], FUTURE).partition("-----BEGIN CERTIFICATE-----")[0])
    elif fault == "a folder":
        names["certificate"] = "."
    elif fault == "a pipe":
        os.mkfifo(home / "pipe")
        names["certificate"] = "pipe"
    else:
        names["certificate"] = None
    with Site(home, toys, tls="own", **names) as site:
        assert "certificate" in site.problem("web/tls")
        assert "PRIVATE KEY" not in site.problem("web/tls")
        assert site.face.facts()["tls"] == "generated"
        assert site.ask("GET", "/robots.txt", tls=trusting(made(site))).status == 200
        own(home)
        site.configure(tls="own", certificate="cert.pem", private_key="key.pem", host_names=("again",))
        eventually(lambda: site.face.facts()["tls"] == "own", "the mended one is taken up")
        eventually(lambda: not site.problem("web/tls"), "nothing is wrong any more")


def test_a_certificate_that_breaks_leaves_the_last_good_one_in_force(tmp_path: Path, toys: Toys) -> None:
    home, clock = tmp_path / "home", ManualClock()
    own(home)
    with Site(home, toys, clock=clock, tls="own", certificate="cert.pem", private_key="key.pem") as site:
        before = certificate_of(site)
        good = (home / "key.pem").read_text()
        (home / "key.pem").write_text("rubbish")
        clock.wait_for_sleepers()
        clock.advance(601)
        eventually(lambda: site.problem("web/tls"), "it is told")
        assert certificate_of(site) == before
        (home / "key.pem").write_text(good)
        clock.wait_for_sleepers()
        clock.advance(601)
        eventually(lambda: not site.problem("web/tls"), "it is well again")


def test_a_renewed_certificate_is_taken_up_by_itself(tmp_path: Path, toys: Toys) -> None:
    home, clock = tmp_path / "home", ManualClock()
    own(home)
    with Site(home, toys, clock=clock, tls="own", certificate="cert.pem", private_key="key.pem") as site:
        assert "own.example.com" in certificate_of(site)
        own(home, "renewed.example.com")
        clock.wait_for_sleepers()
        clock.advance(601)
        eventually(lambda: "renewed.example.com" in certificate_of(site), "the new one is served")


def test_encryption_is_switched_on_without_another_start(site: Site) -> None:
    port, visitor = site.port, site.sign_in()
    with site.open() as follower:
        follower.sendall(f"GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: {visitor.cookie}\r\n\r\n".encode())
        assert b"200 OK" in follower.recv(1000)
        site.configure(tls="generated")
        assert everything(follower).endswith(b"0\r\n\r\n"), "nobody goes on in clear text"
    eventually(lambda: site.face.facts()["tls"] == "generated", "it is switched on")
    assert site.port == port
    assert site.ask("GET", "/robots.txt", tls=trusting(made(site))).status == 200
    site.configure(tls="off")
    eventually(lambda: site.face.facts()["tls"] == "off", "it is switched off")
    assert site.ask("GET", "/robots.txt").status == 200


def test_a_disk_that_takes_no_certificate_is_told(tmp_path: Path, toys: Toys) -> None:
    (tmp_path / "home" / "state").mkdir(parents=True)
    (tmp_path / "home" / "state" / "tls").write_text("in the way")
    with Site(tmp_path / "home", toys, tls="generated") as site:
        assert "no certificate could be made" in site.problem("web/tls")
        assert site.face.facts()["running"] is False, "never plain where encryption is wanted"
        (tmp_path / "home" / "state" / "tls").unlink()
        site.configure(tls="generated", host_names=("again",))
        eventually(lambda: site.face.facts()["running"], "it comes up")


@pytest.mark.parametrize("before", ["off", "generated"])
def test_going_back_from_a_certificate_that_cannot_be_used_is_followed(site: Site, before: str) -> None:
    site.configure(tls=before)
    eventually(lambda: site.face.facts()["tls"] == before, "it is as it was before")
    site.configure(tls="own", certificate="nowhere.pem", private_key="nowhere.pem")
    eventually(lambda: site.problem("web/tls"), "it is told")
    site.configure(tls=before)
    eventually(lambda: not site.problem("web/tls"), "nothing is wrong any more")
    assert site.face.facts()["tls"] == before
    tls = trusting(made(site)) if before == "generated" else None
    assert site.ask("GET", "/robots.txt", tls=tls).status == 200
