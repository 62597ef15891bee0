"""How does an asset go to Immich's trash, only there, and only while its file is really not in the folder?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from artframe.plugin import NotReady
from artframe_folder_sync.batches import batched
from artframe_folder_sync.journal import restores
from artframe_folder_sync.marker import Marker
from artframe_folder_sync.records import Action, ActionKind
from artframe_folder_sync.state import raw
from artframe_folder_sync.state_assets import Seen
from artframe_folder_sync.state_files import FileRow
from artframe_folder_sync.workbench import Workbench

_AT_ONCE = 1000


class RemoteTrashing:
    """Carries out TRASH_REMOTE, KEEP_REMOTE and FORGET."""

    def __init__(self, bench: Workbench, marker: Marker) -> None:
        self._bench = bench
        self._marker = marker

    def trash(self, actions: Sequence[Action]) -> None:
        """Assets of missing files, and earlier versions of edited ones (``other_path`` is set then)."""
        for batch in batched(actions, _AT_ONCE):
            if not self._bench.dry:
                state = self._marker.look()
                if not state.ok:
                    raise NotReady(state.text, state.hint)
                batch = [one for one in batch if self._holds(one)]
            self._batch(batch)

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
        if not bench.dry:
            refused = set(bench.client.trash([one for one in by_asset if one]))
            refused |= self._not_in_trash({one: by_asset[one].sha1 or "" for one in by_asset if one not in refused})
        done = [one for one in batch if one.asset_id in by_asset and one.asset_id not in refused]
        with bench.state.writing() as db:
            for one in done:
                row = bench.files.at(one.path)
                bench.assets.mark(one.asset_id or "", one.sha1 or "", Seen.TRASHED)
                if one.other_path is not None:
                    db.execute("DELETE FROM superseded WHERE asset = ?", (one.asset_id,))
                elif row is not None:
                    self.bury(row, one, side="local")
        for one in done:
            bench.did(one, restores(one.asset_id or ""))
        for one in batch:
            if one.asset_id in refused:
                bench.trouble(
                    one.path,
                    "Immich did not put its photo into the trash",
                    "it may have been locked or deleted meanwhile; it is looked at again in the next full run",
                )
        bench.task.step(len(batch))

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
