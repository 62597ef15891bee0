"""How do new contents of the folder come to Immich: by restoring, by sending, as the new version of an asset?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from artframe.immich import Visibility
from artframe.plugin import said
from artframe_folder_sync.files.names import printable
from artframe_folder_sync.records import Action, ActionKind
from artframe_folder_sync.run.batches import batched
from artframe_folder_sync.run.contents import Contents
from artframe_folder_sync.run.families import Families, part_exchanged
from artframe_folder_sync.run.links import Supersedes, linked
from artframe_folder_sync.run.sending import Parcel, Sending
from artframe_folder_sync.run.succession import Handover, Succession, video_for
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import Seen
from artframe_folder_sync.state.files import FileRow

_RESTORED_AT_ONCE = 1000


class Uploads:
    """Carries out RESTORE_REMOTE, UPLOAD and REPLACE_REMOTE."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._succession = Succession(bench)
        self._sending = Sending(bench, self._arrived, self._found_in_trash)
        self._trashed_twins: list[tuple[FileRow, Action]] = []
        self._families: Families | None = None
        self._removals: dict[str, Action] = {}
        self._kept_back: dict[str, str] = {}

    @property
    def removals(self) -> list[Action]:
        """TRASH_LOCAL for what was deleted in Immich and came back from somewhere: it goes past the brakes first."""
        return list(self._removals.values())

    def all(self, walks: int = 3) -> None:
        """Everything that is new in the folder. The second walk is for further copies of what the first one sent."""
        part_exchanged(self._bench)
        contents = Contents(self._bench)
        if expected := contents.count():
            self._bench.task.plan(expected, said("folder_sync.sending", "sending new photos to Immich"))
        for _ in range(walks):
            before = self._bench.tally.done.total()
            for found in contents.batches():
                self._removals |= {row.path: action for row, action in found if action.kind is ActionKind.TRASH_LOCAL}
                batch = [one for one in found if one[1].kind is not ActionKind.TRASH_LOCAL]
                if self._bench.dry:
                    self._pretend(batch, contents)
                else:
                    self._batch(batch)
            if self._bench.tally.done.total() == before:
                break
        self._name_kept_back()

    def _name_kept_back(self) -> None:
        """Stills whose videos wait, perhaps for a person: nobody else would say that they wait as well."""
        for path, video in self._kept_back.items():
            row = self._bench.files.at(path)
            if row is not None and row.base is None:
                self._bench.trouble(path, f"it goes to Immich with its video, and that waits: {printable(video)}")

    def _batch(self, batch: Sequence[tuple[FileRow, Action]]) -> None:
        self._restore([one for one in batch if one[1].kind is ActionKind.RESTORE_REMOTE])
        for row, action in batch:
            if action.known_as is not None:
                self._succeed(row, action, action.known_as)
        sent = [
            (row, action)
            for row, action in batch
            if action.kind in (ActionKind.UPLOAD, ActionKind.REPLACE_REMOTE) and action.known_as is None
        ]
        if sent:
            self._send(sent)
        twins, self._trashed_twins = self._trashed_twins, []
        self._restore(twins)

    def _send(self, wanted: list[tuple[FileRow, Action]]) -> None:
        """The videos of live photos first: their stills name them."""
        families = self._families = Families(self._bench, (row for row, _ in wanted))
        videos = [one for one in wanted if families.is_video_of_new_still(one[0])]
        first = {row.path for row, _ in videos}
        for part in (videos, [one for one in wanted if one[0].path not in first]):
            self._sending.send(filter(None, (self._parcel(row, action) for row, action in part)))
        self._kept_back |= families.kept_back

    def _parcel(self, row: FileRow, action: Action) -> Parcel | None:
        parcel = self._families.parcel(row, action) if self._families is not None else None
        if parcel is None:
            # Waits, mostly for its companion. Who sends its half meanwhile would have two photos of it in Immich.
            return None
        old = self._bench.assets.at(row.asset) if row.asset is not None else None
        if action.kind is not ActionKind.REPLACE_REMOTE or old is None:
            return parcel
        return replace(
            parcel,
            visibility=Visibility.ARCHIVE if old.state is Seen.ARCHIVED else None,
            live_photo_video_id=video_for(self._bench, row, old),
        )

    def _arrived(self, parcel: Parcel, asset_id: str) -> None:
        if parcel.action.kind is ActionKind.REPLACE_REMOTE:
            self._succeed(parcel.file, parcel.action, asset_id)
        else:
            linked(self._bench, parcel.file, asset_id)
            if self._families is not None:
                self._families.arrived(parcel, asset_id)
            self._bench.did(_with(parcel.action, asset_id))
            if parcel.file.base is not None:
                # Both sides changed, or the old version is out of reach: a person may want to know.
                self._bench.trouble(parcel.file.path, parcel.action.reason, "look at both versions in Immich")
        megabytes = self._bench.tally.bytes_up // 1_000_000
        message = said("folder_sync.sent", "sending new photos to Immich: {count} MB so far", count=megabytes)
        self._bench.task.step(1, message)

    def _found_in_trash(self, parcel: Parcel, asset_id: str) -> None:
        self._trashed_twins.append((parcel.file, _with(parcel.action, asset_id, ActionKind.RESTORE_REMOTE)))

    # -- restoring -----------------------------------------------------------------------------------------------------

    def _restore(self, wanted: Iterable[tuple[FileRow, Action]]) -> None:
        for batch in batched(wanted, _RESTORED_AT_ONCE):
            ids = [action.asset_id for _, action in batch if action.asset_id is not None]
            refused = set(self._bench.client.restore(ids))
            # The server says yes also to what it is just deleting: only the content's own state counts.
            checks = self._bench.client.check_uploads({row.path: row.sha1 or "" for row, _ in batch})
            renewed: list[tuple[FileRow, Action, str]] = []
            with self._bench.state.writing():
                for row, action in batch:
                    check = checks[row.path]
                    if check.known and not check.in_trash and check.asset_id is not None:
                        if self._has_successor(row):
                            renewed.append((row, action, check.asset_id))
                            continue
                        linked(self._bench, row, check.asset_id)
                        self._bench.did(action)
                    elif not check.known:
                        self._bench.postpone(row.path, "its photo in Immich's trash was deleted for good meanwhile")
                    elif action.asset_id in refused:
                        self._bench.postpone(
                            row.path,
                            "its photo is in Immich's trash, and no API key can take it out of there",
                            "it may be in the locked folder: restore it in Immich",
                        )
                    else:
                        self._bench.postpone(row.path, "Immich did not take its photo out of the trash")
            for row, action, asset_id in renewed:
                self._succeed(row, replace(action, asset_id=row.asset), asset_id)

    def _has_successor(self, row: FileRow) -> bool:
        """Whether what was restored is an edited file's version of earlier: an edit that was taken back."""
        old = self._bench.assets.at(row.asset) if row.asset is not None else None
        return row.base != row.sha1 and old is not None and old.state in (Seen.LIVE, Seen.ARCHIVED)

    # -- new versions --------------------------------------------------------------------------------------------------

    def _succeed(self, row: FileRow, action: Action, asset_id: str) -> None:
        """The new version is certainly there: it takes over what the old one had, and then the old one may go."""
        bench = self._bench
        handover: Handover | None = Handover()
        if action.asset_id is not None and self._is_last(row):
            undated = _is_undated(row)
            handover = self._succession.hand_over(row, action.asset_id, asset_id, doubtful=undated)
            if undated:
                bench.trouble(
                    row.path,
                    "its content changed, but neither its size nor its date: both versions are kept in Immich",
                    "is it damaged? Then put the earlier version in its place",
                )
        if handover is None:
            return
        with bench.state.writing():
            linked(bench, row, asset_id, supersedes=handover.supersedes)
            if handover.video is not None:
                bench.assets.pair(asset_id.lower(), handover.video)
        bench.did(_with(action, asset_id))

    def _is_last(self, row: FileRow) -> bool:
        """Whether no other file is linked to the old version, which is then nobody's any more."""
        return self._bench.files.count("asset = ?", (row.asset,)) <= 1

    # -- dry -----------------------------------------------------------------------------------------------------------

    def _pretend(self, batch: Sequence[tuple[FileRow, Action]], contents: Contents) -> None:
        bench = self._bench
        with bench.state.writing():
            for row, action in batch:
                asset_id = action.known_as or action.asset_id or ""
                if action.kind is not ActionKind.RESTORE_REMOTE and action.known_as is None:
                    asset_id = f"new-{row.sha1}"
                contents.pretended[row.sha1 or ""] = asset_id
                old = bench.assets.at(row.asset) if row.asset is not None else None
                goes = (
                    action.kind is ActionKind.REPLACE_REMOTE
                    and old is not None
                    and self._is_last(row)
                    and not _is_undated(row)
                    and self._succession.would_go(row, old, known_as=action.known_as)
                )
                linked(bench, row, asset_id, supersedes=Supersedes.EDITED if goes else Supersedes.NOTHING)
                if goes and old is not None and old.video is not None:
                    bench.assets.pair(asset_id, old.video)
                bench.did(action)


def _is_undated(row: FileRow) -> bool:
    """Whether it has had its size and date since both sides were equal: nobody edits like that, but disks do."""
    return row.linked_at is not None and row.changed_at <= row.linked_at


def _with(action: Action, asset_id: str, kind: ActionKind | None = None) -> Action:
    return Action(
        kind=kind or action.kind,
        path=action.path,
        reason=action.reason,
        sha1=action.sha1,
        asset_id=asset_id.lower(),
        size=action.size,
        other_path=action.other_path,
    )
