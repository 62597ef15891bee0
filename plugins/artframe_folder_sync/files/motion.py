"""Does a photo hold a film of its own, as those of Pixel and Samsung phones do?

Immich takes such a film out of the photo. If the photo was sent as a live photo with a video beside it, that video is
then deleted in Immich for good.
"""

from __future__ import annotations

from artframe_folder_sync.files.disk import Disk

_MARKS = (b"MotionPhoto", b"MicroVideo", b"mpvd")
"""One of them is in every such photo. In another one it does no harm: its video is only not joined with it."""
_BLOCK = 1 << 20
_OVERLAP = max(map(len, _MARKS)) - 1


def holds_film(disk: Disk, path: str) -> bool:
    """By what is written in the file; OSError as it comes."""
    with disk.open(path) as file:
        rest = b""
        while block := file.read(_BLOCK):
            seen = rest + block
            if any(mark in seen for mark in _MARKS):
                return True
            rest = seen[-_OVERLAP:]
    return False
