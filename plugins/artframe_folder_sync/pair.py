"""One account and one folder: how are they brought in step, and what can be asked and told about them?"""

from __future__ import annotations

import contextlib
import tempfile
import threading
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from artframe.immich import Immich, MediaTypes
from artframe.immich_plugin import translated
from artframe.plugin import Clock, CommandError, NotReady, Task
from artframe_folder_sync.explaining import facts_about, forget_links, paths_named, summary
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import Rules, read_rules
from artframe_folder_sync.files.marker import Marker
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.records import Held, HeldSide, PairConfig, RunReport
from artframe_folder_sync.run.elsewhere import Elsewhere
from artframe_folder_sync.run.holding import all_held
from artframe_folder_sync.run.remote import News, ask_for_news
from artframe_folder_sync.run.rights import powers_of, verify
from artframe_folder_sync.run.run import Run
from artframe_folder_sync.run.scope import Scope, accept_folder
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.database import Lock, State, micros, moment
from artframe_folder_sync.state.disk import on_this_disk
from artframe_folder_sync.state.files import Files
from artframe_folder_sync.state.gone import Tombstones, Waiting


class Pair:
    """One pair. Its state lies in ``data_dir``; all methods may be called from any thread.

    ``run`` is exclusive over all processes: NotReady while another one runs.
    """

    def __init__(
        self, config: PairConfig, client: Immich, disk: Disk, clock: Clock, journal: Journal, data_dir: Path
    ) -> None:
        self._config = config
        self._client = client
        self._disk = disk
        self._clock = clock
        self._journal = journal
        self._file = data_dir / f"{config.user_id.lower()}.db"
        self._lock = Lock(data_dir / f"{config.user_id.lower()}.lock")
        self._media: MediaTypes | None = None
        self._numbers = threading.Lock()
        self._number = 0

    def close(self) -> None:
        """Nothing is held between two runs."""
        self._journal.close()

    def news(self, since: datetime) -> News:
        """What changed in Immich since a moment of its clock (aware); a quick run may have it. Raises ImmichError."""
        return ask_for_news(self._client, since)

    def run(
        self,
        task: Task,
        *,
        full: bool,
        dirty: Collection[str] = (),
        dry: bool = False,
        news: News | None = None,
    ) -> RunReport:
        """Bring both sides in step. ``full``: look at everything, otherwise at ``dirty`` folders and at what is new.

        ``news``: what Immich told a moment ago of all changes since the last run began; a quick run believes it.
        ``dry``: find out what a full run would do, and change nothing anywhere. Raises NotReady (the world is not as it
        should be: server away, folder not mounted, another run), AuthFailed and ConfigError (a person must act),
        Cancelled. What was done until then is done and remembered; the next run goes on from there.
        """
        with (
            translated(),
            on_this_disk(),
            self._lock.held(),
            self._opened(dry=dry) as state,
            Elsewhere(self._file) as elsewhere,
        ):
            rights = verify(self._client, self._config)
            if self._media is None:
                self._media = self._client.media_types()
            marker = Marker(self._disk, self._config.user_id)
            scope, rules = self._begin(state, marker, dry=dry)
            bench = Workbench(
                config=self._config,
                client=self._client,
                disk=self._disk,
                state=state,
                clock=self._clock,
                journal=self._journal,
                task=task,
                rules=rules,
                powers=powers_of(rights, self._config.mode),
                permissions=rights.permissions,
                sidecars=frozenset(one.lstrip(".").lower() for one in self._media.sidecars),
                elsewhere=elsewhere,
                run_id=self._next_id(),
                dry=dry,
            )
            bench.tally.notes.extend(rights.notes)
            run = Run(bench, scope, marker, full=full or dry, dirty=dirty, news=news)
            run.carry_out()
            return self._report(bench, run, full=full or dry)

    def _begin(self, state: State, marker: Marker, *, dry: bool) -> tuple[Scope, Rules]:
        """The folder is there and is the right one, or NotReady."""
        media = self._media
        if media is None:
            raise NotReady("Immich did not say which kinds of files it takes; artframe asks again")
        try:
            identity = self._disk.pin()
            rules = read_rules(self._disk, self._config.ignore, media)
        except OSError as error:
            raise NotReady(
                f"the folder {self._config.folder} cannot be read ({error.strerror or error}); nothing is done "
                "until it can",
                "is its disk plugged in (or its network share there), and may artframe read it?",
            ) from error
        scope = Scope(state, self._config, identity, rules.fingerprint)
        scope.insist_on_folder(marker, dry=dry)
        return scope, rules

    @contextlib.contextmanager
    def _opened(self, *, dry: bool) -> Iterator[State]:
        if not dry:
            with State(self._file) as state:
                yield state
            return
        with contextlib.ExitStack() as stack:
            place = _scratch(stack)
            if self._file.exists():
                with State(self._file, reading=True) as state:
                    copy = state.copy(place)
            elif place is not None:
                copy = State(place)
            else:
                raise NotReady("the disk has no room for a plan of the first run", "make room on it")
            with copy:
                yield copy

    def _next_id(self) -> str:
        with self._numbers:
            self._number += 1
            return f"{self._clock.now():%Y%m%dT%H%M%S}-{self._number}"

    def _report(self, bench: Workbench, run: Run, *, full: bool) -> RunReport:
        tally = bench.tally
        return RunReport(
            pair=self._config.user_id,
            dry=bench.dry,
            full=full,
            done=dict(tally.done),
            actions=tuple(tally.actions),
            held=tuple(run.holding.held),
            troubles=tuple(tally.troubles),
            notes=tuple(tally.notes),
            tracked=bench.files.tracked,
            bytes_up=tally.bytes_up,
            bytes_down=tally.bytes_down,
            settling=tally.settling,
            settled_at=tally.settled_at,
            look_again=tally.look_again,
            again_in_full=tally.again_in_full,
        )

    # -- asked and told ------------------------------------------------------------------------------------------------

    def held(self) -> tuple[Held, ...]:
        """What waits for a person."""
        with self._known() as state:
            return () if state is None else all_held(Waiting(state))

    def confirm(self, side: HeldSide | Literal["folder"], digest: str = "") -> int:
        """A person allows exactly what waits now (``folder``: another disk at its place); how many things that are.

        ``digest``: of what the person saw. CommandError, and nothing is allowed, when a run put something else there.
        """
        with self._known(reading=False) as state:
            if state is None:
                return 0
            if side == "folder":
                try:
                    identity = self._disk.identity()
                except OSError:
                    return 0  # nothing is there that could be the right one
                return int(accept_folder(state, identity, Marker(self._disk, self._config.user_id)))
            waiting = Waiting(state)
            with state.writing():
                found = [one for one in all_held(waiting) if one.side == side]
                if digest and [one.digest for one in found] != [digest]:
                    raise CommandError(
                        "something else waits by now; nothing was confirmed", "look at it again: 'status' lists it"
                    )
                waiting.approve(side)
            return sum(one.count for one in found)

    def upload_again(self) -> int:
        """Instead of deleting what is held on the local side: send it to Immich anew. How many files that are."""
        with self._known(reading=False) as state:
            return 0 if state is None else forget_links(state)

    def explain(self, path: str) -> list[str]:
        """What is known about one file, in sentences."""
        with self._known() as state:
            return ["nothing was synced yet"] if state is None else facts_about(path, state, self._clock.now())

    def named(self, name: str) -> list[str]:
        """The paths of files of this name, in any folder."""
        with self._known() as state:
            return [] if state is None else paths_named(name, state)

    def status(self) -> dict[str, Any]:
        """How many files are linked, missing, refused, waiting; as JSON."""
        with self._known() as state:
            return {"tracked": 0} if state is None else summary(state)

    def settling(self) -> tuple[int, datetime | None]:
        """How many files of those that runs have seen changed a moment ago, and when the first of them may go."""
        with self._known() as state:
            if state is None:
                return 0, None
            count, first = Files(state).settling(micros(self._clock.now()), self._config.settle_seconds)
            return count, None if first is None else moment(first)

    def put_away(self) -> dict[str, datetime]:
        """When what lies in the folder's trash came there, by its path there."""
        with self._known() as state:
            gone = Tombstones(state).where("trash_path IS NOT NULL AND stage = 'gone'") if state is not None else []
            return {one.trash_path: moment(one.at) for one in gone if one.trash_path is not None}

    @contextlib.contextmanager
    def _known(self, *, reading: bool = True) -> Iterator[State | None]:
        if not self._file.exists():
            yield None
            return
        with on_this_disk(), State(self._file, reading=reading) as state:
            yield state


def _scratch(stack: contextlib.ExitStack) -> Path | None:
    """A place for a state that nobody needs afterwards; None where the disk has no room for it."""
    try:
        return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="artframe-folder-sync-"))) / "plan.db"
    except OSError:
        return None
