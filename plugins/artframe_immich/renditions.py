"""In which form does a photo come: as uploaded, or as the rendition that Immich made of it?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from artframe.immich import Asset, Rendition
from artframe_immich.settings import Quality

# What the frame decodes itself; everything else (RAW, PSD, SVG, JPEG XL) comes as Immich's own rendition.
_DECODABLE = frozenset(
    ".jpg .jpeg .jpe .jfif .png .gif .bmp .webp .tif .tiff .heic .heif .hif .avif .mpo".split()  # noqa: SIM905
)
_PREVIEW_SIDE = 1440
"""Immich's default: the shorter side of a preview has at most so many pixels."""
_THUMBNAIL_SIDE = 250
_SMALL = 1_000_000
"""Bytes: an original of no more pixels than the preview, and no more bytes than this, is as good as the preview."""

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/png": ".png",
    "image/avif": ".avif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/gif": ".gif",
    "image/tiff": ".tiff",
}


@dataclass(frozen=True, kw_only=True)
class Form:
    """How a photo is asked for. ``edited``: as it was edited in Immich."""

    rendition: Rendition
    edited: bool = False

    @property
    def as_uploaded(self) -> bool:
        """Whether the bytes are the uploaded ones, so that Immich's checksum is theirs."""
        return self.rendition is Rendition.ORIGINAL and not self.edited

    def version(self, asset: Asset) -> str:
        """Changes whenever the bytes of this form change, as far as Immich tells."""
        revision = asset.sha1 if asset.sha1 is not None and not self.edited else _revision(asset)
        return f"{self.rendition.name.lower()}{'+edited' if self.edited else ''}:{revision}"

    @classmethod
    def of_version(cls, version: str) -> Form:
        """The reverse: in which form a listed version comes."""
        name, edited, _ = version.partition(":")[0].partition("+edited")
        return cls(rendition=Rendition[name.upper()], edited=bool(edited))


def choose(asset: Asset, quality: Quality, panel: tuple[int, int]) -> Form:
    """The form in which this frame shows the asset."""
    edited = asset.is_edited
    if quality == "original":
        return Form(rendition=Rendition.ORIGINAL if decodable(asset) or edited else Rendition.FULLSIZE, edited=edited)
    return Form(rendition=_smallest(asset, panel), edited=edited)


def decodable(asset: Asset) -> bool:
    """Whether the frame can decode the uploaded file, by its name (which is also how Immich judges)."""
    return PurePosixPath(asset.file_name).suffix.lower() in _DECODABLE


def extension(content_type: str) -> str | None:
    """The file name extension for what the server says it sends; None: keep the name."""
    return _EXTENSIONS.get(content_type)


def _smallest(asset: Asset, panel: tuple[int, int]) -> Rendition:
    """The smallest rendition that fills the panel (the picture covers it, one side may be cut)."""
    whole = Rendition.ORIGINAL if decodable(asset) or asset.is_edited else Rendition.FULLSIZE
    if not asset.width or not asset.height:
        return Rendition.PREVIEW
    shorter = min(asset.width, asset.height)
    scale = min(1.0, max(panel[0] / asset.width, panel[1] / asset.height))
    needed = round(shorter * scale)
    if shorter <= _PREVIEW_SIDE and not asset.is_edited and decodable(asset) and (asset.size or _SMALL + 1) <= _SMALL:
        return Rendition.ORIGINAL
    if needed <= _THUMBNAIL_SIDE:
        return Rendition.THUMBNAIL
    return Rendition.PREVIEW if needed <= _PREVIEW_SIDE else whole


def _revision(asset: Asset) -> str:
    return asset.updated_at.isoformat() if asset.updated_at is not None else asset.taken_at.isoformat()
