"""Where a photo goes on the panel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.display.layout import SLIVER, Focus, Size, badge_position, canvas_of, covering, place

sizes = st.builds(Size, st.integers(1, 60_000), st.integers(1, 60_000))
canvases = st.builds(Size, st.integers(8, 4096), st.integers(8, 4096))
shares = st.floats(0, 1)


@given(photo=sizes, canvas=canvases, fit=st.sampled_from(["contain", "cover", "blur"]), x=shares, y=shares)
def test_every_photo_lies_inside_the_canvas_and_every_crop_inside_the_photo(photo, canvas, fit, x, y):
    placement = place(photo, canvas, fit, Focus(x, y))
    left, top = placement.position
    assert left >= 0 and top >= 0
    assert placement.size.width >= 1 and placement.size.height >= 1
    assert left + placement.size.width <= canvas.width and top + placement.size.height <= canvas.height
    assert 0 <= placement.crop.left < placement.crop.right <= photo.width
    assert 0 <= placement.crop.top < placement.crop.bottom <= photo.height


@given(photo=sizes, canvas=canvases, fit=st.sampled_from(["contain", "blur"]))
def test_photo_and_bars_together_are_the_whole_canvas(photo, canvas, fit):
    placement = place(photo, canvas, fit)
    bars = sum((bar.right - bar.left) * (bar.bottom - bar.top) for bar in placement.bars)
    assert bars + placement.size.width * placement.size.height == canvas.width * canvas.height


@given(photo=sizes, canvas=canvases)
def test_contain_never_cuts_more_than_a_sliver(photo, canvas):
    crop = place(photo, canvas, "contain").crop
    # A photo that was bars away from the canvas's shape by less than a sliver (and half a pixel) fills it instead.
    slack = SLIVER + 1 / min(canvas)
    assert crop.width >= photo.width * (1 - slack) - 1
    assert crop.height >= photo.height * (1 - slack) - 1


@given(photo=sizes, canvas=canvases, x=shares, y=shares)
def test_a_covering_crop_has_the_shape_of_the_canvas_and_touches_two_edges(photo, canvas, x, y):
    crop = covering(photo, canvas, Focus(x, y))
    assert crop.width * canvas.height == pytest.approx(crop.height * canvas.width, rel=1e-6)
    assert crop.width == pytest.approx(photo.width) or crop.height == pytest.approx(photo.height)


def test_cover_keeps_the_focus_in_sight_and_looks_above_the_middle_by_default():
    portrait, canvas = Size(1000, 2000), Size(1600, 900)
    default = covering(portrait, canvas)
    assert default.top + default.height / 2 == pytest.approx(0.38 * 2000)
    low = covering(portrait, canvas, Focus(0.5, 0.95))
    assert low.bottom == pytest.approx(2000)


@pytest.mark.parametrize("fit", ["contain", "blur"])
def test_a_thread_of_a_photo_becomes_a_line_not_nothing(fit):
    placement = place(Size(10_000, 5), Size(1920, 1080), fit)
    assert placement.size == (1920, 1)
    assert placement.position == (0, 539)
    assert len(placement.bars) == 2


def test_bars_too_thin_to_be_meant_are_filled():
    placement = place(Size(1366, 768), Size(1920, 1080), "contain")
    assert placement.size == (1920, 1080) and not placement.bars


def test_only_the_blurred_fit_asks_for_a_backdrop():
    assert place(Size(300, 400), Size(1920, 1080), "blur").blurred
    assert not place(Size(300, 400), Size(1920, 1080), "contain").blurred
    assert not place(Size(300, 400), Size(1920, 1080), "cover").blurred


def test_nothing_has_no_place():
    with pytest.raises(ValueError, match="no pixels"):
        place(Size(0, 10), Size(1920, 1080), "contain")


def test_a_panel_on_its_side_has_an_upright_canvas():
    panel = Size(1920, 1080)
    assert [canvas_of(panel, turn) for turn in (0, 90, 180, 270)] == [panel, (1080, 1920), panel, (1080, 1920)]


def test_the_badge_is_at_the_viewers_top_right_however_the_panel_hangs():
    panel, badge = Size(1000, 600), Size(20, 20)
    corners = {turn: badge_position(panel, turn, badge) for turn in (0, 90, 180, 270)}
    assert corners == {0: (965, 15), 90: (965, 565), 180: (15, 565), 270: (15, 15)}
