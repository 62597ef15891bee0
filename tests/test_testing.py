"""What third parties test with: the suite finds what it promises to find."""

from __future__ import annotations

import asyncio
import http.client
import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from artframe.plugin import (
    AuthFailed,
    Destination,
    Finding,
    NotReady,
    Photo,
    PhotoSource,
    Plugin,
    Secret,
    SourceSettings,
    setting,
)
from artframe.testing import ManualClock, PluginContract, frame_home, manual_clock, plugin_clock, plugin_host

pytest_plugins = ["pytester"]

__all__ = ["frame_home", "manual_clock", "plugin_clock", "plugin_host"]


class Server(http.server.ThreadingHTTPServer):
    """A tiny photo server: a list of names, bytes for each, and a key."""

    daemon_threads = True
    block_on_close = False


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.headers["x-key"] != "right-key-1234":
            self.send_error(401)
            return
        body = b"sea.jpg\nhills.jpg" if self.path == "/" else b"picture" * 1000
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Handler) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, name="photo server")
        thread.start()
        yield f"http://127.0.0.1:{made.server_address[1]}"
        made.shutdown()
        thread.join()


@pytest.fixture
def closed_port() -> Iterator[str]:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{reserved.getsockname()[1]}"


class WebSettings(SourceSettings):
    url: str = setting(title="Address", help="Where the photos are.")
    key: Secret = setting(title="Key", help="What opens the door.")


class WebPhotos(PhotoSource):
    """A well-behaved plugin."""

    Settings = WebSettings

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(self.settings.url).netloc, timeout=60)
        try:
            connection.request("GET", path, headers={"x-key": self.settings.key.reveal()})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 401:
                raise AuthFailed("the key is refused", "make a new one")
            return body
        except OSError as error:
            raise NotReady(f"cannot reach {self.settings.url}") from error
        finally:
            connection.close()

    def start(self) -> None:
        self.names = self.get("/").decode().split()

    def check(self) -> list[Finding]:
        return [Finding(ok=True, text=f"{len(self.get('/').split())} photos")]

    def photos(self) -> Iterator[Photo]:
        for name in self.get("/").decode().split():
            yield Photo(id=name, name=name, version="1", size=7000)

    def fetch(self, photo: Photo, destination: Destination) -> None:
        destination.restart()
        destination.write(self.get(f"/{photo.id}"))

    def diagnostics(self) -> dict[str, Any]:
        return {"settings": self.settings, "names": self.names}


class TestAWellBehavedPlugin(PluginContract):
    @pytest.fixture
    def plugin_class(self) -> type[Plugin]:
        return WebPhotos

    @pytest.fixture
    def good_settings(self, server: str) -> dict[str, Any]:
        return {"url": server, "key": "right-key-1234"}

    @pytest.fixture
    def unreachable_settings(self, closed_port: str) -> dict[str, Any]:
        return {"url": closed_port, "key": "right-key-1234"}

    @pytest.fixture
    def refused_settings(self, server: str) -> dict[str, Any]:
        return {"url": server, "key": "wrong-key-5678"}


BAD_PLUGINS: dict[str, tuple[str, str]] = {
    "a thread of its own that nobody ends": (
        "def start(self):\n threading.Thread(target=threading.Event().wait, args=(30,), daemon=True).start()",
        "test_it_starts_and_stops_and_leaves_nothing_behind",
    ),
    # No file object: that would warn of itself when it is swept up, in whichever test runs then.
    "a file left open": (
        "def start(self): os.open(self.frame.data_dir / 'left open', os.O_CREAT)",
        "test_it_starts_and_stops_and_leaves_nothing_behind",
    ),
    "a list shared by all": (
        "SHARED = []\ndef start(self): self.mine = self.SHARED",
        "test_two_instances_share_nothing",
    ),
    "a stop that works once": ("def stop(self): del self.frame", "test_stop_may_be_called_twice"),
    "a foreign exception": (
        "def start(self):\n if self.settings.mode == 'away': raise OSError('no route')",
        "test_an_unreachable_world_is_tried_again",
    ),
    "a check that writes": (
        "def check(self): (self.frame.data_dir / 'checked').write_text('x')",
        "test_check_finds_all_well_and_changes_nothing",
    ),
    "a migrate that meddles": (
        "migrate = classmethod(lambda cls, version, settings: {**settings, 'new': 1})",
        "test_settings_of_the_present_version_are_left_alone_by_migrate",
    ),
    "a secret in its diagnostics": (
        "def diagnostics(self): return {'key': self.settings.key.reveal()}",
        "test_diagnostics_are_plain_data_without_secrets",
    ),
    "a secret in its log": (
        "def check(self): self.log.info('connecting with %s', self.settings.key.reveal())",
        "test_diagnostics_are_plain_data_without_secrets",
    ),
    "a setting without a name": (
        "class Settings(Settings): more: int = 3",
        "test_settings_tell_people_what_they_are",
    ),
}

SUITE = """
import os
import threading
import pytest
from artframe.plugin import *
from artframe.plugin import setting
from artframe.testing import *
class Settings(PluginSettings):
    mode: str = setting("fine", title="Mode", help="How it behaves.")
    key: Secret = setting(title="Key", help="A key.")
class Bad(Plugin):
 Settings = Settings
 {body}
class TestBad(PluginContract):
    @pytest.fixture
    def plugin_class(self): return Bad
    @pytest.fixture
    def good_settings(self): return {{"key": "right-key-1234"}}
    @pytest.fixture
    def unreachable_settings(self): return {{"mode": "away", "key": "right-key-1234"}}
"""


@pytest.mark.parametrize(("body", "finds"), BAD_PLUGINS.values(), ids=BAD_PLUGINS.keys())
def test_the_suite_finds(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, body: str, finds: str) -> None:
    monkeypatch.setattr("artframe.testing.contract.RELEASE_SECONDS", 0.5)
    pytester.makepyfile(test_bad=SUITE.format(body=body.replace("\n", "\n ")))
    result = pytester.runpytest_inprocess("-q", "-k", finds, "-p", "no:cacheprovider", "-W", "ignore")
    result.assert_outcomes(failed=1, deselected=result.parseoutcomes().get("deselected", 0))


def test_time_passes_only_by_hand() -> None:
    clock = ManualClock()
    order: list[str] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        order.append(f"{name} at {clock.monotonic():g}")
        await clock.sleep(seconds)
        order.append(f"{name} at {clock.monotonic():g}")

    async def main() -> None:
        sleepers = [asyncio.ensure_future(sleeper("slow", 3)), asyncio.ensure_future(sleeper("quick", 2))]
        await asyncio.sleep(0)
        assert clock.sleepers == 2
        await asyncio.to_thread(clock.advance, 10)
        await asyncio.gather(*sleepers)

    asyncio.run(main())
    assert order == ["quick at 2", "slow at 3", "quick at 4", "slow at 6"]


def test_a_cancelled_sleep_waits_no_more() -> None:
    clock = ManualClock()

    async def main() -> None:
        sleeping = asyncio.ensure_future(clock.sleep(5))
        await asyncio.sleep(0)
        sleeping.cancel()
        await asyncio.gather(sleeping, return_exceptions=True)
        assert clock.sleepers == 0

    asyncio.run(main())


def test_a_thread_waits_for_its_event_or_the_time() -> None:
    clock = ManualClock()
    answers: list[bool] = []
    event = threading.Event()
    waiting = threading.Thread(target=lambda: answers.append(clock.wait(event, 5)))
    waiting.start()
    clock.wait_for_sleepers(1)
    clock.advance(5)
    waiting.join(60)
    assert answers == [False]
    event.set()
    assert clock.wait(event, 5)


def test_the_wall_can_be_set_while_time_goes_on_as_before(frame_home: Path) -> None:
    clock = ManualClock()
    clock.advance(10)
    clock.set_wall(clock.now().replace(year=2036))
    assert clock.monotonic() == 10
    clock.advance(1)
    assert clock.now().year == 2036
    assert frame_home.is_dir()
