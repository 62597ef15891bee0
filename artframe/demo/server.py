"""How does the demo's Immich run beside the frame? ``python -m artframe.demo.server --folder DIR``.

It answers as soon as the first pictures hang and prints one line of JSON then: url, key and albums. The other pictures
follow while it runs; now and then, and when all hang, another line says how many there are: ``{"pictures": 12}``.
It ends at SIGTERM, and when its standard input (a pipe of who started it) closes.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import stat
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from artframe.demo.catalogue import pictures
from artframe.demo.home import DemoHome, clear, hang, move_in, read_home, write_home
from artframe.demo.library import Painters, PaintingFailed
from artframe.demo.picture import DemoPicture
from artframe.immich.simulator import Simulator

FIRST_PICTURES = 4
NEWS_EVERY = 8
log = logging.getLogger("artframe.demo")


class DemoServer:
    """One run of the server on its folder."""

    def __init__(self, folder: Path, generation: str, port: int) -> None:
        self._folder = folder
        self._pictures = folder / "pictures"
        self._stopping = threading.Event()
        self._painters: Painters | None = None
        folder.mkdir(parents=True, exist_ok=True)
        home = read_home(folder)
        if home is None:
            clear(folder)
        self._pictures.mkdir(exist_ok=True)
        self._server = Simulator(folder / "server", generation=generation, port=port)
        if home is None:
            home = move_in(self._server, datetime.now(UTC).astimezone().date())
            write_home(folder, home)
        self._home: DemoHome = home

    def run(self) -> int:
        """Serve until told to stop; returns the exit code."""
        with ExitStack() as stack:
            stack.callback(self._server.stop)
            self._server.start()
            wanted = [one for one in pictures(self._home.first_day) if one.file_name not in self._home.filled]
            self._sweep({name for one in wanted for name in one.file_names})
            early = min(len(wanted), max(0, FIRST_PICTURES - len(self._home.filled)))
            if not early:
                self._announce()
            if wanted:
                self._painters = stack.enter_context(Painters(self._pictures, self._home.first_day))
                if self._stopping.is_set():
                    return 0
                try:
                    self._hang_all(wanted, early)
                except (PaintingFailed, OSError) as error:
                    log.error("%s", error)
                    if len(self._home.filled) < FIRST_PICTURES:
                        return 1
            self._stopping.wait()
        return 0

    def _sweep(self, wanted: set[str]) -> None:
        """Delete what a killed run left: half pictures, and files that hang already."""
        for file in self._pictures.iterdir():
            if file.name not in wanted:
                file.unlink()

    def stop(self) -> None:
        """From any thread and from a signal."""
        self._stopping.set()
        if self._painters is not None:
            self._painters.stop()

    def _hang_all(self, wanted: list[DemoPicture], early: int) -> None:
        assert self._painters is not None
        started = time.monotonic()
        for number, picture in enumerate(self._painters.paint(wanted), 1):
            self._home = hang(self._server, self._home, picture, self._pictures)
            write_home(self._folder, self._home)
            for name in picture.file_names:
                (self._pictures / name).unlink()
            if number == early:
                self._announce()
            elif number > early and (number % NEWS_EVERY == 0 or number == len(wanted)):
                self._print({"pictures": len(self._home.filled)})
        if not self._stopping.is_set():
            log.info("all %d pictures hang, painted in %.0f s", len(self._home.filled), time.monotonic() - started)

    def _announce(self) -> None:
        self._print({"url": self._server.url, "key": self._home.key, "albums": self._home.albums})

    def _print(self, line: dict[str, object]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


def _stop_with_parent(server: DemoServer) -> None:
    """A pipe on standard input closes when whoever started us is gone; a terminal or /dev/null says nothing."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode) and not stat.S_ISSOCK(os.fstat(0).st_mode):
        return

    def watch() -> None:
        while os.read(0, 4096):
            pass
        server.stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()


def main() -> int:
    parser = argparse.ArgumentParser(description="an embedded Immich with pictures that are painted on the spot")
    parser.add_argument("--folder", type=Path, required=True, help="everything is kept here")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--generation", default="3.0", choices=("2.7", "3.0"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="demo: %(message)s")
    server = DemoServer(options.folder, options.generation, options.port)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    _stop_with_parent(server)
    return server.run()


if __name__ == "__main__":
    sys.exit(main())
