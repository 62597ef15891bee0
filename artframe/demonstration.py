"""How does ``artframe demo`` bring up a frame with an Immich of its own, and tell what it saw?"""

from __future__ import annotations

import contextlib
import json
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from artframe.core.files import write_atomic
from artframe.errors import NotReady
from artframe.frame import ArtFrame, PanelChoice
from artframe.interfaces.web.face import WebServed
from artframe.library.photo import PhotoShown

_START_SECONDS = 120.0
_FIRST_PICTURE_SECONDS = 180.0
_INSTANCE = "living-room"


class DemoServer:
    """The embedded Immich in a process of its own: the frame's memory stays the frame's, and its end is an outage."""

    def __init__(self, folder: Path, generation: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "artframe.demo.server", "--folder", str(folder), "--generation", generation],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ready(self) -> dict[str, Any]:
        """Wait for the first pictures; returns the server's url, key and albums. Raises NotReady."""
        assert self._process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if selector.select(_START_SECONDS):
                line = self._process.stdout.readline()
                if line:
                    answer: dict[str, Any] = json.loads(line)
                    return answer
        raise NotReady("the embedded Immich did not start; see the lines above", "is the extra 'demo' installed?")

    def follow(self, more_pictures: Callable[[], None]) -> None:
        """Call back, in a thread of its own, whenever the server says that more pictures hang."""
        assert self._process.stdout is not None
        lines = self._process.stdout

        def read() -> None:
            with contextlib.suppress(OSError, ValueError):
                while lines.readline():
                    more_pictures()

        threading.Thread(target=read, name="demo-news", daemon=True).start()

    def stop(self) -> None:
        """End the process; it also ends by itself when we die, because its standard input closes."""
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


class Demonstration:
    """A frame in a home of its own beside an embedded Immich; nothing of the person's is touched."""

    def __init__(self, home: Path, generation: str) -> None:
        self._home = home
        self._generation = generation
        self._started = time.monotonic()
        self._first: tuple[float, PhotoShown] | None = None
        self._presented = threading.Event()

    def run(self, choice: PanelChoice, *, once: bool) -> int:
        """Show pictures until stopped, or with ``once`` until the first is presented; returns the exit code."""
        print("starting an Immich; at the first start its pictures are painted, most of them while it runs", flush=True)
        server = DemoServer(self._home / f"immich-{self._generation}", self._generation)
        try:
            immich = server.ready()
            print(f"embedded Immich {self._generation} at {immich['url']}, albums: {', '.join(immich['albums'])}")
            self._configure(immich)
            frame = ArtFrame(self._home, choice, demo=True)
            frame.events.listen(PhotoShown, lambda shown: self._shown(frame, shown, once=once))
            server.follow(lambda: frame.request_job(f"{_INSTANCE}/sync"))
            if once:
                frame.stop_after(_FIRST_PICTURE_SECONDS)
            else:
                frame.events.listen(WebServed, tell_page)
                print(f"the frame's home is {self._home}; talk to it with: {_program()} --home {self._home} status")
            code = frame.run()
        finally:
            server.stop()
        return self._report(choice) if once else code

    def _shown(self, frame: ArtFrame, shown: PhotoShown, *, once: bool) -> None:
        if self._first is None:
            self._first = (time.monotonic() - self._started, shown)
        if once:
            frame.stop("the first picture was presented")

    def _report(self, choice: PanelChoice) -> int:
        if self._first is None:
            print(f"no picture was presented within {_FIRST_PICTURE_SECONDS:.0f} s; see the log above", file=sys.stderr)
            return 1
        seconds, shown = self._first
        photo = shown.local.photo
        print(f"first picture after {seconds:.1f} s: {photo.name}, {shown.reason}")
        print(f"it is in {choice.png_file}")
        return 0

    def _configure(self, immich: dict[str, Any]) -> None:
        plugins = self._home / "config" / "plugins"
        plugins.mkdir(parents=True, exist_ok=True)
        frame_file = self._home / "config" / "frame.json"
        if not frame_file.exists():
            display = {"interval_seconds": 8, "fit": "blur", "show_date": True, "show_caption": True}
            write_atomic(frame_file, _text({"version": 1, "name": "Artframe demo", "display": display}))
        # Everything a person may have changed in the demo stays; only what a new start of the server changes is set.
        file = plugins / f"{_INSTANCE}.json"
        content: dict[str, Any] = {"version": 1, "plugin": "immich", "enabled": True, "settings": {}}
        with contextlib.suppress(OSError, ValueError):
            content = json.loads(file.read_text("utf-8"))
        settings = content.setdefault("settings", {})
        settings["immich_url"] = immich["url"]
        settings["immich_api_key"] = immich["key"]
        if not settings.get("album_id") and not settings.get("albums"):
            settings["albums"] = ["Living room"]
        write_atomic(file, _text(content), mode=0o600)


def tell_page(served: WebServed) -> None:
    """Say where the frame's web page is, whatever port it got."""
    print(f"open {served.urls[0]} on this machine; it asks for no password in the demo", flush=True)


def _program() -> str:
    """What was typed to get here, so that the line can be copied: hardly anybody has it on the PATH."""
    typed = sys.argv[0]
    return typed if Path(typed).name == "artframe" else f"{sys.executable} -m artframe"


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
