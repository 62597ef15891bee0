"""Which file names does Immich take, and as what?"""

from __future__ import annotations

from pathlib import PurePosixPath

WEB_IMAGES = {
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
RAW_IMAGES = """3fr ari arw cap cin cr2 cr3 crw dcr dng erf fff iiq k25 kdc mrw nef nrw orf ori pef psd raf raw rw2
    rwl sr2 srf srw x3f"""
OTHER_IMAGES = {
    **{f".{name}": f"image/{name}" for name in RAW_IMAGES.split()},
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".hif": "image/hif",
    ".insp": "image/jpeg",
    ".jp2": "image/jp2",
    ".jpe": "image/jpeg",
    ".jxl": "image/jxl",
    ".mpo": "image/jpeg",
    ".svg": "image/svg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
VIDEOS = {
    ".3gp": "video/3gpp",
    ".3gpp": "video/3gpp",
    ".avi": "video/avi",
    ".flv": "video/x-flv",
    ".insv": "video/mp4",
    ".m2t": "video/mp2t",
    ".m2ts": "video/mp2t",
    ".m4v": "video/x-m4v",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mpe": "video/mpeg",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".mts": "video/mp2t",
    ".mxf": "application/mxf",
    ".ts": "video/mp2t",
    ".vob": "video/mpeg",
    ".webm": "video/webm",
    ".wmv": "video/x-ms-wmv",
}
IMAGES = WEB_IMAGES | OTHER_IMAGES
SIDECARS = (".xmp",)


def extension(name: str) -> str:
    """The lower-case extension with its dot."""
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


NEW_IN_3 = ".mpo"


def kind_of(name: str, *, modern: bool = True) -> str | None:
    """``IMAGE``, ``VIDEO`` or None; only the name decides, never the content."""
    found = extension(name)
    if found == NEW_IN_3 and not modern:
        return None
    return "IMAGE" if found in IMAGES else "VIDEO" if found in VIDEOS else None


def mime_of(name: str) -> str:
    """The content type of a supported name."""
    found = extension(name)
    return IMAGES.get(found) or VIDEOS.get(found) or "application/octet-stream"


def is_web_image(name: str) -> bool:
    """Whether every browser shows it as it is."""
    return extension(name) in WEB_IMAGES
