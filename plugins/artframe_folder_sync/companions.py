"""Which files belong together? The video of a live photo, and the sidecar of a photo, by their names alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Companions:
    """All by path: still -> its video, photo or video -> its sidecar."""

    video_of: dict[str, str]
    sidecar_of: dict[str, str]


def companions(paths: Iterable[str]) -> Companions:
    """Of these files (of one or several folders; only those in the same folder belong together)."""
    raise NotImplementedError


def group_key(path: str) -> str:
    """Equal for all files that may belong together: the folder and the name without extensions, case aside."""
    raise NotImplementedError
