"""How does a machine without a screen show its pictures? It writes the current one to a file."""

from __future__ import annotations

import io
import stat
from pathlib import Path

from PIL import Image

from artframe.core.files import write_atomic
from artframe.display.layout import Size
from artframe.display.panels import Badge, Capabilities, Frame, Input, PanelOptions, PanelUnavailable

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class PngPanel:
    """Writes what it shows to a PNG file, whole or not at all: whoever reads the file never sees half a picture.

    The file is its owner's alone: it holds a family's photos, and before them the code that lets a phone in. Who opens
    it to others (``chmod``) finds it open from then on.
    """

    kind = "png"

    def __init__(self, options: PanelOptions) -> None:
        self._file = (options.file or Path("screen.png")).absolute()
        self._size = options.window or options.size
        self._shown = Image.new("RGB", self._size)

    def open(self) -> None:
        if not self._file.parent.is_dir():
            raise PanelUnavailable(
                f"the pictures cannot be written: there is no folder {self._file.parent}",
                "create it, or name another file in the display's settings",
            )
        if not self._is_ours():
            # A photo, a key, the settings: whoever named it by mistake, or on purpose, must not lose it.
            raise PanelUnavailable(
                f"the pictures are not written to {self._file}: what is there is no PNG picture, and would be lost",
                "name another file in the display's settings, or move that one away",
            )

    def _is_ours(self) -> bool:
        if not self._file.exists():
            return True
        try:
            if not self._file.is_file():
                return False
            with self._file.open("rb") as file:
                return file.read(len(_SIGNATURE)) in (b"", _SIGNATURE)
        except OSError:
            return False

    def _mode(self) -> int:
        try:
            return stat.S_IMODE(self._file.stat().st_mode)
        except FileNotFoundError:
            return 0o600

    def close(self) -> None:
        """Nothing is held: the last picture stays in its file."""

    @property
    def size(self) -> Size:
        return self._size

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(size=self._size, motion=False)

    def prepare(self, image: Image.Image) -> Frame:
        if image.size != self._size:
            raise ValueError(f"a picture of {image.size} for a panel of {self._size}")
        return image

    def show(self, frame: Frame | None, badge: Badge | None = None) -> None:
        picture = Image.new("RGB", self._size) if frame is None else frame.copy()
        if badge is not None:
            picture.paste(badge.image, badge.position, badge.image)
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", compress_level=1)
        try:
            write_atomic(self._file, buffer.getvalue(), mode=self._mode())
        except OSError as error:
            raise PanelUnavailable(
                f"the picture cannot be written to {self._file}: {error.strerror or error}",
                "make room on its disk, or name another file in the display's settings",
            ) from error
        self._shown = picture

    def blend(self, old: Frame, new: Frame, fraction: float, badge: Badge | None = None) -> None:
        self.show(Image.blend(old, new, fraction), badge)

    def capture(self) -> Frame:
        return self._shown

    def picture(self, frame: Frame) -> Image.Image:
        shown: Image.Image = frame
        return shown

    def poll(self) -> list[Input]:
        return []
