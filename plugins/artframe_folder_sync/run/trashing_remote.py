"""How does an asset go to Immich's trash, only there, and only while its file is really not in the folder?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from artframe.plugin import NotReady
from artframe_folder_sync.files.marker import Marker
from artframe_folder_sync.journal import restores
from artframe_folder_sync.records import Action, ActionKind
from artframe_folder_sync.run.batches import batched
from artframe_folder_sync.run.deletions import stays
from artframe_folder_sync.run.succession import Succession
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import Seen
from artframe_folder_sync.state.database import raw
from artframe_folder_sync.state.files import FileRow
from artframe_folder_sync.state.gone import Gone

_AT_ONCE = 1000
_DAY = 86_400_000_000


class RemoteTrashing:
    """Carries out TRASH_REMOTE, KEEP_REMOTE and FORGET."""

    def __init__(self, bench: Workbench, marker: Marker) -> None:
        self._bench = bench
        self._marker = marker
        self._succession = Succession(bench)

    def trash(self, actions: Sequence[Action]) -> None:
        """Assets of missing files, and earlier versions of edited ones (``other_path`` is set then)."""
        for batch in batched(sorted(actions, key=lambda one: one.asset_id or ""), _AT_ONCE):
            if not self._bench.dry:
                batch = self._replaced(batch)  # takes its time: the folder is looked at after that
                state = self._marker.look()
                if not state.ok:
                    raise NotReady(state.said, state.advice)
                # Of an asset with several files all must be gone.
                there = {one.asset_id for one in batch if not self._holds(one)}
                batch = [one for one in batch if one.asset_id not in there]
            self._batch(batch)

    def _replaced(self, batch: Sequence[Action]) -> list[Action]:
        """Without the earlier versions whose place in Immich their successors cannot take: those stay."""
        bench, found = self._bench, list[Action]()
        for one in batch:
            sql = "SELECT * FROM superseded WHERE asset = ? AND edited"
            entry = bench.state.db.execute(sql, (one.asset_id,)).fetchone() if one.other_path is not None else None
            if entry is None:
                found.append(one)
                continue
            bench.task.check()
            may_go = self._succession.may_go(one.path, entry["asset"], entry["successor"])
            if may_go:
                found.append(one)
            elif may_go is False:
                with bench.state.writing() as db:
                    stays(bench, entry, "an earlier version, kept in Immich")
                    db.execute("DELETE FROM superseded WHERE asset = ?", (one.asset_id,))
        return found

    def _holds(self, action: Action) -> bool:
        """The premise at the last moment: the file is not there. A folder that cannot be read says nothing."""
        if action.other_path is not None:
            return True  # an earlier version: its successor is confirmed, and its own content is at no path
        try:
            if self._bench.disk.kind(action.path) in (None, "folder"):
                return True
        except OSError as error:
            self._bench.trouble(action.path, f"whether it was deleted cannot be told now ({error.strerror or error})")
        return False

    def _batch(self, batch: Sequence[Action]) -> None:
        bench = self._bench
        by_asset = {one.asset_id: one for one in batch if one.asset_id is not None and one.sha1 is not None}
        if not by_asset:
            return
        refused: set[str] = set()
        asked: list[int] = []
        if not bench.dry:
            asked = self._intend(batch)
            refused = set(bench.client.trash([one for one in by_asset if one]))
            refused |= self._not_in_trash({one: by_asset[one].sha1 or "" for one in by_asset if one not in refused})
        done = [one for one in batch if one.asset_id in by_asset and one.asset_id not in refused]
        # In the journal first: what is cut off here is known as an intent, and nothing is done that nobody can undo.
        for one in done:
            bench.did(one, restores(one.asset_id or ""))
        with bench.state.writing() as db:
            bench.tombstones.withdraw(asked)
            for one in done:
                # Whatever an interrupted run asked for has its answer, too.
                db.execute("DELETE FROM gone WHERE stage = 'asked' AND asset = ?", (one.asset_id,))
                row = bench.files.at(one.path)
                bench.assets.mark(one.asset_id or "", one.sha1 or "", Seen.TRASHED)
                if one.other_path is not None:
                    db.execute("DELETE FROM superseded WHERE asset = ?", (one.asset_id,))
                elif row is not None:
                    self.bury(row, one, side="local")
            bench.waiting.used("remote", (one.key for one in done), bench.now)
        for one in batch:
            if one.asset_id in refused:
                bench.trouble(
                    one.path,
                    "Immich did not put its photo into the trash",
                    "it may have been locked or deleted meanwhile; it is looked at again in the next full run",
                )
        bench.task.step(len(batch))

    def _intend(self, batch: Sequence[Action]) -> list[int]:
        """On disk before Immich is asked: should its answer get lost, it is known whose deletion it was."""
        bench = self._bench
        with bench.state.writing():
            return [
                bench.tombstones.add(
                    path=one.path,
                    sha1=one.sha1 or "",
                    asset=one.asset_id,
                    size=one.size,
                    mtime=0,
                    side="local",
                    at=bench.now,
                    reason=one.reason,
                    stage="asked",
                )
                for one in batch
            ]

    def recover(self, *, full: bool) -> None:
        """What became of deletions that Immich was asked for in a run that did not end?

        Call it when both sides were looked at. A file that is back by now is not taken for one that was deleted there.
        """
        bench = self._bench
        for gone in bench.tombstones.where("stage = 'asked'"):
            asset = bench.assets.at(gone.asset or "")
            if asset is not None and asset.state in (Seen.TRASHED, Seen.PURGED):
                if not bench.dry:  # no step of a plan: it is done already
                    bench.did(_buried(gone), restores(asset.id))
                with bench.state.writing():
                    for row in bench.files.where_now("asset = ? AND base IS NOT NULL", (gone.asset,)):
                        if row.missing_since is None:
                            bench.files.unlink(row.path)
                        else:
                            part = replace(_buried(gone), path=row.path, sha1=row.base, size=row.size)
                            self.bury(row, part, side="local")
                    bench.tombstones.withdraw([gone.id])
            elif asset is None or (full and asset.state.is_there and gone.at < bench.now - _DAY):
                bench.tombstones.withdraw([gone.id])  # it was not done, nor will be: everything is decided anew

    def _not_in_trash(self, sha1s: dict[str, str]) -> set[str]:
        """Look again: what the server said it did must show."""
        if not sha1s or not self._bench.may("asset.upload"):
            return set()
        checks = self._bench.client.check_uploads(sha1s)
        return {
            one
            for one, check in checks.items()
            if check.known and not check.in_trash and (check.asset_id or "").lower() == one
        }

    def bury(self, row: FileRow, action: Action, *, side: str, kept: bool = False) -> None:
        """A tombstone in the place of the file's row. Call it inside ``writing``."""
        self._bench.tombstones.add(
            path=row.path,
            sha1=action.sha1 or row.base or "",
            asset=action.asset_id,
            size=row.size,
            mtime=row.mtime,
            side=side,
            at=self._bench.now,
            reason=action.reason,
            kept_remote=kept,
        )
        self._bench.files.forget(row.path)
        for video in self._bench.files.where_now("still = ? AND missing_since IS NOT NULL", (raw(row.path),)):
            # The other half of a live photo shares its fate on both sides.
            part = replace(action, path=video.path, sha1=video.base, asset_id=video.asset, size=video.size)
            self.bury(video, part, side=side, kept=kept)

    def keep(self, actions: Sequence[Action]) -> None:
        """KEEP_REMOTE and FORGET: nothing happens on either side, but it is remembered."""
        bench = self._bench
        with bench.state.writing():
            for one in actions:
                row = bench.files.at(one.path)
                if row is None:
                    continue
                if one.kind is ActionKind.KEEP_REMOTE:
                    self.bury(row, one, side="local", kept=True)
                elif one.other_path is not None:
                    bench.files.forget(one.path)  # another copy of it is tracked
                else:
                    self.bury(row, one, side="both")
        for one in actions:
            bench.did(one)


def _buried(gone: Gone) -> Action:
    return Action(
        kind=ActionKind.TRASH_REMOTE,
        path=gone.path,
        reason=f"{gone.reason} (an earlier run was interrupted)",
        sha1=gone.sha1,
        asset_id=gone.asset,
        size=gone.size,
    )
