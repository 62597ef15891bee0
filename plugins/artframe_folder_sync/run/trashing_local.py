"""How does a file go to the local trash so that nothing is lost, whatever happens meanwhile?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from artframe.plugin import NotReady
from artframe_folder_sync.files.disk import FileChanged
from artframe_folder_sync.files.hashing import hash_files
from artframe_folder_sync.files.marker import Marker
from artframe_folder_sync.journal import takes_back
from artframe_folder_sync.records import Action, ActionKind, FileFact, Hashed
from artframe_folder_sync.run.batches import batched
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.files import FileRow
from artframe_folder_sync.state.gone import Gone

_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class _Intent:
    id: int
    row: FileRow
    action: Action
    trash_path: str


class LocalTrashing:
    """Carries out TRASH_LOCAL in batches: read again, intent on disk, rename, done on disk."""

    def __init__(self, bench: Workbench, marker: Marker) -> None:
        self._bench = bench
        self._marker = marker

    def all(self, actions: Sequence[Action], *, reason_side: str = "remote") -> None:
        """All of them; what is not what it should be any more stays where it is, and is looked at in the next run."""
        for batch in batched(actions, _AT_ONCE):
            rows = self._bench.files.at_all([one.path for one in batch])
            pairs = [(rows[one.path], one) for one in batch if one.path in rows]
            if self._bench.dry:
                for row, action in pairs:
                    self._pretend(row, action, reason_side)
                continue
            self._insist_on_folder()
            self._batch(pairs, reason_side)

    def _insist_on_folder(self) -> None:
        state = self._marker.look()
        if not state.ok:
            raise NotReady(state.said, state.advice)

    def _batch(self, pairs: Sequence[tuple[FileRow, Action]], side: str) -> None:
        bench = self._bench
        same = self._still_the_same(pairs)
        intents: list[_Intent] = []
        with bench.state.writing():
            for row, action in pairs:
                if row.path in same:
                    trash_path = bench.trash.place_for(row.path)
                    intents.append(
                        _Intent(
                            id=self._tombstone(row, action, side, trash_path, "going"),
                            row=row,
                            action=action,
                            trash_path=trash_path,
                        )
                    )
        done = [one for one in intents if self._put(one, same[one.row.path])]
        bench.disk.sync()
        # In the journal first: what is cut off here is known as an intent, and nothing is done that nobody can undo.
        for one in done:
            bench.did(one.action, takes_back(one.trash_path))
        with bench.state.writing():
            bench.tombstones.stage((one.id for one in done), "gone")
            for one in done:
                bench.files.forget(one.row.path)
            bench.waiting.used("local", (one.action.key for one in done), bench.now)
        bench.task.step(len(pairs))

    def _still_the_same(self, pairs: Sequence[tuple[FileRow, Action]]) -> dict[str, FileFact]:
        """Read all of them again: only what has the content that was deleted in Immich goes."""
        bench = self._bench
        wanted = {row.path: action.sha1 for row, action in pairs}
        found: dict[str, FileFact] = {}
        facts = (row.fact for row, _ in pairs)
        for one in hash_files(bench.disk, facts, threads=bench.config.hash_threads, stopped=lambda: False):
            if isinstance(one, Hashed) and one.sha1 == wanted[one.fact.path]:
                found[one.fact.path] = one.fact
                continue
            if isinstance(one, Hashed):
                path, reason = one.fact.path, "it has another content now"
            else:
                path, reason = one.path, one.reason
            bench.files.unread(path)
            bench.trouble(path, f"deleted in Immich, but kept here: {reason}", "it is looked at again in the next run")
        return found

    def _put(self, one: _Intent, fact: FileFact) -> bool:
        bench = self._bench
        try:
            bench.trash.put(one.row.path, one.trash_path, expected=fact, durable=False)
        except OSError as error:
            with bench.state.writing():
                bench.tombstones.drop([one.id])
                if isinstance(error, FileChanged | FileNotFoundError):
                    bench.files.unread(one.row.path)
            bench.trouble(
                one.row.path,
                f"deleted in Immich, but it could not be moved to the trash ({error.strerror or error})",
                "it is tried again in the next run",
            )
            return False
        return True

    def _tombstone(self, row: FileRow, action: Action, side: str, trash_path: str | None, stage: str) -> int:
        return self._bench.tombstones.add(
            path=row.path,
            sha1=action.sha1 or "",
            asset=action.asset_id,
            size=row.size,
            mtime=row.mtime,
            side=side,
            at=self._bench.now,
            reason=action.reason,
            trash_path=trash_path,
            stage=stage,
        )

    def _pretend(self, row: FileRow, action: Action, side: str) -> None:
        with self._bench.state.writing():
            self._tombstone(row, action, side, None, "gone")
            self._bench.files.forget(row.path)
        self._bench.did(action)


def recover(bench: Workbench) -> None:
    """What became of intents that a crash left open? Where the file is tells."""
    for gone in bench.tombstones.where("stage = 'going'"):
        _recover_one(bench, gone)


def _recover_one(bench: Workbench, gone: Gone) -> None:
    if gone.trash_path is None:
        bench.tombstones.drop([gone.id])
        return
    try:
        at_home, in_trash = bench.disk.kind(gone.path), bench.disk.kind(gone.trash_path)
    except OSError:
        return  # not to be told now: the intent stays
    if in_trash == "file" and at_home is None:
        action = Action(
            kind=ActionKind.TRASH_LOCAL,
            path=gone.path,
            reason=f"{gone.reason} (an earlier run was interrupted)",
            sha1=gone.sha1,
            asset_id=gone.asset,
            size=gone.size,
        )
        bench.did(action, takes_back(gone.trash_path))
        with bench.state.writing():
            bench.tombstones.stage([gone.id], "gone")
            bench.files.forget(gone.path)
    else:
        # It stayed where it was (or is at both places): everything is decided anew.
        bench.tombstones.drop([gone.id])
