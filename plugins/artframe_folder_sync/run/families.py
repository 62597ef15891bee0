"""Which files of the folder are one photo to Immich: a still with its video, a photo with its sidecar?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from artframe_folder_sync.files.companions import MOTION_BYTES, Companions, companions, group_key
from artframe_folder_sync.files.motion import holds_film
from artframe_folder_sync.records import Action
from artframe_folder_sync.run.sending import Parcel
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.database import raw, text
from artframe_folder_sync.state.files import FileRow

_LARGEST_SIDECAR = 4 << 20
_SENT = "it went to Immich along with its photo"
_NOT_SENT = (
    "Immich takes such notes about a photo (an XMP file) only together with it; it has the photo already, so these are "
    "not sent"
)


class Families:
    """The companions in the folders of some files. Nothing is changed but what the state says about sidecars."""

    def __init__(self, bench: Workbench, rows: Iterable[FileRow]) -> None:
        self._bench = bench
        paths = [row.path for row in rows]
        # A folder may hold a hundred thousand files: nobody keeps more of them than bear one of these names.
        groups = {group_key(path) for path in paths}
        found = [
            companions(path for path in self._in_folder(folder) if group_key(path) in groups)
            for folder in {_folder(path) for path in paths}
        ]
        self._all = Companions(
            video_of={still: video for one in found for still, video in one.video_of.items()},
            sidecar_of={master: sidecar for one in found for master, sidecar in one.sidecar_of.items()},
        )
        self.kept_back: dict[str, str] = {}
        """Stills that wait for a video which is whole and was not sent, by path."""
        self._still_of = {video: still for still, video in self._all.video_of.items()}

    def _in_folder(self, folder: str) -> Iterator[str]:
        files = self._bench.files
        if not folder:
            return files.paths("missing_since IS NULL AND instr(path, x'2F') = 0")
        start = raw(folder)
        below = files.paths("missing_since IS NULL AND path > ? AND path < ?", (start + b"/", start + b"0"))
        return (path for path in below if "/" not in path[len(folder) + 1 :])

    def is_video_of_new_still(self, row: FileRow) -> bool:
        """Whether it is the video of a live photo that is not in Immich yet: then it must be there first."""
        still = self._still_of.get(row.path)
        if still is None or row.size >= MOTION_BYTES:
            return False
        found = self._bench.files.at(still)
        return found is not None and found.base is None

    def video_of(self, row: FileRow) -> FileRow | None:
        """The video of a still that is new to Immich, or None. OSError when the still cannot be read.

        Not of one that moves by itself: Immich would delete the video in favour of what it finds in the still.
        """
        path = self._all.video_of.get(row.path)
        video = self._bench.files.at(path) if path is not None and row.base is None else None
        if video is None or video.size >= MOTION_BYTES or holds_film(self._bench.disk, row.path):
            return None
        return video

    def sidecar_of(self, row: FileRow) -> FileRow | None:
        """The sidecar of a photo or video, or None."""
        path = self._all.sidecar_of.get(row.path)
        return self._bench.files.at(path) if path is not None else None

    def master_of(self, row: FileRow) -> FileRow | None:
        """The photo or video that a sidecar belongs to, or None."""
        masters = [master for master, sidecar in self._all.sidecar_of.items() if sidecar == row.path]
        return self._bench.files.at(masters[0]) if masters else None

    def parcel(self, row: FileRow, action: Action) -> Parcel | None:
        """What is sent for a file; None: it waits, since it cannot be read or a companion has not come to rest."""
        video_id, sidecar = None, None
        try:
            video = self.video_of(row)
        except OSError as error:  # nor can it be sent
            self._bench.files.unread(row.path)
            self._bench.trouble(row.path, f"it could not be read when it was to be sent ({error.strerror or error})")
            return None
        if video is not None:
            if video.base is not None and video.base == video.sha1:
                video_id = video.asset
            elif video.refused is None or video.retry_at is not None:
                if video.sha1 is not None:
                    self.kept_back[row.path] = video.path
                return None
        if (beside := self.sidecar_of(row)) is not None and beside.size > 0:
            if beside.sha1 is None:
                return None
            sidecar = self._read(beside)
        return Parcel(file=row, action=action, live_photo_video_id=video_id, sidecar=sidecar)

    def _read(self, sidecar: FileRow) -> bytes | None:
        if sidecar.size > _LARGEST_SIDECAR:
            return None
        try:
            with self._bench.disk.open(sidecar.path) as file:
                return file.read(_LARGEST_SIDECAR)
        except OSError as error:
            self._bench.trouble(
                sidecar.path, f"the notes about a photo (XMP) could not be read ({error.strerror or error})"
            )
            return None

    def arrived(self, parcel: Parcel, asset_id: str) -> None:
        """The still is in Immich, and its companions with it. Call it inside ``writing``."""
        bench = self._bench
        if parcel.live_photo_video_id is not None:
            video = self._all.video_of[parcel.file.path]
            bench.files.belongs(video, parcel.file.path)
            bench.assets.pair(asset_id, parcel.live_photo_video_id)
        if parcel.sidecar is not None:
            bench.files.refuse(self._all.sidecar_of[parcel.file.path], _SENT, retry_at=None)


def pair_up(bench: Workbench) -> None:
    """Which videos belong to which stills, by what Immich says; also after one of them was moved."""
    with bench.state.writing() as db:
        db.execute("UPDATE file SET still = NULL WHERE still IS NOT NULL AND still NOT IN (SELECT path FROM file)")
        db.execute(
            """UPDATE file SET still = (SELECT s.path FROM asset a JOIN file s ON s.asset = a.id
                WHERE a.video = file.asset LIMIT 1)
            WHERE still IS NULL AND asset IN (SELECT video FROM asset WHERE video IS NOT NULL)"""
        )


def part_exchanged(bench: Workbench) -> None:
    """Videos that Immich purged by itself, since it found another film in their still, count as new.

    Nobody deleted them. Call it before anything is sent. A photo whose video a person took off has none.
    """
    rows = bench.state.db.execute(
        """SELECT v.path FROM file v JOIN asset film ON film.id = v.asset JOIN file s ON s.path = v.still
        JOIN asset photo ON photo.id = s.asset WHERE v.missing_since IS NULL AND v.base = v.sha1
        AND film.state = 'purged' AND s.missing_since IS NULL AND photo.state IN ('live', 'archived')
        AND photo.video IS NOT NULL"""
    ).fetchall()
    with bench.state.writing():
        for row in rows:
            path = text(row["path"])
            bench.files.unlink(path)
            bench.files.belongs(path, None)
            bench.trouble(
                path,
                "Immich has another video for its live photo, and deleted this one: it is sent as a film of its own",
            )


def report_sidecars(bench: Workbench) -> None:
    """Say once of each sidecar that came, or changed, after its photo was sent."""
    if not bench.sidecars:
        return
    marks = " OR ".join("lower(CAST(path AS TEXT)) LIKE ?" for _ in bench.sidecars)
    rows = bench.files.where_now(
        f"refused IS NULL AND sha1 IS NOT NULL AND missing_since IS NULL AND base IS NULL AND ({marks})",
        tuple(f"%.{ending}" for ending in bench.sidecars),
    )
    if not rows:
        return
    families = Families(bench, rows)
    for row in rows:
        master = families.master_of(row)
        if master is not None and master.base is not None:
            bench.refuse(row.path, _NOT_SENT, "describe the photo in Immich instead")


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
