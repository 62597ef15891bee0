"""What plugins and people can ask about the photos that are here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artframe.errors import NotReady
from artframe.library.entry import LONGEST_CAPTION, from_json, microseconds, moment, to_json
from artframe.library.photo import Face, Photo
from tests.library.shelf import Home, Shelf

MOMENTS = st.datetimes(min_value=datetime(1800, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - UTC is added
SHARES = st.floats(0, 1)


@given(
    st.builds(
        Photo,
        id=st.text(min_size=1),
        name=st.text(max_size=200),
        version=st.text(),
        taken_at=st.none() | MOMENTS,
        local_taken_at=st.none() | st.datetimes(),
        people=st.lists(st.text(max_size=200), max_size=100).map(tuple),
        faces=st.lists(
            st.builds(Face, name=st.text(max_size=200), left=SHARES, top=SHARES, right=SHARES, bottom=SHARES)
        ).map(tuple),
        favourite=st.booleans(),
    )
)  # fmt: skip
def test_photo_is_read_as_it_was_written(photo: Photo) -> None:
    assert from_json(to_json(photo)) == photo


def test_no_more_is_kept_of_a_photo_than_people_read() -> None:
    long = "x" * 3_000_000
    face = Face(name=long, left=0, top=0, right=1, bottom=1)
    told = Photo(
        id="1", name=f"{long}.jpg", version="1", caption=long, place=long, group=long, people=(long,) * 500,
        faces=(face,) * 500, favourite=True,
    )  # fmt: skip
    text = to_json(told)
    assert len(text) < 100_000
    kept = from_json(text)
    assert (kept.caption, kept.name[-5:], kept.favourite) == ("x" * LONGEST_CAPTION, "x.jpg", True)
    assert to_json(kept) == text, "and it is the same photo at the next sync"


@given(MOMENTS)
def test_moments_are_exact(when: datetime) -> None:
    assert moment(microseconds(when)) == when


def test_photos_come_by_date_from_one_source_or_all(home: Home) -> None:
    one, two = Shelf(), Shelf()
    one.put("a", day=1), one.put("c", day=3)
    two.put("b", day=2), two.put("d", day=4)
    home.sync(one, "one"), home.sync(two, "two")
    assert [local.photo.id for local in home.library.photos()] == ["a", "b", "c", "d"]
    assert [local.photo.id for local in home.library.photos("two")] == ["b", "d"]
    assert (home.library.count(), home.library.count("one"), home.library.count("nobody")) == (4, 2, 0)


def test_many_photos_come_page_by_page(home: Home, shelf: Shelf) -> None:
    shelf.put_many(1300)
    home.sync(shelf)
    assert [local.photo.id for local in home.library.photos()] == sorted(shelf.pictures)
    assert [local.photo.id for local in home.library.photos("family")] == sorted(shelf.pictures)


def test_photo_is_found_by_its_id_only_where_it_is(home: Home, shelf: Shelf) -> None:
    shelf.put("a")
    home.sync(shelf)
    local = home.library.find("family", "a")
    assert local is not None and local.path.read_bytes() == b"the bytes of a"
    assert home.library.find("other", "a") is None


def test_stats_say_what_is_here_and_what_is_not(home: Home, shelf: Shelf) -> None:
    shelf.put_many(3)
    shelf.fetch_fails["p00001"] = NotReady("not yet")
    home.sync(shelf)
    (stats,) = home.library.stats()
    assert {key: stats[key] for key in ("source", "here", "listed", "waiting", "failing", "syncs")} == {
        "source": "family", "here": 2, "listed": 3, "waiting": 1, "failing": 1, "syncs": 1,
    }  # fmt: skip
    assert stats["bytes"] == sum(len(content) for content in home.files().values())
    assert datetime.fromisoformat(str(stats["last_sync"])) == home.clock.now()


def test_a_source_counts_as_synced_once_it_was_listed_in_full(home: Home, shelf: Shelf) -> None:
    shelf.put_many(2)
    shelf.listing_fails = NotReady("away")
    with pytest.raises(NotReady):
        home.sync(shelf)
    assert home.library.synced() == set()
    shelf.listing_fails = None
    home.sync(shelf)
    assert home.library.synced() == {"family"}


def test_forgotten_source_keeps_its_files_and_needs_no_download_when_it_comes_back(home: Home, shelf: Shelf) -> None:
    shelf.put_many(4)
    home.sync(shelf)
    home.library.forget("family")
    assert (home.library.count(), home.library.sources()) == (0, [])
    assert len(home.files()) == 4
    home.mirror()
    assert home.library.count() == 4, "shown at once"
    del shelf.pictures["p00000"]
    shelf.fetched.clear()
    report = home.sync(shelf)
    assert (report.kept, shelf.fetched) == (3, [])
    assert sorted(home.files()) == ["p00001.jpg", "p00002.jpg", "p00003.jpg"]
    assert home.sync(shelf).kept == 3
