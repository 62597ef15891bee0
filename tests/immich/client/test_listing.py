"""Complete listings from servers that page incompletely."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from PIL import Image

from artframe.immich import Asset, Immich, IncompleteListing, MissingPermission, NoAccess
from artframe.immich.simulator import Simulator

Connect = Callable[..., Immich]
AddUser = Callable[[], str]
MORNING = datetime(2024, 3, 5, 8, 0, tzinfo=UTC)
_colours = count()


def photo() -> bytes:
    """A small picture unlike any other."""
    number = next(_colours)
    buffer = io.BytesIO()
    Image.new("RGB", (8, 6), (number % 256, number // 256 % 256, number // 65536)).save(buffer, "PNG")
    return buffer.getvalue()


def ids(assets: Iterable[Asset]) -> list[str]:
    return [asset.id for asset in assets]


def test_album_is_listed_with_what_a_frame_wants_to_know(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    image = Image.new("RGB", (80, 60), "green")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG")
    asset_id = immich.add_asset(
        user,
        buffer.getvalue(),
        "Größe.jpg",
        taken_at=MORNING,
        description="A field",
        rating=4,
        favourite=True,
        people=[("Anna", (8, 6, 40, 30))],
    )
    album_id = immich.create_album(user, "Green", [asset_id])
    client = connect(immich.url, immich.create_key(user))
    (asset,) = client.album_assets(album_id, people=True)
    assert (asset.id, asset.owner_id, asset.file_name) == (asset_id, user, "Größe.jpg")
    assert (asset.description, asset.rating, asset.is_favourite) == ("A field", 4, True)
    assert (asset.width, asset.height, asset.size, asset.mime_type) == (80, 60, len(buffer.getvalue()), "image/jpeg")
    assert asset.taken_at == MORNING
    assert [person.name for person in asset.people] == ["Anna"]
    assert asset.sha1 == client.asset(asset_id).sha1 is not None
    assert asset == client.asset(asset_id)


def test_400_assets_of_one_second_are_all_listed_with_small_pages(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Burst")
    expected = immich.add_assets_in_bulk(user, 400, album_id, same_second=True)
    key = immich.create_key(user)
    for size in (7, 50):
        client = connect(immich.url, key, _page_size=size)
        for listing in (client.album_assets(album_id), client.library_assets()):
            listed = ids(listing)
            assert sorted(listed) == sorted(expected)


def test_listing_of_nothing_new_is_cheap(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Many")
    expected = immich.add_assets_in_bulk(user, 2000, album_id)
    key = immich.create_key(user)
    for number in (2000, 1):
        for library in (False, True):
            client = connect(immich.url, key)
            immich.requests.clear()
            listing = (
                client.library_assets(known=expected) if library else client.album_assets(album_id, known=expected)
            )
            assert sorted(ids(listing)) == sorted(expected)
            client.version()
            assert len(immich.requests) <= -(-number // 1000) + 2
        immich.purge(expected[1:])
        expected = expected[:1]


def test_empty_album_is_empty(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    client = connect(immich.url, immich.create_key(user))
    assert list(client.album_assets(immich.create_album(user, "Empty"))) == []
    assert list(client.library_assets()) == []
    assert len(immich.requests) == 3


def test_rows_trashed_between_two_pages_hide_no_others(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Shrinking")
    everything = immich.add_assets_in_bulk(user, 60, album_id)
    newest = sorted(everything, key=everything.index)[-10:]
    immich.faults.meanwhile(lambda: immich.trash(newest), path="/api/search/metadata", skip=1, times=1)
    client = connect(immich.url, immich.create_key(user), _page_size=20)
    listed = ids(client.album_assets(album_id, known=everything))
    assert set(everything) - set(newest) <= set(listed)
    assert len(listed) == len(set(listed))


def test_row_skipped_while_another_arrived_is_found_when_it_is_known(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    # One photo of the first page goes and one of the last page comes: the counts agree, and one of page two is lost.
    user = add_user()
    album_id = immich.create_album(user, "Exchange")
    everything = immich.add_assets_in_bulk(user, 60, album_id)
    newcomer = immich.add_asset(user, photo(), "late.png", taken_at=datetime(2020, 1, 1, 12, 0, 30, tzinfo=UTC))

    def exchange() -> None:
        immich.trash(everything[-1])
        immich.add_to_album(album_id, newcomer)

    immich.faults.meanwhile(exchange, path="/api/search/metadata", skip=1, times=1)
    client = connect(immich.url, immich.create_key(user), _page_size=20)
    assert set(everything[:-1]) <= set(ids(client.album_assets(album_id, known=everything)))


def test_archived_hidden_locked_and_trashed_are_left_out(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Mixed")
    everything = immich.add_assets_in_bulk(user, 6, album_id)
    immich.archive(everything[1])
    immich.hide(everything[2])
    immich.lock(everything[3])
    immich.trash(everything[4])
    client = connect(immich.url, immich.create_key(user))
    shown = {everything[0], everything[5]}
    assert set(ids(client.album_assets(album_id))) == shown
    assert set(ids(client.library_assets())) == shown
    assert set(ids(client.album_assets(album_id, visibility=("timeline", "archive")))) == shown | {everything[1]}
    assert set(ids(client.library_assets(visibility=("archive",)))) == {everything[1]}


def test_contributions_of_members_are_listed_for_owner_and_member(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    owner, member = add_user(), add_user()
    album_id = immich.create_album(owner, "Family")
    hers = immich.add_assets_in_bulk(owner, 5, album_id)
    his = immich.add_assets_in_bulk(member, 5, album_id, first_taken=MORNING)
    immich.share_album(album_id, member, "editor")
    immich.archive(his[0])
    for user in (owner, member):
        client = connect(immich.url, immich.create_key(user), _page_size=3)
        assert album_id in [album.id for album in client.albums()]
        immich.requests.clear()
        assert sorted(ids(client.album_assets(album_id))) == sorted(hers + his[1:])
        if immich.generation == "2.7":
            assert not any(path.startswith("/api/assets/") for _, path in immich.requests)
        assert sorted(ids(client.album_assets(album_id, people=True))) == sorted(hers + his[1:])
        assert set(ids(client.album_assets(album_id, visibility=("timeline", "archive")))) == set(hers + his)


def test_partners_in_the_timeline_belong_to_the_library(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user, partner = add_user(), add_user()
    own = immich.add_assets_in_bulk(user, 3)
    theirs = immich.add_assets_in_bulk(partner, 3)
    immich.share_with_partner(partner, user)
    client = connect(immich.url, immich.create_key(user), _page_size=2)
    assert sorted(ids(client.library_assets())) == sorted(own + theirs)


def test_assets_whose_extraction_is_pending_are_listed(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Fresh")
    expected = immich.add_assets_in_bulk(user, 3, album_id)
    client = connect(immich.url, immich.create_key(user))
    with immich.site.store.writing() as database:
        database.execute("UPDATE asset SET has_exif = 0 WHERE id = ?", (expected[1],))
    assert sorted(ids(client.album_assets(album_id))) == sorted(expected)


def test_assets_that_only_a_plain_search_lists_are_found(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    # The timeline counts what waits for its metadata, and may leave it out of its lists.
    user = add_user()
    expected = immich.add_assets_in_bulk(user, 5)
    with immich.site.store.writing() as database:
        database.execute("UPDATE asset SET has_exif = 0 WHERE owner_id = ?", (user,))
    immich.faults.half_listing(path="/api/timeline/bucket", keep=0)
    client = connect(immich.url, immich.create_key(user))
    assert sorted(ids(client.library_assets())) == sorted(expected)


def test_asset_trashed_just_before_it_is_fetched_is_left_out(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    everything = immich.add_assets_in_bulk(user, 4)
    immich.faults.half_listing(path="/api/search/metadata", keep=0)
    immich.faults.meanwhile(lambda: immich.trash(everything[:2]), path="/api/assets/*", times=1)
    client = connect(immich.url, immich.create_key(user), connections=1)
    assert sorted(ids(client.library_assets())) == sorted(everything[2:])


def test_half_a_listing_is_completed(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Half")
    expected = immich.add_assets_in_bulk(user, 40, album_id)
    immich.faults.half_listing(path="/api/search/metadata")
    client = connect(immich.url, immich.create_key(user))
    assert sorted(ids(client.album_assets(album_id))) == sorted(expected)
    assert sorted(ids(client.library_assets())) == sorted(expected)


@pytest.mark.parametrize("library", [False, True])
def test_listing_that_stays_short_says_so_at_its_end(
    immich: Simulator, connect: Connect, add_user: AddUser, library: bool
) -> None:
    user = add_user()
    album_id = immich.create_album(user, "Short")
    everything = immich.add_assets_in_bulk(user, 40, album_id)
    for path in ("/api/search/metadata", "/api/timeline/bucket", f"/api/albums/{album_id}"):
        immich.faults.half_listing(path=path)
    client = connect(immich.url, immich.create_key(user))
    listing = client.library_assets() if library else client.album_assets(album_id)
    listed: list[str] = []
    with pytest.raises(IncompleteListing) as caught:
        listed.extend(asset.id for asset in listing)
    assert set(listed) < set(everything)
    assert (caught.value.seen, caught.value.expected) == (len(listed), 40)
    assert caught.value.retryable


def test_album_of_somebody_else_is_no_empty_album(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    owner, stranger = add_user(), add_user()
    album_id = immich.create_album(owner, "Private", immich.add_assets_in_bulk(owner, 2))
    client = connect(immich.url, immich.create_key(stranger))
    with pytest.raises(NoAccess):
        list(client.album_assets(album_id))
    with pytest.raises(NoAccess):
        client.album(album_id)


def test_four_permissions_are_enough_to_mirror_an_album(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    data = photo()
    album_id = immich.create_album(user, "Read", [immich.add_asset(user, data, "a.png")])
    needed = ("album.read", "asset.read", "asset.download", "asset.view")
    client = connect(immich.url, immich.create_key(user, needed))
    assert client.missing_permissions(needed) == ()
    assert client.missing_permissions((*needed, "asset.upload")) == ("asset.upload",)
    (asset,) = client.album_assets(client.albums()[0].id)
    assert asset.sha1 is not None and client.album(album_id).asset_count == 1
    with client.open(asset.id) as body:
        assert b"".join(body.chunks()) == data
    with pytest.raises(MissingPermission, match=r"asset\.upload"):
        client.check_uploads({"a": asset.sha1})


def test_albums_are_those_of_the_user_and_those_shared_with_him(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user, other = add_user(), add_user()
    own = immich.create_album(user, "Own", immich.add_assets_in_bulk(user, 2), description="Words")
    shared = immich.create_album(other, "Shared")
    immich.create_album(other, "Not mine")
    immich.share_album(shared, user, "viewer")
    albums = {album.id: album for album in connect(immich.url, immich.create_key(user)).albums()}
    assert albums.keys() == {own, shared}
    assert (albums[own].name, albums[own].description, albums[own].asset_count) == ("Own", "Words", 2)
    assert (albums[own].owner_id, albums[shared].owner_id) == (user, other)
    assert (albums[own].shared, albums[shared].shared) == (False, True)


def test_months_are_those_of_the_wall_clock(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    # A photo of New Year's Eve: the server files it under the month of the place.
    user = add_user()
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x9003] = "2023:12:31 23:30:00"
    details = exif.get_ifd(0x8769)
    details[0x9003], details[0x9011] = "2023:12:31 23:30:00", "-05:00"
    Image.new("RGB", (8, 8), "red").save(buffer, "JPEG", exif=exif)
    asset_id = immich.add_asset(user, buffer.getvalue(), "eve.jpg")
    client = connect(immich.url, immich.create_key(user))
    (asset,) = client.library_assets()
    assert asset.id == asset_id
    assert asset.local_taken_at.replace(tzinfo=UTC) == datetime(2023, 12, 31, 23, 30, tzinfo=UTC)
    assert asset.taken_at - asset.local_taken_at.replace(tzinfo=UTC) in (timedelta(0), timedelta(hours=5))
    assert len(immich.requests) == 2
