"""Which files belong together? The video of a live photo, and the sidecar of a photo, by their names alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from artframe_folder_sync.files.names import folded

MOTION_BYTES = 64 << 20
"""Three seconds of film are smaller; a larger video beside a photo of the same name is a film of its own."""

# In the order of preference, where several files share a name.
_LIVE_STILLS = (".heic", ".heif", ".jpg", ".jpeg")
_LIVE_VIDEOS = (".mov", ".mp4")
_RAW = frozenset(
    {".3fr", ".ari", ".arw", ".cap", ".cin", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".fff", ".iiq", ".k25"}
    | {".kdc", ".mrw", ".nef", ".nrw", ".orf", ".ori", ".pef", ".raf", ".raw", ".rw2", ".rwl", ".sr2", ".srf", ".srw"}
    | {".x3f"}
)
_IMAGES = frozenset(
    {*_LIVE_STILLS, ".avif", ".bmp", ".gif", ".hif", ".insp", ".jp2", ".jpe", ".jxl", ".mpo", ".png", ".psd", ".svg"}
    | {".tif", ".tiff", ".webp"}
)
_VIDEOS = frozenset(
    {*_LIVE_VIDEOS, ".3gp", ".3gpp", ".avi", ".flv", ".insv", ".m2t", ".m2ts", ".m4v", ".mkv", ".mpe", ".mpeg", ".mpg"}
    | {".mts", ".mxf", ".ts", ".vob", ".webm", ".wmv"}
)
_PREFERENCE = {ending: rank for rank, kind in enumerate((_RAW, _IMAGES, _VIDEOS)) for ending in kind}
_SIDECAR = ".xmp"


@dataclass(frozen=True, kw_only=True)
class Companions:
    """All by path: still -> its video, photo or video -> its sidecar. Nothing is in two pairs of a kind."""

    video_of: dict[str, str]
    sidecar_of: dict[str, str]


def companions(paths: Iterable[str]) -> Companions:
    """Of these files (of one or several folders; only those in the same folder belong together).

    By names alone: ask the size of a video, too (``MOTION_BYTES``), before it is hidden behind a still.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        groups[group_key(path)].append(path)
    found = Companions(video_of={}, sidecar_of={})
    for group in groups.values():
        if len(group) > 1:
            _live(group, found.video_of)
            _sidecars(group, found.sidecar_of)
    return found


def group_key(path: str) -> str:
    """Equal for all files that may belong together: the folder and the name without endings, case aside."""
    folder, slash, name = path.rpartition("/")
    stem, ending = _parted(name)
    if ending == _SIDECAR:
        inner, ending = _parted(stem)
        if ending in _PREFERENCE:
            stem = inner
    return f"{folder}{slash}{folded(stem)}"


def _live(group: list[str], video_of: dict[str, str]) -> None:
    """Of files whose names differ in case, those belong together that do not."""
    same: defaultdict[str, list[str]] = defaultdict(list)
    for path in group:
        same[_parted(path)[0]].append(path)
    before = len(video_of)
    for files in (*same.values(), group):
        stills = _preferred(files, _LIVE_STILLS)
        videos = _preferred(files, _LIVE_VIDEOS)
        if stills and videos and (files is not group or len(video_of) == before):
            video_of[stills[0]] = videos[0]


def _sidecars(group: list[str], sidecar_of: dict[str, str]) -> None:
    masters = sorted(
        (path for path in group if _ending(path) in _PREFERENCE), key=lambda path: (_PREFERENCE[_ending(path)], path)
    )
    sidecars = [path for path in group if _ending(path) == _SIDECAR]
    for sidecar in sidecars:  # IMG_1.jpg.xmp names its master
        named = sidecar[: -len(_SIDECAR)]
        for master in sorted(masters, key=lambda path: path != named):
            if folded(master) == folded(named) and master not in sidecar_of:
                sidecar_of[master] = sidecar
                break
    for sidecar in sidecars:  # IMG_1.xmp belongs to the raw file, else to the photo, else to the video
        if _ending(sidecar[: -len(_SIDECAR)]) in _PREFERENCE or not masters:
            continue
        alike = [path for path in masters if _parted(path)[0] == _parted(sidecar)[0]] or masters
        if alike[0] not in sidecar_of:
            sidecar_of[alike[0]] = sidecar


def _preferred(group: list[str], endings: tuple[str, ...]) -> list[str]:
    return sorted((path for path in group if _ending(path) in endings), key=lambda path: endings.index(_ending(path)))


def _ending(path: str) -> str:
    return _parted(path.rpartition("/")[2])[1]


def _parted(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    return (stem, f".{ending.lower()}") if stem and dot else (name, "")
