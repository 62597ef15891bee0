"""A run that does everything and ends as by SIGKILL, before or after its n-th step; run by test_crash.

Steps are the requests to the server, what the folder's Disk does, and the commits of the state. For each moment a
process is forked from this warm one, and dies; a fresh one then runs to the end, and what both sides hold is written
down. The server is a process of its own, which lives on.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artframe.immich import Immich
from artframe.immich.simulator import Simulator, moments
from artframe.immich.wire import Wire
from artframe.testing import ManualClock
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.records import ActionKind
from artframe_folder_sync.state.database import State
from tests.forking import in_a_process
from tests.plugins.folder_sync.everything import LEFT_OUT, Outcome, Snapshot, configure, disturb, healed, meet, prepare
from tests.plugins.folder_sync.world import ServerTime, World

CHANGES = {"move", "remove", "receive", "make", "write", "finish"}
"""What a Disk does besides looking."""


class Executioner:
    """Counts the steps and kills the process at the chosen one; ``before`` it happens or after."""

    def __init__(self, step: int, *, before: bool) -> None:
        self.steps = 0
        self.names: list[str] = []
        self._step = step
        self._before = before

    def begin(self, name: str) -> None:
        self.steps += 1
        self.names.append(name)
        if self._before and self.steps == self._step:
            os.kill(os.getpid(), signal.SIGKILL)

    def end(self) -> None:
        if not self._before and self.steps == self._step:
            os.kill(os.getpid(), signal.SIGKILL)

    def probe(self, operation: str, path: str) -> None:
        """Of a Disk."""
        if operation.endswith(" done"):
            self.end()
        elif operation in CHANGES:
            self.begin(f"{operation} {path}")

    def install(self, world: World) -> None:
        world.make_disk = lambda root: Disk(root, probe=self.probe)
        for name in ("ask", "send"):
            setattr(Wire, name, self._watched(getattr(Wire, name)))
        State.writing = self._watched_commits(State.writing)  # type: ignore[method-assign]

    def _watched(self, request: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            self.begin(f"request {args[1:3]}")
            answer = request(*args, **kwargs)
            self.end()
            return answer

        return watched

    def _watched_commits(self, writing: Callable[..., Any]) -> Callable[..., Any]:
        @contextlib.contextmanager
        def watched(state: State) -> Iterator[Any]:
            outermost = not state.db.in_transaction
            with writing(state) as database:
                yield database
                if outermost:
                    self.begin("commit")
            if outermost:
                self.end()

        return watched


SCENES: dict[str, tuple[Callable[[World], None], ...]] = {"everything": (prepare, disturb), "first": (meet,)}
"""What leads to the run that is killed."""


class Stage:
    """A world that can be put back to the moment before the run, and a server process for each performance."""

    def __init__(self, base: Path, generation: str, scene: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._result = base / "result.json"
        self.end: Outcome | None = None
        self.clock = ManualClock()
        moments.now = ServerTime(self.clock).now
        self.server = Simulator(base / "server", generation=generation, port=port)
        self.world = World(base, self.server, self.clock)
        configure(self.world)
        # Nothing is open when this process forks.
        self.server.stop()
        facts = self._asked(lambda: self._prepare(SCENES[scene]))
        self.clock.advance(facts["elapsed"])
        self._before, self._trash_before = set(facts["contents"]), set(facts["trash"])
        self._snapshot = Snapshot(self.world, base / "snapshot")

    def _prepare(self, acts: Iterable[Callable[[World], None]]) -> dict[str, Any]:
        self.world.data_dir.mkdir(exist_ok=True)
        with self.server:
            for act in acts:
                act(self.world)
            self.world.close()
            contents, trash = sorted(self.world.contents()), sorted(self._in_trash())
        return {"elapsed": self.clock.monotonic(), "contents": contents, "trash": trash}

    def _asked(self, work: Callable[[], object]) -> Any:
        """What the work gives back, done in a process of its own."""
        assert in_a_process(lambda: self._result.write_text(json.dumps(work())))
        return json.loads(self._result.read_text())

    @contextlib.contextmanager
    def _serving(self) -> Iterator[None]:
        """The server, in a process of its own."""
        ready, starting = os.pipe()
        child = os.fork()
        if child == 0:
            self.server.start()
            os.write(starting, b"!")
            signal.pause()
        os.close(starting)
        assert os.read(ready, 1) == b"!", "the server did not start"
        os.close(ready)
        try:
            yield
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)

    def rehearse(self) -> dict[str, Any]:
        """The run as nobody disturbs it: its steps, what it did, and how it ends."""
        self._snapshot.restore()

        def run() -> dict[str, Any]:
            executioner = Executioner(0, before=False)
            executioner.install(self.world)
            report = self.world.run()
            done = {kind.value for kind, count in report.done.items() if count}
            return {"steps": executioner.names, "idle": sorted(set(ActionKind) - done - LEFT_OUT)}

        with self._serving():
            return {**self._asked(run), "state": self._asked(self._heal)}

    def attempt(self, step: int, *, before: bool) -> Any:
        """Run until killed, look, start anew, run to the end; returns the end, None if it was not killed."""
        self._snapshot.restore()

        def die() -> None:
            Executioner(step, before=before).install(self.world)
            self.world.run()

        with self._serving():
            return None if in_a_process(die) else self._asked(self._heal)

    def _heal(self) -> dict[str, Any]:
        assert self._before <= self.world.contents(), "something is lost in the moment of the crash"
        self.world.settle()
        self.world.run()
        undone = self._in_trash() - self._trash_before - {str(way) for one in self._journal() for way in one.values()}
        assert not undone, f"deleted, and not in the journal: {undone}"
        # What was deleted is taken back: only who remembers rightly what went where brings it home.
        with Immich(self.server.url, self.world.key) as client:
            client.restore([one.id for one in self.world.assets() if one.trashed])
        found = healed(self.world, self.end)
        assert self._before <= self.world.contents(), "something is lost afterwards"
        return asdict(found)

    def _in_trash(self) -> set[str]:
        """Ids of assets and paths of files, where people look for what was deleted."""
        files = (self.world.root / ".artframe-trash").glob("2*/**/*")
        paths = {one.relative_to(self.world.root).as_posix() for one in files if one.is_file()}
        return paths | {one.id for one in self.world.assets() if one.trashed}

    def _journal(self) -> list[dict[str, str]]:
        """What takes back each action that was ever done."""
        lines = (self.world.data_dir / "journal.jsonl").read_text().splitlines()
        return [undo for line in lines if (undo := json.loads(line)["undo"])]


def only_reads(step: str) -> bool:
    """Whether neither side nor the state is another one after this step."""
    return step.startswith("request ('GET'") or "/search/metadata" in step or "/bulk-upload-check" in step


def main(base: Path, generation: str, when: str, scene: str) -> None:
    stage = Stage(base, generation, scene)
    rehearsal = stage.rehearse()
    stage.end = Outcome(**rehearsal["state"])
    assert scene != "everything" or not rehearsal["idle"], f"a run that does everything did not: {rehearsal['idle']}"
    deaths, wrong = 0, list[str]()
    for step in range(1, len(rehearsal["steps"]) + 1, 2):
        done = step - 1 if when == "before" else step
        if done and only_reads(rehearsal["steps"][done - 1]):
            continue  # nothing has changed since the moment before it, which has its own turn
        found = stage.attempt(step, before=when == "before")
        deaths += found is not None
        differences = [] if found is None else Outcome(**found).differences(stage.end)
        if differences:
            wrong.append(f"killed {when} step {step}, {rehearsal['steps'][step - 1]}: {differences}")
    assert not wrong, "\n".join(wrong)
    print(json.dumps({"moments": deaths, "steps": rehearsal["steps"]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4])
