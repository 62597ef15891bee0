"""The form of a photo fits the panel, and its version changes with its bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.immich import Asset, AssetType, Rendition, Visibility
from artframe_immich.renditions import Form, choose

NOW = datetime(2024, 5, 1, tzinfo=UTC)
ASSET = Asset(
    id="a", owner_id="o", file_name="IMG.jpg", type=AssetType.IMAGE, visibility=Visibility.TIMELINE, taken_at=NOW,
    local_taken_at=NOW.replace(tzinfo=None), updated_at=NOW, sha1="00", size=8_000_000, width=6000, height=4000,
)  # fmt: skip
FULL_HD = (1920, 1080)


@pytest.mark.parametrize(
    ("changes", "panel", "expected"),
    [
        pytest.param({}, FULL_HD, Rendition.PREVIEW, id="a large photo on a full HD screen"),
        pytest.param({}, (3840, 2160), Rendition.ORIGINAL, id="a preview is too small for 4K"),
        pytest.param({"file_name": "IMG.NEF"}, (3840, 2160), Rendition.FULLSIZE, id="RAW on 4K"),
        pytest.param({"width": 4000, "height": 6000}, (1080, 1920), Rendition.PREVIEW, id="both upright"),
        pytest.param({"width": 1200, "height": 800, "size": 300_000}, FULL_HD, Rendition.ORIGINAL, id="small already"),
        pytest.param({"width": 1200, "height": 800, "size": 6_000_000}, FULL_HD, Rendition.PREVIEW, id="many bytes"),
        pytest.param({"width": None, "height": None}, FULL_HD, Rendition.PREVIEW, id="size not known"),
        pytest.param({}, (250, 160), Rendition.THUMBNAIL, id="a very small panel"),
        pytest.param({"width": 12000, "height": 1500}, FULL_HD, Rendition.PREVIEW, id="a panorama"),
    ],
)  # fmt: skip
def test_smallest_rendition_that_fills_the_panel(
    changes: dict[str, object], panel: tuple[int, int], expected: Rendition
) -> None:
    assert choose(replace(ASSET, **changes), "display", panel).rendition is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.JPG", Rendition.ORIGINAL),
        ("a.heic", Rendition.ORIGINAL),
        ("a.CR3", Rendition.FULLSIZE),
        ("a", Rendition.FULLSIZE),
    ],
)
def test_original_is_wanted_where_it_can_be_decoded(name: str, expected: Rendition) -> None:
    assert choose(replace(ASSET, file_name=name), "original", FULL_HD).rendition is expected


def test_version_changes_with_the_bytes_and_with_nothing_else() -> None:
    form = choose(ASSET, "original", FULL_HD)
    version = form.version(ASSET)
    assert form.version(replace(ASSET, is_favourite=True, updated_at=NOW + timedelta(hours=1))) == version
    assert form.version(replace(ASSET, sha1="01")) != version
    edited = replace(ASSET, is_edited=True)
    assert choose(edited, "original", FULL_HD).version(edited) != version
    later = replace(edited, updated_at=NOW + timedelta(hours=1))
    assert choose(later, "original", FULL_HD).version(later) != choose(edited, "original", FULL_HD).version(edited)
    assert choose(ASSET, "display", FULL_HD).version(ASSET) != version


@given(st.sampled_from(list(Rendition)), st.booleans())
def test_form_is_read_from_the_version(rendition: Rendition, edited: bool) -> None:
    form = Form(rendition=rendition, edited=edited)
    assert Form.of_version(form.version(ASSET)) == form
