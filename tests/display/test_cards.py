"""The card before the first photo: a phone reads its square, people read the rest, and nothing is cut or covered."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from artframe.display.card_art import IVORY
from artframe.display.cards import Card, draw_card
from artframe.display.first_steps import Reach, first_steps
from artframe.display.layout import Size
from artframe.display.painter import turned

FINGERPRINT = "SHA256:Zr0N3pYcD8bQk7sXhJ5mW2vT9uLfA1gE6iOoCqRyBtM"
ADDRESS = "http://192.168.178.42:8080"
LONG_ADDRESS = "https://[2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff]:8080"
LONG_NAME = "Omas Küchenrahmen über dem großen Esstisch im Wohnzimmer links"
PROBLEM = "the server http://192.168.178.2:2283 does not answer (timed out); artframe tries again in 5 minutes"
PANELS = [(800, 480), (1280, 720), (1920, 1080), (1080, 1920), (480, 800), (600, 448), (1024, 1024), (320, 240)]


def card(
    language: str = "en",
    *,
    address: str = ADDRESS,
    code: str = "407193",
    name: str = "Artframe",
    sources: int = 0,
    problems: tuple[str, ...] = (),
) -> Card:
    return first_steps(
        name=name,
        home=Path("/home/ada/.artframe"),
        sources=sources,
        language=language,
        problems=problems,
        reach=Reach(address=address, code=code, fingerprint=FINGERPRINT),
    )


CARDS = {
    "English": card(),
    "German": card("de"),
    "a long name and a problem": card("de", name=LONG_NAME, sources=1, problems=(PROBLEM,)),
    "a long address": card(address=LONG_ADDRESS),
}


@functools.lru_cache
def drawn(shown: Card, panel: tuple[int, int]) -> Image.Image:
    return draw_card(shown, Size(*panel))


def scanned(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def written(shown: Card, canvas: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are drawn, piece by piece."""
    texts: list[str] = []
    draw = ImageDraw.ImageDraw.text

    def note(self: ImageDraw.ImageDraw, xy: object, text: str, *more: object, **named: object) -> None:
        texts.append(text)
        draw(self, xy, text, *more, **named)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ImageDraw.ImageDraw, "text", note)
        draw_card(shown, Size(*canvas))
    return texts


def ticket(picture: Image.Image) -> tuple[int, int, int, int]:
    """Where the ivory paper lies: letters have its colour, too, but their strokes are too thin for this brush."""
    brush = round(min(picture.size) * 0.02) | 1
    bands = [band.point(lambda value, a=a: 255 * (value == a)) for band, a in zip(picture.split(), IVORY, strict=True)]
    ivory = ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])
    box = ivory.filter(ImageFilter.MinFilter(brush)).getbbox()
    assert box is not None
    edge = brush // 2
    return (box[0] - edge, box[1] - edge, box[2] + edge, box[3] + edge)


@pytest.mark.parametrize("shown", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize("panel", PANELS)
def test_a_phone_reads_the_square(panel: tuple[int, int], shown: Card) -> None:
    picture = drawn(shown, panel)
    address = LONG_ADDRESS if LONG_ADDRESS in shown.qr else ADDRESS
    assert scanned(picture) == [f"{address}/pair#407193"]


@pytest.mark.parametrize("panel", [(800, 480), (1920, 1080)])
def test_a_phone_reads_it_askew_blurred_and_from_afar_as_well(panel: tuple[int, int]) -> None:
    picture = draw_card(card(), Size(*panel))
    afar = picture.filter(ImageFilter.GaussianBlur(panel[0] / 700)).resize((panel[0] // 2, panel[1] // 2))
    assert scanned(afar.rotate(12, expand=True)) == [f"{ADDRESS}/pair#407193"]
    assert scanned(turned(picture, 90)) == [f"{ADDRESS}/pair#407193"]


def test_the_smallest_e_paper_shows_the_square_alone_since_the_digits_are_in_it() -> None:
    assert scanned(draw_card(card(), Size(250, 122))) == [f"{ADDRESS}/pair#407193"]


@pytest.mark.parametrize("panel", [(320, 240), (250, 122), (212, 104), (400, 300)])
def test_what_has_no_room_is_left_out_as_a_whole(panel: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    shown = card()
    said = "".join(written(shown, panel, monkeypatch)).replace(" ", "")
    for whole, start in ((FINGERPRINT, "SHA256"), (ADDRESS, "http:"), (shown.steps[0], "Scan"), (shown.steps[1], "Or")):
        assert (whole.replace(" ", "") in said) == (start in said), said


@pytest.mark.parametrize("shown", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize("panel", PANELS)
def test_nothing_touches_the_edge_or_the_ticket(panel: tuple[int, int], shown: Card) -> None:
    picture = drawn(shown, panel)
    bright = picture.convert("L").point(lambda value: 255 if value > 90 else 0)
    box = bright.getbbox()
    assert box is not None
    margin = min(panel) * 0.03
    assert box[0] >= margin and box[1] >= margin
    assert box[2] <= panel[0] - margin and box[3] <= panel[1] - margin
    left, top, right, bottom = ticket(picture)
    free = round(min(panel) * 0.03)
    around = bright.crop((left - free, top - free, right + free, bottom + free))
    around.paste(0, (free, free, free + right - left, free + bottom - top))
    assert around.getbbox() is None


@pytest.mark.parametrize("shown", CARDS.values(), ids=CARDS)
@pytest.mark.parametrize("panel", PANELS)
def test_address_digits_and_fingerprint_are_never_cut(
    panel: tuple[int, int], shown: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = written(shown, panel, monkeypatch)
    assert "407 193" in texts
    if panel == (320, 240):
        return  # the square says it all; of the rest there is what has room
    assert shown.addresses[0] in texts
    assert f"SSH {FINGERPRINT}" in " ".join(texts) or f"SSH {FINGERPRINT}" in "".join(texts)


def test_the_figures_are_large_enough_to_be_read_across_a_room() -> None:
    picture = draw_card(card(), Size(1280, 720))
    left, _, right, bottom = ticket(picture)
    digits = picture.crop((left, bottom - round((right - left) * 0.25), right, bottom)).convert("L")
    dark = digits.point(lambda value: 255 if value < 90 else 0).getbbox()
    assert dark is not None
    assert dark[3] - dark[1] > 720 * 0.07, "height of the digits"
    assert dark[2] - dark[0] > 720 * 0.3, "width of all six"


def test_both_languages_say_how_it_is_done() -> None:
    assert "Scan the square" in card().steps[0]
    assert "scannen" in card("de").steps[0]
    assert card().steps != card("de").steps


def test_once_somebody_is_paired_the_card_shows_the_address_and_no_code() -> None:
    shown = card(code="")
    assert (shown.code, shown.qr, shown.addresses) == ("", "", (ADDRESS,))
    assert scanned(draw_card(shown, Size(800, 480))) == []


def test_without_a_web_page_there_is_nothing_to_enter_a_code_on() -> None:
    shown = card(address="")
    assert (shown.code, shown.qr) == ("", "")
    assert "family.json" in shown.steps[0]


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost:8080"])
def test_an_address_that_no_phone_can_open_is_shown_without_a_square(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = card(address=address)
    assert shown.qr == ""
    assert {"407 193", f"{address}/pair"} <= set(written(shown, (800, 480), monkeypatch))


def test_what_is_going_on_is_told_beside_the_code() -> None:
    assert card(sources=1).message == "Looking for the first photos."
    assert card(problems=(PROBLEM,)).message == PROBLEM
    assert card(problems=(PROBLEM,)).code == "407 193"


def test_the_code_stands_in_no_traceback() -> None:
    shown = card()
    assert "407" not in repr(shown) and "407" not in repr(Reach(address=ADDRESS, code="407193"))


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(60, 1400),
    height=st.integers(60, 1400),
    text=st.text(max_size=80),
    qr=st.text("abc:/#[]123", max_size=120),
)
def test_any_card_fits_any_canvas(width, height, text, qr):
    shown = Card(title=text, message=text, steps=(text, text), addresses=(text,), footer=text, code="123 456", qr=qr)
    assert draw_card(shown, Size(width, height)).size == (width, height)
