"""A frame in a process of its own, as a person runs it, and how a test talks to it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from artframe.interfaces.cli import NotRunning, ask

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


def environment(*beside: Path, **more: str) -> dict[str, str]:
    """Where the tested tree is found, whatever is installed, and what is ``beside`` it; no screen of this machine."""
    path = os.pathsep.join(str(folder) for folder in (ROOT, ROOT / "plugins", *beside))
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "ARTFRAME_HOME", "ARTFRAME_DEMO_HOME", "INVOCATION_ID")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PYTHONPATH": path, "PYTHONWARNINGS": "error", "ARTFRAME_WEB_PORT": "0", **more}


def jpeg(colour: tuple[int, int, int], size: tuple[int, int] = (640, 400), seed: int = 0) -> bytes:
    """A picture of one colour; ``seed`` makes its bytes its own."""
    file = io.BytesIO()
    picture = Image.new("RGB", size, colour)
    picture.putpixel((seed % size[0], 0), (255, 255, 255))
    picture.save(file, "JPEG", quality=92, comment=f"{seed}".encode())
    return file.getvalue()


def eventually(what: Callable[[], Any], description: str, seconds: float = PATIENCE) -> Any:
    """Ask until the answer is true; what another process does cannot be waited for in any other way."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:g} s in vain until {description}"
        time.sleep(0.02)


class Running:
    """``artframe run --headless`` on a home."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.output_file = home / "output.log"
        self.kinds = home.with_name("kinds")
        self.process: subprocess.Popen[bytes] | None = None

    def install(self, kind: str, source: str, group: str = "artframe.plugins") -> None:
        """Install a plugin (or a panel) of one module beside artframe; its class is called Made."""
        about = self.kinds / f"{kind}-1.0.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {kind}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[{group}]\n{kind} = {kind}:Made\n")
        (self.kinds / f"{kind}.py").write_text(source)

    def configure(self, instance: str, plugin: str = "immich", **settings: Any) -> None:
        """Write a plugin's file, as a person would."""
        self.write(f"plugins/{instance}.json", {"version": 1, "plugin": plugin, "settings": settings})

    def write(self, file: str, content: Any) -> None:
        path = self.home / "config" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=2))

    def start(self, where: Sequence[str] = ("--headless",), **more: str) -> Running:
        """Start it and wait until it answers."""
        self.launch(where, **more)
        eventually(lambda: self.alive and self.answers(), "the frame answers")
        return self

    def launch(self, where: Sequence[str] = ("--headless",), **more: str) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        with self.output_file.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "artframe", "--home", str(self.home), "run", *where],
                stdout=output,
                stderr=output,
                cwd=self.home,
                env=environment(self.kinds, **more),
            )

    @property
    def alive(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.output
        return True

    @property
    def output(self) -> str:
        return self.output_file.read_text(errors="replace")

    def answers(self) -> bool:
        try:
            return bool(list(ask(self.home, ["status"])))
        except NotRunning:
            return False

    def ask(self, *words: str) -> dict[str, Any]:
        """The final answer: ``result`` and ``text``, or ``error``."""
        *_, answer = ask(self.home, words)
        return answer

    def result(self, *words: str) -> Any:
        answer = self.ask(*words)
        assert "result" in answer, answer
        return answer["result"]

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = self.result("status")
        return status

    def problems(self) -> list[str]:
        return [f"{one['owner']}: {one['message']}" for one in self.status()["problems"]]

    def photo(self) -> dict[str, Any] | None:
        """The photo that is shown."""
        found: dict[str, Any] | None = self.result("photo", "current")["photo"]
        return found

    def wait_for_photo(self) -> dict[str, Any]:
        found: dict[str, Any] = eventually(lambda: self.alive and self.photo(), "a photo is shown")
        return found

    def wait_for_photos(self, count: int) -> None:
        self.wait_for(lambda: self.status()["photos"] == count, f"{count} photos are here")

    def wait_for(self, what: Callable[[], Any], description: str, seconds: float = PATIENCE) -> None:
        """Wait until it is so, while the frame is alive; in vain: with the facts."""
        try:
            eventually(lambda: self.alive and what(), description, seconds)
        except AssertionError as error:
            facts = (self.output, self.ask("status"), self.ask("library", "stats"), self.ask("job", "list"))
            raise AssertionError(f"{error}: {facts}") from None

    def screen(self) -> Image.Image:
        return Image.open(self.home / "screen.png").convert("RGB")

    def centre(self) -> tuple[int, ...]:
        """The colour in the middle of the screen; black before anything is shown."""
        if not (self.home / "screen.png").exists():
            return (0, 0, 0)
        colour = self.screen().getpixel((960, 540))
        assert isinstance(colour, tuple)
        return colour

    def stop(self) -> int:
        """End it as systemd does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def end(self) -> int:
        """Wait until it ends by itself; returns the exit code, negative for a signal."""
        assert self.process is not None
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """The power is cut."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
            self.process.wait(PATIENCE)


def artframe(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line, as typed into a shell."""
    return subprocess.run(
        [sys.executable, "-m", "artframe", "--home", str(home), *words],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(),
    )
