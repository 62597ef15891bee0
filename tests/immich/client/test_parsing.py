"""Records from answers of any version, with anything missing or strange."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.immich import AssetType, FaceBox, MalformedAnswer, Visibility, parsing
from artframe.immich.timeline import iso, month_of, window

FULL: dict[str, Any] = {
    "id": "a",
    "ownerId": "o",
    "originalFileName": "x.jpg",
    "type": "IMAGE",
    "visibility": "timeline",
    "fileCreatedAt": "2023-05-07T07:30:00.250Z",
    "localDateTime": "2023-05-07T09:30:00.250Z",
    "updatedAt": "2026-11-20T11:17:30.944127+00:00",
    "checksum": "2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
    "exifInfo": {"fileSizeInByte": 12, "description": "Text", "rating": 4, "city": "Berlin", "country": "Germany"},
    "width": 800,
    "height": 600,
    "thumbhash": "abc",
}


def test_asset_has_what_the_answer_has() -> None:
    asset = parsing.asset(FULL)
    assert asset.taken_at == datetime(2023, 5, 7, 7, 30, 0, 250000, tzinfo=UTC)
    assert asset.local_taken_at == datetime(2023, 5, 7, 9, 30, 0, 250000)  # noqa: DTZ001 - a wall clock
    assert asset.updated_at == datetime(2026, 11, 20, 11, 17, 30, 944000, tzinfo=UTC)
    assert asset.sha1 == "da39a3ee5e6b4b0d3255bfef95601890afd80709"
    assert (asset.size, asset.rating, asset.city, asset.description) == (12, 4, "Berlin", "Text")
    assert (asset.type, asset.visibility, asset.has_thumbhash) == (AssetType.IMAGE, Visibility.TIMELINE, True)
    assert month_of(asset) == "2023-05"


def test_checksum_of_an_external_library_is_not_that_of_the_content() -> None:
    asset = parsing.asset(FULL | {"libraryId": "l"})
    assert (asset.sha1, asset.library_id) == (None, "l")


def test_unknown_visibility_is_not_shown() -> None:
    assert parsing.asset(FULL | {"visibility": "party"}).visibility is Visibility.HIDDEN


def test_face_boxes_of_2_7_become_shares() -> None:
    face = {"boundingBoxX1": 100, "boundingBoxY1": 60, "boundingBoxX2": 900, "boundingBoxY2": 300}
    size = {"imageWidth": 800, "imageHeight": 600}
    asset = parsing.asset(FULL | {"people": [{"id": "p", "name": "Anna", "faces": [face | size, face]}]})
    assert asset.people[0].faces == (FaceBox(left=0.125, top=0.1, right=1.0, bottom=0.5),)


def test_owner_of_an_album_is_found_in_both_generations() -> None:
    members = [{"user": {"id": "b"}, "role": "viewer"}, {"user": {"id": "o", "name": "Olga"}, "role": "owner"}]
    new = parsing.album({"id": "a", "albumName": "A", "albumUsers": members, "assetCount": 3})
    old = parsing.album({"id": "a", "ownerId": "o", "owner": {"id": "o", "name": "Olga"}, "albumUsers": members[:1]})
    assert (new.owner_id, new.owner_name, new.asset_count) == ("o", "Olga", 3)
    assert (old.owner_id, old.owner_name) == ("o", "Olga")
    assert parsing.album({"id": "a", "albumUsers": members[:1]}).owner_id is None


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("0:00:00.00000", None),
        ("00:00:03.000", 3000),
        ("0:00:00.80000", 800),
        ("1:02:03.5", 3723500),
        (3000, 3000),
        (0, None),
        (None, None),
        ("soon", None),
    ],
)
def test_duration_is_milliseconds(value: Any, milliseconds: int | None) -> None:
    assert parsing.duration_ms(value) == milliseconds


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T10:56:00.71Z",
        "2026-11-20T10:56:00.71+00:00",
        "2026-11-20T10:56:00.71",
        "2026-11-20T12:56:00.710000+02:00",
    ],
)
def test_every_date_format_is_understood(text: str) -> None:
    assert parsing.timestamp(text) == datetime(2026, 11, 20, 10, 56, 0, 710000, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, 5, "", "yesterday", "+012345-01-01T00:00:00.000Z", "0001-01-01T00:00:00+14:00"]
)
def test_impossible_date_is_none(value: Any) -> None:
    assert parsing.timestamp(value) is None


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])))
def test_dates_are_sent_as_3_0_wants_them(moment: datetime) -> None:
    try:
        text = iso(moment)
    except OverflowError:
        return  # a moment that has no date in UTC
    assert text.endswith("Z") and len(text) == 24
    assert parsing.timestamp(text) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_window_of_a_month_holds_all_of_it_wherever_on_earth(local: datetime, offset: int) -> None:
    try:
        moment = local.replace(tzinfo=timezone(timedelta(minutes=offset))).astimezone(UTC)
    except OverflowError:
        return
    after, before = window(f"{local.year:04d}-{local.month:02d}")
    assert after <= iso(moment) <= before


@pytest.mark.parametrize("raw", [None, [], "x", {}, {"id": ""}, {"id": 5}])
def test_asset_without_identity_is_refused(raw: Any) -> None:
    with pytest.raises(MalformedAnswer):
        parsing.asset(raw)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*FULL, "people", "duration", "libraryId", "isTrashed"]), junk))
def test_anything_strange_but_the_identity_is_survived(strange: dict[str, Any]) -> None:
    asset = parsing.asset(FULL | strange | {"id": "a", "people": []})
    assert asset.id == "a"
    assert asset.taken_at.tzinfo is UTC


@given(
    st.dictionaries(st.sampled_from(["albumName", "assetCount", "owner", "albumUsers", "shared", "updatedAt"]), junk)
)
def test_strange_album_is_survived(strange: dict[str, Any]) -> None:
    assert parsing.album(strange | {"id": "a"}).id == "a"


def test_half_characters_and_numbers_of_a_thousand_digits_are_survived() -> None:
    found = parsing.asset(
        {"id": "a", "originalFileName": "\ud83c.jpg", "exifInfo": {"fileSizeInByte": 10**400}, "width": float("nan")}
    )
    assert (found.file_name, found.size, found.width) == ("?.jpg", None, None)
