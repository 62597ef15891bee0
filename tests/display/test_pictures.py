"""Backdrop, overlay, cards, dates and transitions: what people see besides the photo."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from artframe.display.cards import Card, draw_card
from artframe.display.dates import written_date
from artframe.display.decode import Fitted
from artframe.display.layout import Size, place
from artframe.display.overlay import Texts, draw_badge, write_texts
from artframe.display.painter import compose, turned
from artframe.display.transitions import Fade, smoothstep
from artframe.display.typeface import TEXT, drawable, font, unknown_letters, wrap

from .conftest import CORNERS, four_corners


def fitted(width: int, height: int, canvas: Size, fit: str) -> Fitted:
    placement = place(Size(width, height), canvas, fit)  # type: ignore[arg-type]
    return Fitted(image=four_corners(*placement.size), placement=placement, pixels=width * height)


def test_the_blurred_fill_leaves_the_photo_alone_and_is_darker_than_it() -> None:
    one = fitted(300, 400, Size(800, 480), "blur")
    picture = compose(one, (0, 0, 0))
    left, top = one.placement.position
    inside = picture.crop((left, top, left + one.placement.size.width, top + one.placement.size.height))
    assert ImageChops.difference(inside, one.image).getbbox() is None
    for bar in one.placement.bars:
        piece = picture.crop(tuple(bar)).convert("L")
        assert 10 < sum(piece.get_flattened_data()) / (piece.width * piece.height) < 110


def test_contain_shows_the_background_in_its_bars() -> None:
    picture = compose(fitted(300, 400, Size(800, 480), "contain"), (12, 34, 56))
    assert picture.getpixel((5, 240)) == picture.getpixel((795, 240)) == (12, 34, 56)


@pytest.mark.parametrize("size", [(1920, 1), (1, 1080)])
def test_even_a_line_has_a_backdrop(size: tuple[int, int]) -> None:
    placement = place(Size(size[0] * 5, size[1] * 5), Size(1920, 1080), "blur")
    picture = compose(Fitted(image=four_corners(*placement.size), placement=placement, pixels=1), (0, 0, 0))
    assert picture.size == (1920, 1080)


@pytest.mark.parametrize(("turn", "corner"), [(0, (10, 10)), (90, (390, 10)), (180, (390, 190)), (270, (10, 190))])
def test_pictures_are_turned_clockwise(turn: int, corner: tuple[int, int]) -> None:
    upright = four_corners(200, 400) if turn in (90, 270) else four_corners(400, 200)
    assert turned(upright, turn).getpixel(corner) == CORNERS[0]  # type: ignore[arg-type]


def test_the_overlay_touches_only_the_bottom_and_stays_legible_on_snow() -> None:
    snow = Image.new("RGB", (1920, 1080), "white")
    written = snow.copy()
    write_texts(written, Texts(caption="Großmutters Äpfel", date="14. März 2021"))
    box = ImageChops.difference(snow, written).getbbox()
    assert box is not None and box[1] > 1080 * 0.7
    text = written.crop((80, 960, 500, 1040)).convert("L")
    low, high = text.getextrema()
    assert high > 250 and low < 120  # type: ignore[operator]


def test_no_texts_change_nothing() -> None:
    picture = four_corners(800, 480)
    before = picture.tobytes()
    write_texts(picture, Texts())
    assert picture.tobytes() == before and not Texts()


@given(caption=st.text(max_size=400), width=st.integers(60, 900), height=st.integers(60, 900))
def test_any_caption_fits_any_canvas(caption, width, height):
    picture = Image.new("RGB", (width, height), "grey")
    write_texts(picture, Texts(caption=caption, date="1 May 2026"))
    assert picture.size == (width, height)


def test_umlauts_are_drawn_and_emoji_are_left_out() -> None:
    assert not unknown_letters("ÄÖÜäöüß Łódź Ελλάδα Москва – „Zitat“ … ·", TEXT)
    assert drawable("Urlaub 🏖️ am\n Meer\x00", TEXT) == "Urlaub am Meer"


def test_long_lines_are_broken_and_shortened() -> None:
    face = font(TEXT, 20)
    lines = wrap("one two three four five six seven eight nine ten", face, 150, 2)
    assert len(lines) == 2 and lines[1].endswith("…")
    assert all(face.getlength(line) <= 150 for line in lines)
    assert wrap("Donaudampfschifffahrtsgesellschaftskapitän", face, 100, 3)[0].endswith("…")


def test_the_badge_is_small_soft_and_the_same_for_equal_panels() -> None:
    badge = draw_badge(1080)
    assert badge.mode == "RGBA" and max(badge.size) <= 1080 * 0.045
    assert badge.getpixel((0, 0))[3] < 40  # type: ignore[index]
    assert badge.getpixel((badge.width // 2, badge.height // 2))[3] > 200  # type: ignore[index]


@pytest.mark.parametrize(
    "canvas", [(800, 480), (1920, 1080), (1080, 1920), (480, 800), (320, 240), (3840, 2160), (212, 104)]
)
def test_a_card_keeps_a_margin_on_every_panel(canvas: tuple[int, int]) -> None:
    card = Card(
        title="Küchenrahmen",
        message="Noch keine Fotos: die Verbindung steht, das Album ist leer.",
        steps=("Öffne die Adresse auf dem Telefon.", "Wähle ein Album.", "Warte einen Moment."),
        addresses=("http://artframe.local:8080", "ssh -p 8022 artframe.local"),
        footer="artframe",
    )
    picture = draw_card(card, Size(*canvas)).convert("L")
    assert picture.size == canvas
    bright = picture.point(lambda value: 255 if value > 90 else 0)
    box = bright.getbbox()
    assert box is not None
    margin = min(canvas) * 0.02
    assert box[0] >= margin and box[1] >= margin
    assert box[2] <= canvas[0] - margin and box[3] <= canvas[1] - margin


def test_a_card_without_any_text_is_still_a_picture() -> None:
    assert draw_card(Card(title=""), Size(800, 480)).size == (800, 480)


@pytest.mark.parametrize(
    ("taken", "language", "text"),
    [
        ("2021-03-14T09:00", "en", "14 March 2021"),
        ("2021-03-14T09:00", "de", "14. März 2021"),
        ("2021-03-01", "fr", "1 March 2021"),
        ("0001-01-01", "en", ""),
        (None, "de", ""),
    ],
)
def test_dates_are_written_as_people_write_them(taken: str | None, language: str, text: str) -> None:
    assert written_date(datetime.fromisoformat(taken) if taken else None, language) == text


@given(share=st.floats(allow_nan=False, allow_infinity=False, width=32), other=st.floats(0, 1))
def test_smoothstep_grows_from_nothing_to_all(share, other):
    assert 0 <= smoothstep(share) <= 1
    assert (smoothstep(share) <= smoothstep(other)) == (smoothstep(min(max(share, 0), 1)) <= smoothstep(other))


def test_a_fade_follows_the_clock_whatever_the_frames_do() -> None:
    fade = Fade(start=100.0, seconds=2.0)
    assert fade.fraction(100.0) == 0 and fade.fraction(101.0) == 0.5 and fade.fraction(102.0) == 1
    assert not fade.is_over(101.999) and fade.is_over(102.0)
    assert Fade(start=5.0, seconds=0.0).fraction(5.0) == 1
