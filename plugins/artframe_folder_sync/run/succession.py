"""What does the new version of an edited photo take over from the old one in Immich, and may the old one go then?

Everything here may be cut off at any moment and is done again in the next run: each step looks at what is there first.
"""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich import Asset, ImmichError, NoAccess, ServerError
from artframe_folder_sync.files.motion import holds_film
from artframe_folder_sync.records import EditedPhotos
from artframe_folder_sync.run.decide import is_young
from artframe_folder_sync.run.links import Supersedes
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow
from artframe_folder_sync.state.files import FileRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Handover:
    """What became of the old version, and the video that the new one moves with."""

    supersedes: Supersedes = Supersedes.NOTHING
    video: str | None = None


class Succession:
    """Albums, heart, place in the stack and moving part of a photo go to its new version."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def hand_over(self, row: FileRow, old_id: str, new_id: str, *, doubtful: bool) -> Handover | None:
        """Both are in Immich. ``doubtful``: the new one may be damaged, and the old one stays what people see.

        None: Immich fails at this very photo, and it is to be tried again.
        """
        bench = self._bench
        if not bench.may("asset.copy"):
            bench.note(
                "edited photos do not take over albums and favourites, and their earlier versions stay: "
                "the API key lacks asset.copy"
            )
            return Handover()
        try:
            old, new = bench.client.asset(old_id), bench.client.asset(new_id)
            # Not the sidecar: the file brings its own date. A favourite that is none would take its heart from the new.
            bench.client.copy_asset(old_id, new_id, favourite=old.is_favourite, sidecar=False)
            if doubtful:
                return Handover(video=_video_of(new))
            policy, may_go = self._policy(row, old, new), True
            if policy is EditedPhotos.STACK or self._is_surely_an_edit(row, old_id):
                may_go = self._take_place(row.path, old, new, stacked=policy is EditedPhotos.STACK)
        except NoAccess:
            return Handover()  # one of them is gone: there is nothing to take over
        except ImmichError as error:
            if isinstance(error, ServerError) and error.status == 500:
                bench.postpone(row.path, f"albums, favourite and stack are not taken over yet: {error.message}")
                return None
            self._complain(row.path, error)
            return Handover()
        goes = may_go and policy is EditedPhotos.TRASH
        return Handover(supersedes=Supersedes.EDITED if goes else Supersedes.NOTHING, video=_video_of(new))

    def may_go(self, path: str, old_id: str, new_id: str) -> bool | None:
        """Right before the old version goes to the trash: its place is taken, and its video is the new one's, too.

        None: not to be told now.
        """
        client = self._bench.client
        try:
            old, new = client.asset(old_id), client.asset(new_id)
            if new.is_trashed:
                return None
            return _video_of(old) in (None, _video_of(new)) and self._take_place(path, old, new, stacked=False)
        except NoAccess:
            return None
        except ImmichError as error:
            self._complain(path, error)
            return None

    def _complain(self, path: str, error: ImmichError) -> None:
        if error.needs_person or (error.retryable and getattr(error, "status", 0) != 500):
            raise error
        self._bench.trouble(path, f"albums, favourite and stack could not be taken over: {error.message}", error.hint)

    def _is_surely_an_edit(self, row: FileRow, old_id: str) -> bool:
        """Else it may be another photo that took the name: what that is to be is decided when Immich has read it."""
        old = self._bench.assets.at(old_id)
        return old is not None and is_young(row, old, self._bench.config, self._bench.moment)

    def would_go(self, row: FileRow, old: AssetRow, *, known_as: str | None) -> bool:
        """Whether the old version would be replaced, for a plan. Asks Immich only where the state does not tell."""
        bench = self._bench
        if bench.config.edited_photos is not EditedPhotos.TRASH or not bench.may("asset.copy"):
            return False
        if old.video is not None and not _moves_by_itself(bench, row):
            heir = _video_of(bench.client.asset(known_as)) if known_as else video_for(bench, row, old)
            if heir != old.video:
                return False
        if bench.may("stack.update"):
            return True
        stack = bench.client.asset(old.id).stack
        return stack is None or stack.cover_id != old.id

    def _policy(self, row: FileRow, old: Asset, new: Asset) -> EditedPhotos:
        bench = self._bench
        policy = bench.config.edited_photos
        if policy is not EditedPhotos.TRASH or _video_of(old) in (None, _video_of(new)):
            return policy
        if _moves_by_itself(bench, row):
            # Immich takes the film out of the new version, too. Only when they are seen to share it may the old one go.
            return policy
        # Its video would go with it for good when the trash is emptied.
        stacked = bench.may("stack.create") and self._is_surely_an_edit(row, old.id.lower())
        bench.trouble(
            row.path,
            "it was a live photo, and its new version does not move: the earlier one stays in Immich, under the new one"
            if stacked
            else "it was a live photo, and its new version does not move: both stay in Immich",
        )
        return EditedPhotos.STACK if stacked else EditedPhotos.KEEP

    def _take_place(self, path: str, old: Asset, new: Asset, *, stacked: bool) -> bool:
        """The new one comes into the stack of the old one, as its cover if that was it; whether the old one may go.

        A cover in the trash would hide all the others of its stack.
        """
        bench = self._bench
        if old.stack is None:
            if stacked:
                self._stack(old, new)
            return True
        is_cover = old.stack.cover_id == old.id.lower()
        if is_cover and not bench.may("stack.update"):
            bench.note(
                "edited photos that are the cover of a stack stay that, with their new version beside the stack: "
                "the API key lacks stack.update"
            )
            return False
        if new.stack is None:
            if not bench.may("asset.copy"):
                return not is_cover
            self._join(old, new)
        elif new.stack.id != old.stack.id:
            if is_cover:
                bench.trouble(
                    path,
                    "its new version is in a stack of its own in Immich, and the earlier one is the cover of another: "
                    "both stay",
                    "put them into one stack in Immich if they belong together",
                )
            return not is_cover
        if is_cover:
            bench.client.set_cover(old.stack.id, new.id)
        return True

    def _stack(self, old: Asset, new: Asset) -> None:
        if not self._bench.may("stack.create"):
            self._bench.note("earlier versions are not stacked: the API key lacks stack.create")
        elif new.stack is None:
            self._bench.client.create_stack([new.id, old.id])
        else:
            self._join(new, old)

    def _join(self, member: Asset, other: Asset) -> None:
        self._bench.client.copy_asset(
            member.id, other.id, albums=False, favourite=False, shared_links=False, stack=True
        )


def _video_of(asset: Asset) -> str | None:
    return asset.live_photo_video_id.lower() if asset.live_photo_video_id else None


def video_for(bench: Workbench, row: FileRow, old: AssetRow) -> str | None:
    """The video with which the new version of a live photo is sent: the old one's, as long as that is what it was.

    Both photos have it then, and it stays when the old one is purged.
    """
    if old.video is None:
        return None
    video = bench.assets.at(old.video)
    if video is None or not video.state.is_there:
        return None
    files = bench.files.where_now("asset = ? AND missing_since IS NULL", (old.video,))
    if any(one.sha1 != one.base for one in files) or _moves_by_itself(bench, row):
        return None
    return old.video


def _moves_by_itself(bench: Workbench, row: FileRow) -> bool:
    """In doubt it does: then no video is sent along, and the old one stays until both are seen to have the same."""
    try:
        return holds_film(bench.disk, row.path)
    except OSError:
        return True
