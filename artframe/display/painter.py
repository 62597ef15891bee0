"""How does a photo on disk become a frame that the panel shows at once? Everything slow happens here, in a worker."""

from __future__ import annotations

import io
import threading

from PIL import Image

from artframe.display.backdrop import fill_bars
from artframe.display.cards import Card, draw_card
from artframe.display.dates import written_date
from artframe.display.decode import Fitted, decode
from artframe.display.encoding import jpeg
from artframe.display.layout import Rotation, Size, badge_position, canvas_of
from artframe.display.look import Look
from artframe.display.overlay import Texts, draw_badge, write_texts
from artframe.display.panels import Badge, Frame, Panel
from artframe.library.cache import Renditions, rendition_key
from artframe.library.photo import LocalPhoto

QUALITY = 90  # of a kept rendition: no difference is seen at the panel's own size
# A photo with fewer pixels than this many panels decodes nearly as fast as its rendition would.
WORTH_KEEPING = 3.0

_TURNS = {
    90: Image.Transpose.ROTATE_270,  # Pillow counts against the clock
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


class Painter:
    """Makes frames for one panel; blocking, any thread, one picture at a time (two would need the memory of two)."""

    def __init__(self, panel: Panel, renditions: Renditions | None = None, *, max_pixels: int | None = None) -> None:
        self._panel = panel
        self._renditions = renditions
        self._max_pixels = max_pixels
        self._turn = threading.Lock()

    def paint(self, local: LocalPhoto, look: Look) -> Frame:
        """Prepare a photo. Raises PhotoGone and UnreadablePhoto."""
        with self._turn:
            canvas = canvas_of(self._panel.size, look.rotation)
            picture = self._picture(local, look, canvas)
            texts = Texts(
                caption=local.photo.caption if look.show_caption else "",
                date=written_date(local.photo.local_taken_at, look.language) if look.show_date else "",
            )
            if texts:
                write_texts(picture, texts)
            return self._panel.prepare(turned(picture, look.rotation))

    def reduced(self, local: LocalPhoto, size: int) -> Image.Image:
        """A photo upright, at most ``size`` pixels in either direction. Raises PhotoGone and UnreadablePhoto."""
        with self._turn:
            return decode(local.path, Size(size, size), "contain", max_pixels=self._max_pixels).image

    def card(self, card: Card, look: Look) -> Frame:
        """Prepare the card that is shown while there is no photo."""
        with self._turn:
            picture = draw_card(card, canvas_of(self._panel.size, look.rotation))
            return self._panel.prepare(turned(picture, look.rotation))

    def badge(self, look: Look) -> Badge:
        """Prepare the corner badge."""
        image = turned(draw_badge(min(self._panel.size)), look.rotation)
        return Badge(image=image, position=badge_position(self._panel.size, look.rotation, Size(*image.size)))

    def _picture(self, local: LocalPhoto, look: Look, canvas: Size) -> Image.Image:
        key = rendition_key(local, look.layout_key(canvas))
        known = self._renditions.get(key) if self._renditions else None
        if known is not None and local.path.exists():
            try:
                return _decoded(known, canvas)
            except (OSError, ValueError, SyntaxError):
                assert self._renditions is not None
                self._renditions.drop(key)
        fitted = decode(local.path, canvas, look.fit, background=look.background, max_pixels=self._max_pixels)
        picture = compose(fitted, look.background)
        if self._renditions and fitted.pixels > WORTH_KEEPING * canvas.width * canvas.height:
            self._renditions.put(key, jpeg(picture, QUALITY))
        return picture


def compose(fitted: Fitted, background: tuple[int, int, int]) -> Image.Image:
    """Lay a fitted photo onto its canvas; the result is the canvas."""
    placement = fitted.placement
    if not placement.bars:
        return fitted.image
    canvas = Image.new("RGB", placement.canvas, background)
    if placement.blurred:
        fill_bars(canvas, fitted.image, placement)
    canvas.paste(fitted.image, placement.position)
    return canvas


def turned(picture: Image.Image, rotation: Rotation) -> Image.Image:
    """Turn a finished picture clockwise, for a panel that hangs turned the other way."""
    return picture.transpose(_TURNS[rotation]) if rotation else picture


def _decoded(data: bytes, canvas: Size) -> Image.Image:
    picture = Image.open(io.BytesIO(data), formats=["JPEG"])
    picture.load()
    if picture.size != canvas or picture.mode != "RGB":
        raise ValueError("the rendition belongs to another panel")
    return picture
