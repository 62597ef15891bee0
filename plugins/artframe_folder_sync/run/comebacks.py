"""What comes back into the folder: photos restored in Immich, and those that were replaced there?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from artframe.immich import ImmichError, NotFound, RateLimited, ServerError, Unreachable
from artframe_folder_sync.files.hashing import hash_file
from artframe_folder_sync.files.names import conflict_name
from artframe_folder_sync.records import Action, ActionKind, FileFact, Hashed
from artframe_folder_sync.run.decide import judge, was_replaced
from artframe_folder_sync.run.links import linked, took_place
from artframe_folder_sync.run.receiving import NoRoom, finish, names_for, receive
from artframe_folder_sync.run.trashing_local import LocalTrashing
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow
from artframe_folder_sync.state.files import FileRow
from artframe_folder_sync.state.gone import Gone

_BACK = """stage = 'gone' AND NOT kept_remote AND asset IN (SELECT id FROM asset a WHERE a.state IN ('live', 'archived')
    OR (a.state = 'hidden' AND EXISTS
        (SELECT 1 FROM asset s WHERE s.video = a.id AND s.state IN ('live', 'archived')
        AND (EXISTS (SELECT 1 FROM file f WHERE f.asset = s.id)
        OR EXISTS (SELECT 1 FROM gone g WHERE g.asset = s.id AND g.stage = 'gone' AND NOT g.kept_remote)))))"""
"""The video of a live photo comes back with its photo: not for the sake of an earlier version that has it, too."""
_REPLACED = """base IS NOT NULL AND EXISTS (SELECT 1 FROM asset a WHERE a.id = file.asset AND a.sha1 IS NOT NULL
    AND a.sha1 <> file.base AND a.state IN ('live', 'archived'))"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wanted:
    asset: AssetRow
    sha1: str
    mtime: int
    names: Callable[[], Iterator[str]]


class Comebacks:
    """Carries out BRING_BACK and REPLACE_LOCAL."""

    def __init__(self, bench: Workbench, trashing: LocalTrashing) -> None:
        self._bench = bench
        self._trashing = trashing
        self._today = bench.clock.now().date()

    # -- restored ------------------------------------------------------------------------------------------------------

    def restored(self) -> None:
        """What was taken away here, or deleted here and then in Immich, and is live there again."""
        for gone in self._bench.tombstones.where(_BACK):
            asset = self._bench.assets.at(gone.asset or "")
            if asset is None or self._bench.rules.why(gone.path) is not None:
                continue
            if gone.side == "local" and self._bench.elsewhere.holder(asset.id, gone.sha1) is not None:
                continue  # moved to another folder of the same person, which took it out of the trash
            self._bring(gone, asset)
            self._bench.task.check()

    def _bring(self, gone: Gone, asset: AssetRow) -> None:
        bench = self._bench
        action = Action(
            kind=ActionKind.BRING_BACK,
            path=gone.path,
            reason="restored in Immich",
            sha1=asset.sha1 or gone.sha1,
            asset_id=asset.id,
            size=gone.size,
            other_path=gone.trash_path,
        )
        sha1 = asset.sha1 or gone.sha1
        if bench.dry:
            self._pretend(gone, sha1, asset.id)
            bench.did(action)
            return
        try:
            fact = self._is_there(gone.path, sha1) or self._from_trash(gone, sha1)
        except OSError as error:
            bench.trouble(gone.path, f"it could not be taken out of the trash ({error.strerror or error})")
            return  # what lies there is good: it is tried again, and not downloaded beside it
        if fact is None:
            names = lambda: self._names(gone.path, asset.id)  # noqa: E731
            fact = self._download(_Wanted(asset=asset, sha1=sha1, mtime=gone.mtime, names=names), gone.path)
        if fact is not None:
            took_place(self._bench, fact, sha1, asset.id)
            with bench.state.writing():
                bench.tombstones.stage([gone.id], "returned")
            bench.did(action)

    def _pretend(self, gone: Gone, sha1: str, asset_id: str) -> None:
        """Dry: as if it were there."""
        files = self._bench.files
        path = next(name for name in self._names(gone.path, asset_id) if files.at(name) is None)
        fact = FileFact(path=path, size=gone.size, mtime_ns=gone.mtime, ctime_ns=0, inode=0, device=0)
        took_place(self._bench, fact, sha1, asset_id)

    def _is_there(self, path: str, sha1: str) -> FileFact | None:
        """What came in a moment ago, before something failed."""
        try:
            if self._bench.disk.kind(path) != "file":
                return None
            found = hash_file(self._bench.disk, path)
        except OSError:
            return None
        return found.fact if isinstance(found, Hashed) and found.sha1 == sha1 else None

    def _from_trash(self, gone: Gone, sha1: str) -> FileFact | None:
        """What lies in our own trash, if it is really that content. OSError: it is, and cannot be moved now."""
        bench, trash_path = self._bench, gone.trash_path
        if trash_path is None or not bench.lies_in_trash(gone):
            return None
        found = hash_file(bench.disk, trash_path)
        if not isinstance(found, Hashed):
            found = hash_file(bench.disk, trash_path)  # a disk that failed once may not fail twice
        if not isinstance(found, Hashed) or found.sha1 != sha1:
            return None

        def take_back(name: str, _: int) -> FileFact:
            bench.trash.take_back(trash_path, name)
            return bench.disk.status(name)

        return finish(take_back, self._names(gone.path, gone.asset or gone.sha1), 0)

    def _names(self, path: str, asset_id: str) -> Iterator[str]:
        return self._bench.namesakes.apart(names_for(path, self._today), asset_id)

    # -- replaced ------------------------------------------------------------------------------------------------------

    def replaced(self) -> list[Action]:
        """Another content under the same id. REPLACE_LOCAL for files that did not change here: they go past the brakes

        first, and then to ``exchange``. Everything else (changed on both sides) is done at once: it only adds.
        """
        unchanged: list[Action] = []
        for row in self._bench.files.where_now(_REPLACED):
            asset = self._bench.assets.at(row.asset or "")
            if asset is None or asset.sha1 is None or not was_replaced(row, asset):
                continue
            if row.missing_since is None and (row.sha1 is None or row.size == 0):
                continue
            if row.missing_since is None and row.sha1 == asset.sha1:
                # The same change on both sides.
                with self._bench.state.writing():
                    linked(self._bench, row, asset.id)
            elif row.missing_since is not None or row.sha1 != row.base:
                self._keep_both(row, asset, asset.sha1)
            else:
                action = judge(row, asset, self._bench.config, self._bench.moment, other_copy=None)
                if action is not None and action.kind is ActionKind.REPLACE_LOCAL:
                    unchanged.append(action)
            self._bench.task.check()
        return unchanged

    def exchange(self, action: Action) -> None:
        """The new version comes down, and the old file goes to the local trash."""
        bench = self._bench
        row, asset = bench.files.at(action.path), bench.assets.at(action.asset_id or "")
        if bench.dry:
            bench.did(action)
            return
        if row is None or asset is None or asset.sha1 is None or not was_replaced(row, asset):
            return  # things have changed since this was found out
        sha1 = asset.sha1

        def make_way() -> bool:
            self._trashing.all([action])
            return bench.files.at(row.path) is None

        # The old one goes only when all of the new one is here. Should it end between the two, the tombstone of the old
        # one brings the new one down in the next run.
        names = lambda: names_for(row.path, self._today)  # noqa: E731
        fact = self._download(_Wanted(asset=asset, sha1=sha1, mtime=row.mtime, names=names), row.path, make_way)
        if fact is not None:
            took_place(bench, fact, sha1, asset.id)

    def _keep_both(self, row: FileRow, asset: AssetRow, sha1: str) -> None:
        """Edited (or deleted) here and replaced there: the one of Immich comes down beside it."""
        bench = self._bench
        edited = row.missing_since is None
        action = Action(
            kind=ActionKind.BRING_BACK,
            path=conflict_name(row.path, self._today, "immich") if edited else row.path,
            reason="edited here and replaced in Immich: both are kept"
            if edited
            else "replaced in Immich, deleted here",
            sha1=sha1,
            asset_id=asset.id,
            size=row.size,
        )
        if not bench.dry:
            names = lambda: self._names(action.path, asset.id)  # noqa: E731
            fact = self._came_already(sha1) or self._download(
                _Wanted(asset=asset, sha1=sha1, mtime=row.mtime, names=names), row.path
            )
            if fact is None:
                return
            took_place(self._bench, fact, sha1, asset.id)
            action = replace(action, path=fact.path)
        with bench.state.writing():
            if edited:
                bench.files.unlink(row.path)
            elif bench.dry or (bench.files.at(row.path) or row).missing_since is not None:
                bench.files.forget(row.path)
        if edited:
            bench.trouble(
                row.path, "edited here and replaced in Immich", f"both are kept, that of Immich as {action.path}"
            )
        bench.did(action)

    def _came_already(self, sha1: str) -> FileFact | None:
        """What an interrupted run had brought, and did not get to write down."""
        found = self._bench.files.where_now("sha1 = ? AND base IS NULL AND missing_since IS NULL", (sha1,), limit=1)
        return found[0].fact if found else None

    # -- both ----------------------------------------------------------------------------------------------------------

    def _download(self, wanted: _Wanted, path: str, make_way: Callable[[], bool] = lambda: True) -> FileFact | None:
        bench = self._bench
        if not bench.powers.download:
            bench.note("photos restored or replaced in Immich do not come down: the API key lacks asset.download")
            return None
        try:
            fact = receive(bench, wanted.asset, wanted.sha1, wanted.names(), wanted.mtime, make_way)
        except NoRoom:
            bench.note("nothing is downloaded: the disk has not enough room")
            return None
        except OSError as error:
            bench.trouble(path, f"it could not be written ({error.strerror or error})", "it is tried again")
            return None
        except NotFound as error:
            bench.trouble(path, f"it could not be downloaded: {error.message}")
            return None
        except ImmichError as error:
            if error.needs_person or isinstance(error, Unreachable | RateLimited) or _is_away(error):
                raise
            bench.trouble(path, f"it could not be downloaded: {error.message}", error.hint)
            return None
        if fact is not None:
            bench.tally.bytes_down += fact.size
        return fact


def _is_away(error: ImmichError) -> bool:
    """Whether the server as a whole is out of order; 500 may be about one photo whose file it lacks."""
    return isinstance(error, ServerError) and error.status != 500
