"""What fills the bars beside a photo that does not have the panel's shape? The photo itself, blurred and darkened."""

from __future__ import annotations

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from artframe.display.layout import Placement, Size, covering

# All the work is done at a twelfth of the size: a blur this wide keeps nothing that more pixels could show.
SCALE = 12
BLUR = 0.032  # radius, as a share of the canvas's longer side
BRIGHTNESS = 0.62
SATURATION = 1.12
SHADOW = 0.42  # how dark the photo's own shadow is where it meets the bar


def fill_bars(canvas: Image.Image, photo: Image.Image, placement: Placement) -> None:
    """Paint the bars around the fitted photo onto the canvas; the place of the photo itself is left as it is."""
    bars = placement.bars
    if not bars:
        return
    small = _softened(photo, placement)
    x = small.width / placement.canvas.width
    y = small.height / placement.canvas.height
    for bar in bars:
        box = (bar.left * x, bar.top * y, bar.right * x, bar.bottom * y)
        piece = small.resize((bar.right - bar.left, bar.bottom - bar.top), Image.Resampling.BICUBIC, box=box)
        canvas.paste(piece, (bar.left, bar.top))


def _softened(photo: Image.Image, placement: Placement) -> Image.Image:
    canvas = placement.canvas
    size = Size(max(8, canvas.width // SCALE), max(8, canvas.height // SCALE))
    crop = covering(Size(*photo.size), canvas)
    small = photo.resize(size, Image.Resampling.BILINEAR, box=crop, reducing_gap=1.5)
    small = small.filter(ImageFilter.GaussianBlur(BLUR * max(size)))
    small = ImageEnhance.Color(small).enhance(SATURATION)
    small = ImageEnhance.Brightness(small).enhance(BRIGHTNESS)
    return _with_shadow(small, placement)


def _with_shadow(small: Image.Image, placement: Placement) -> Image.Image:
    """Darken the surroundings of the photo a little, so that it seems to lie above its backdrop."""
    x = small.width / placement.canvas.width
    y = small.height / placement.canvas.height
    left, top = placement.position
    right, bottom = left + placement.size.width, top + placement.size.height
    shadow = Image.new("L", small.size, 0)
    ImageDraw.Draw(shadow).rectangle((left * x, top * y, right * x, bottom * y), fill=round(255 * SHADOW))
    shadow = shadow.filter(ImageFilter.GaussianBlur(0.012 * max(small.size)))
    return Image.composite(Image.new("RGB", small.size), small, shadow)
