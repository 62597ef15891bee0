"""The keys that open the frame: which lines are keys, what each restricts, and how the file changes."""

from __future__ import annotations

import base64
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artframe.config.authorized_keys import AuthorizedKeys, parse
from artframe.config.problem import ConfigRefused, ConflictError, UnknownFile
from artframe.config.public_key import NoPublicKey, read_public_key

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def ssh_string(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def line(seed: int = 1, comment: str = "ada@laptop") -> str:
    blob = ssh_string(b"ssh-ed25519", bytes([seed]) * 32)
    return f"ssh-ed25519 {base64.b64encode(blob).decode()} {comment}".strip()


@pytest.fixture
def keys(tmp_path: Path) -> AuthorizedKeys:
    return AuthorizedKeys(tmp_path)


@pytest.mark.parametrize(
    ("type", "bits"), [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048")]
)
def test_a_key_of_ssh_keygen_is_known_by_the_same_fingerprint(tmp_path: Path, type: str, bits: str) -> None:
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-f", str(path)], check=True)
    told = subprocess.run(["ssh-keygen", "-lf", str(path)], check=True, capture_output=True, text=True).stdout
    kind, text, _ = path.with_suffix(".pub").read_text().split()
    assert read_public_key(kind, text).fingerprint == told.split()[1]


@pytest.mark.parametrize(
    ("type", "blob", "why"),
    [
        ("ssh-dss", b"", "cannot be used"),
        ("ssh-ed25519", ssh_string(b"ssh-rsa", b"x" * 32), "of another type"),
        ("ssh-ed25519", ssh_string(b"ssh-ed25519", b"x" * 31), "wrong length"),
        ("ssh-ed25519", ssh_string(b"ssh-ed25519", b"x" * 32)[:-1], "damaged"),
        ("ssh-ed25519", ssh_string(b"ssh-ed25519", b"x" * 32) + b"more", "damaged"),
        ("ecdsa-sha2-nistp256", ssh_string(b"ecdsa-sha2-nistp256", b"nistp384", b"\x04" * 65), "wrong length"),
        ("ssh-rsa", ssh_string(b"ssh-rsa", b"\x01\x00\x01", b"\x00" + b"\xff" * 128), "too short"),
        ("ssh-ed25519", b"", "damaged"),
    ],
)
def test_what_is_no_key_is_told_apart(type: str, blob: bytes, why: str) -> None:
    with pytest.raises(NoPublicKey, match=why):
        read_public_key(type, base64.b64encode(blob).decode())


def test_a_security_keys_key_is_a_key(keys: AuthorizedKeys) -> None:
    blob = ssh_string(b"sk-ssh-ed25519@openssh.com", b"x" * 32, b"ssh:")
    [key] = parse(f"sk-ssh-ed25519@openssh.com {base64.b64encode(blob).decode()} ada").keys
    assert key.comment == "ada"


def test_comments_and_empty_lines_are_no_keys_and_no_problems() -> None:
    reading = parse(f"# the family\n\n  \n{line()}\n")
    assert [key.line for key in reading.keys] == [4]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nonsense", "no key"),
        ("ssh-ed25519", "no key"),
        ("ssh-dss AAAAB3NzaC1kc3M= ada", "type that cannot be used"),
        ("ssh-ed25519 AAAA%", "base64"),
        (f"verify-required {line()}", "'verify-required' is not known"),
        (f"cert-authority {line()}", "'cert-authority' is not known"),
        (f'from="10.*",from="192.*" {line()}', "stands twice"),
        (f"from {line()}", "needs a value"),
        (f'command="" {line()}', "needs a value"),
        (f'command="half {line()}', "no key"),
        (f'expiry-time="soon" {line()}', "expiry-time"),
        (f'expiry-time="20261301" {line()}', "expiry-time"),
    ],
)
def test_a_line_that_cannot_be_held_is_passed_over_and_told(text: str, why: str) -> None:
    reading = parse(f"{line(1)}\n{text}\n{line(2)}\n")
    assert [key.line for key in reading.keys] == [1, 3]
    [problem] = reading.problems
    assert problem.line == 2
    assert why in problem.what
    assert "passed over" in problem.what


def test_options_are_read_as_openssh_reads_them() -> None:
    text = f'No-PTY,command="echo \\"a, b\\" c",from="10.0.0.0/8,!10.0.0.1" {line()}'
    [key] = parse(text).keys
    assert key.options == {"no-pty": "", "command": 'echo "a, b" c', "from": "10.0.0.0/8,!10.0.0.1"}


def test_a_key_whose_time_is_over_opens_nothing() -> None:
    reading = parse(f'expiry-time="202605011159Z" {line(1)}\nexpiry-time="202605011201Z" {line(2)}\n{line(3)}\n')
    assert [key.line for key in reading.valid(NOW)] == [2, 3]
    assert len(reading.keys) == 3


def test_no_file_is_no_key_and_no_problem(keys: AuthorizedKeys) -> None:
    reading = keys.read()
    assert (reading.text, reading.keys, reading.problems) == (None, (), ())


def test_a_file_that_cannot_be_read_is_told(keys: AuthorizedKeys) -> None:
    keys.path.mkdir()
    [problem] = keys.read().problems
    assert "cannot be read" in problem.what


def test_keys_are_added_and_removed_and_everything_else_stays(keys: AuthorizedKeys) -> None:
    keys.path.write_text(f"# ada's laptop\n{line(1)}\n\n# broken\nnonsense")
    new = keys.add(f"  {line(2, 'bob  at  home')}\n")
    assert keys.path.read_text() == f"# ada's laptop\n{line(1)}\n\n# broken\nnonsense\n{line(2, 'bob at home')}\n"
    assert new.comment == "bob at home"
    keys.remove(parse(line(1)).keys[0].fingerprint)
    assert keys.path.read_text() == f"# ada's laptop\n\n# broken\nnonsense\n{line(2, 'bob at home')}\n"
    keys.remove(new.fingerprint.removeprefix("SHA256:"))
    assert "bob" not in keys.path.read_text()


def test_the_first_key_makes_the_file_for_its_owner_alone(keys: AuthorizedKeys) -> None:
    keys.add(line())
    assert keys.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "nonsense", "# a comment", "ssh-ed25519 AAAA ada"])
def test_what_is_no_key_is_not_added(keys: AuthorizedKeys, text: str) -> None:
    with pytest.raises(ConfigRefused):
        keys.add(text)
    assert not keys.path.exists()


def test_a_key_is_added_once_and_removed_only_if_it_is_there(keys: AuthorizedKeys) -> None:
    keys.add(line())
    with pytest.raises(ConfigRefused, match="there already"):
        keys.add(line(comment="again"))
    with pytest.raises(UnknownFile, match="ssh-key list"):
        keys.remove("SHA256:unknown")


def test_who_changes_the_file_at_the_same_time_neither_loses_a_key_nor_brings_one_back(tmp_path: Path) -> None:
    """Over the web, SSH and the command line, each with an object of its own."""
    gone = [AuthorizedKeys(tmp_path).add(line(seed)).fingerprint for seed in range(8)]
    with ThreadPoolExecutor(16) as everybody:
        added = [everybody.submit(AuthorizedKeys(tmp_path).add, line(seed)) for seed in range(100, 116)]
        removed = [everybody.submit(AuthorizedKeys(tmp_path).remove, fingerprint) for fingerprint in gone]
        kept = {one.result().fingerprint for one in added}
        for one in removed:
            one.result()
    assert {key.fingerprint for key in AuthorizedKeys(tmp_path).read().keys} == kept


def test_a_whole_new_text_must_leave_somebody_a_way_in(keys: AuthorizedKeys) -> None:
    keys.write(f"{line(1)}\n")
    for bad in ("", "# nobody\n", f"{line(1)}\nnonsense\n"):
        with pytest.raises(ConfigRefused):
            keys.write(bad)
    with pytest.raises(ConflictError):
        keys.write(f"{line(2)}\n", basis="another text")
    keys.write(f"{line(2)}\n", basis=f"{line(1)}\n")
    assert re.findall("ada", keys.path.read_text()) == ["ada"]
