"""What is in the folder now? The scan's answers go into the state, and only a healthy scan says what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from artframe.plugin import Clock, Task, said
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.hashing import hash_files
from artframe_folder_sync.files.ignoring import Rules
from artframe_folder_sync.files.scan import scan
from artframe_folder_sync.records import FileFact, Hashed, Skipped, Trouble, Unknown
from artframe_folder_sync.state.database import State, micros, raw
from artframe_folder_sync.state.files import FileRow, Files, look_of

_BATCH = 900
_MOST_TROUBLES = 200
REHASH_AFTER = timedelta(days=7)
"""So often every file is read again, for the change that left size and times as they were."""
_REHASHED_AT_ONCE = 20 << 30
"""Bytes of a run for that: the rest follows in the next ones."""
DAMAGED = "its content is another one although nobody wrote to it: it is damaged, or its disk is"
_PUT_BACK = (
    "delete it, and the good one of Immich comes back; then check the disk. If the change is meant, save it anew"
)
SET_BACK = "nobody took it out of its folder: the folder was set back to an older state"
_READ_AT_ONCE, _READ_SECONDS = 4000, 5.0
"""So many contents, or those of so many seconds, are written down together."""
_SECOND_NS = 1_000_000_000


@dataclass(kw_only=True)
class LocalView:
    """What a scan found. ``files``: how many regular, synced files there are (in the folders that were scanned)."""

    full: bool
    at: int
    """When it began, in microseconds: what is missing since then was missed for the first time."""
    files: int = 0
    unknown: list[str] = field(default_factory=list)
    """Files and folders of which nothing is known: nothing below them counts as missing."""
    troubles: list[Trouble] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    """How many paths are not synced, by reason."""

    def covers(self, path: str) -> bool:
        """Whether this path lies in what could not be read."""
        return any(one in ("", path) or path.startswith(f"{one}/") for one in self.unknown)

    def trouble(self, path: str, reason: str, hint: str = "") -> None:
        """Something a person should know, once per run."""
        if len(self.troubles) < _MOST_TROUBLES:
            self.troubles.append(Trouble(path=path, reason=reason, hint=hint))


class Local:
    """Brings the table ``file`` up to date. Nothing in the folder is changed."""

    def __init__(self, state: State, disk: Disk, rules: Rules, clock: Clock, *, settle_seconds: float) -> None:
        self._state = state
        self._files = Files(state)
        self._disk = disk
        self._rules = rules
        self._clock = clock
        self._settle = settle_seconds
        self._intact: dict[str, str] = {}
        """What files that are being read again had, and Immich has."""

    def look(self, task: Task, folders: Collection[str] | None) -> LocalView:
        """Scan everything, or just these folders; call it inside ``State.writing`` and roll back if the folder went.

        Raises OSError when the folder itself cannot be read: then nothing is known.
        """
        now = micros(self._clock.now())
        view = LocalView(full=folders is None, at=now)
        self._files.wait_anew(now)
        seen: set[int] = set()
        batch: list[FileFact] = []
        for one in scan(self._disk, self._rules, folders, deep=folders is None):
            if isinstance(one, FileFact):
                seen.add(hash(raw(one.path)))
                batch.append(one)
                if len(batch) >= _BATCH:
                    self._compare(batch, now)
                    view.files += len(batch)
                    batch.clear()
                    task.say(said("folder_sync.looking", "looking through the folder: {count} files", count=view.files))
            elif isinstance(one, Skipped):
                view.skipped[one.reason] = view.skipped.get(one.reason, 0) + 1
                if one.untouched:
                    # There is something at this path: the file that was there is not called missing.
                    view.unknown.append(one.path)
                    view.trouble(one.path, one.reason)
            elif isinstance(one, Unknown):
                view.unknown.append(one.path)
                view.trouble(one.path, one.reason, "nothing below it counts as deleted")
        self._compare(batch, now)
        view.files += len(batch)
        self._miss(view, seen, folders, now)
        return view

    def _compare(self, facts: list[FileFact], now: int) -> None:
        known = self._files.looks([fact.path for fact in facts])
        new: list[FileFact] = []
        back: list[str] = []
        for fact in facts:
            look, was_missing = known.get(fact.path, ((), False))
            if look != look_of(fact):
                new.append(fact)
            elif was_missing:
                back.append(fact.path)
        self._files.saw(new, now)
        self._files.is_back(back)

    def _miss(self, view: LocalView, seen: set[int], folders: Collection[str] | None, now: int) -> None:
        missing = [path for path in self._expected(folders) if hash(raw(path)) not in seen and not view.covers(path)]
        out = [path for path in missing if self._rules.why(path) is not None]
        for path in out:
            # Out of scope since the rules changed, or deleted and out of scope: either way nobody's business.
            self._files.forget(path)
        gone = set(out)
        missing = [path for path in missing if path not in gone]
        unseen = list(self._never_left(missing))
        self._files.missing(missing, now)
        for path in unseen:
            self._files.refuse(path, SET_BACK, retry_at=None)

    def _never_left(self, missing: list[str]) -> Iterator[str]:
        """Of those that are missing for the first time, what was never taken out of its folder.

        Who deletes a file changes the time of its folder. Where that is older than the file, the folder is from before
        it: set back to a snapshot or a backup.
        """
        touched: dict[str, int | None] = {}
        for path, (look, was_missing) in self._files.looks(missing).items():
            if was_missing:
                continue
            folder = path.rpartition("/")[0]
            if folder not in touched:
                touched[folder] = self._disk.touched(folder)
            at = touched[folder]
            if at is not None and at < look[2]:
                yield path

    def _expected(self, folders: Collection[str] | None) -> Iterator[str]:
        if folders is None:
            yield from self._files.paths()
            return
        for folder in folders:
            if folder == "":
                yield from self._files.paths("instr(path, x'2F') = 0")
                continue
            below = raw(folder)
            is_there = self._disk.kind(folder) == "folder"
            for path in self._files.paths("path > ? AND path < ?", (below + b"/", below + b"0")):
                # Of a folder that is still there only what lies directly in it was looked at.
                if not is_there or "/" not in path[len(folder) + 1 :]:
                    yield path

    def read(self, task: Task, view: LocalView, *, threads: int) -> int:
        """Hash what is new or changed and has come to rest; returns the bytes that were read.

        Results are kept every few seconds, so that a first run over everything may be interrupted.
        """
        wanted = self._files.count("sha1 IS NULL AND missing_since IS NULL AND size > 0")
        task.plan(wanted or None, said("folder_sync.reading", "reading new files"))
        done = self._hash(task, view, self._resting(), threads)
        if view.full:
            done += self._hash(task, view, self._stale(), threads)
        for path in self._files.paths("refused = ? AND missing_since IS NULL", (DAMAGED,)):
            view.trouble(path, DAMAGED, _PUT_BACK)
        return done

    def _resting(self) -> Iterator[FileRow]:
        """Unread files that have come to rest, in pieces, so that the table may be written between them."""
        last = b""
        while True:
            rows = self._files.where_now(
                "sha1 IS NULL AND missing_since IS NULL AND size > 0 AND path > ?", (last,), limit=_BATCH
            )
            if not rows:
                return
            last = raw(rows[-1].path)
            now = micros(self._clock.now())
            yield from (row for row in rows if self._is_at_rest(row, now))

    def _stale(self) -> Iterator[FileRow]:
        before = micros(self._clock.now() - REHASH_AFTER)
        budget, last = _REHASHED_AT_ONCE, b""
        while budget > 0:
            rows = self._files.where_now(
                "sha1 IS NOT NULL AND missing_since IS NULL AND hashed_at < ? AND path > ?",
                (before, last),
                limit=_BATCH,
            )
            if not rows:
                return
            last = raw(rows[-1].path)
            for row in rows:
                budget -= row.size
                if row.base is not None and row.base == row.sha1:
                    self._intact[row.path] = row.base
                yield row

    def _is_at_rest(self, row: FileRow, now: int) -> bool:
        """Whether the file was not written to for the settle time.

        By its own time; where that lies in the future, by how long it has looked the same to us.
        """
        age = now * 1000 - row.mtime
        return age >= self._settle * _SECOND_NS or now - row.changed_at >= self._settle * 1_000_000

    def _hash(self, task: Task, view: LocalView, rows: Iterable[FileRow], threads: int) -> int:
        size, done = 0, list[Hashed]()
        kept = self._clock.monotonic()
        try:
            facts = (row.fact for row in rows)
            for one in hash_files(self._disk, facts, threads=threads, stopped=lambda: task.cancelled):
                if isinstance(one, Hashed):
                    size += one.fact.size
                    if self._intact.pop(one.fact.path, one.sha1) != one.sha1:
                        # Not an edit: those leave a time. What Immich has is the good one, so this one is kept away.
                        self._files.refuse(one.fact.path, DAMAGED, retry_at=None)
                    done.append(one)
                    if len(done) >= _READ_AT_ONCE or self._clock.monotonic() - kept >= _READ_SECONDS:
                        task.step(len(done))
                        self._keep(done)
                        kept = self._clock.monotonic()
                else:
                    self._files.unread(one.path)
                    view.trouble(one.path, one.reason, "it is looked at again in the next run")
                    task.step()
            task.step(len(done))
        finally:
            self._keep(done)
        return size

    def _keep(self, done: list[Hashed]) -> None:
        now = micros(self._clock.now())
        self._files.read(((one.fact.path, one.sha1) for one in done), now)
        done.clear()
