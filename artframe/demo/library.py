"""How do the demo pictures come into a folder, once and complete?"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

from artframe.demo.catalogue import pictures
from artframe.demo.picture import DemoPicture

_FAILED = (
    "the demo pictures could not be painted, see the lines above; what is there stays. "
    "Are numpy and Pillow installed (the extra 'demo'), and is there space on the disk?"
)


class PaintingFailed(RuntimeError):
    """A painter ended before its picture was written."""


def build(folder: Path, *, today: date | None = None, workers: int | None = None) -> tuple[DemoPicture, ...]:
    """Write all pictures of the catalogue into the folder; those that are there already are left alone.

    ``today`` is the day the pictures "of this day, years ago" are reckoned from. Raises PaintingFailed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = pictures(today or datetime.now(UTC).astimezone().date())
    with Painters(folder, today or datetime.now(UTC).astimezone().date(), workers=workers) as painters:
        for _ in painters.paint(whole):
            pass
    return whole


class Painters:
    """The processes that paint into a folder. Leaving the context ends them, even in the middle of a picture."""

    def __init__(self, folder: Path, today: date, *, workers: int | None = None) -> None:
        self._folder, self._today = folder, today
        self._workers = workers or min(4, os.cpu_count() or 1)
        self._processes: list[subprocess.Popen[str]] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Painters:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the painters at once; what they had not finished will be painted another time. From any thread."""
        self._stopped.set()
        for process in self._processes:
            process.kill()

    def paint(self, wanted: Iterable[DemoPicture]) -> Iterable[DemoPicture]:
        """Yield each picture as soon as all its files are there. Raises PaintingFailed when a painter fails."""
        missing: queue.Queue[DemoPicture] = queue.Queue()
        count = 0
        for picture in wanted:
            if all((self._folder / name).is_file() for name in picture.file_names):
                yield picture
            else:
                missing.put(picture)
                count += 1
        done: queue.Queue[DemoPicture | None] = queue.Queue()
        threads = [
            threading.Thread(target=self._one_painter, args=(missing, done.put), name=f"painter-{number}", daemon=True)
            for number in range(min(self._workers, count))
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in range(count):
                picture_done = done.get()
                if picture_done is None:
                    if self._stopped.is_set():
                        return
                    raise PaintingFailed(_FAILED)
                yield picture_done
        finally:
            if any(thread.is_alive() for thread in threads) and not missing.empty():
                self.stop()
            for thread in threads:
                thread.join()

    def _one_painter(self, missing: queue.Queue[DemoPicture], report: Callable[[DemoPicture | None], None]) -> None:
        command = [sys.executable, "-m", "artframe.demo.painter", "--folder", str(self._folder)]
        command += ["--today", self._today.isoformat()]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            self._processes.append(process)
            assert process.stdin is not None
            assert process.stdout is not None
            while not self._stopped.is_set():
                try:
                    picture = missing.get_nowait()
                except queue.Empty:
                    break
                answer = ""
                with suppress(OSError):
                    process.stdin.write(f"{picture.file_name}\n")
                    process.stdin.flush()
                    answer = process.stdout.readline()
                if answer.strip() != picture.file_name:
                    report(None)
                    break
                report(picture)
            else:
                report(None)
            with suppress(OSError):
                process.stdin.close()
