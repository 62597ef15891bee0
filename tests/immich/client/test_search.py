"""The fast listing: with the trash, page by page, and of what changed only."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from artframe.immich import (
    AssetType,
    ElevatedPermissionRequired,
    Immich,
    MalformedAnswer,
    MissingPermission,
    ServerError,
    Visibility,
)
from artframe.immich.simulator import KnownFile, Simulator
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer
from tests.immich.client.test_listing import photo

Connect = Callable[..., Immich]
AddUser = Callable[[], str]
LONG_AGO = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)


def test_each_visibility_is_listed_with_its_trash(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 8)
    immich.archive(ids[2:4])
    immich.hide(ids[4:6])
    immich.lock(ids[6:])
    immich.trash([ids[1], ids[3], ids[5]])
    client = connect(immich.url, immich.create_key(user, ["asset.read"]))
    for visibility, expected in (("timeline", ids[:2]), ("archive", ids[2:4]), ("hidden", ids[4:6])):
        assets = list(client.listed(visibility=visibility))
        assert [(asset.id, asset.is_trashed) for asset in assets] == [(expected[0], False), (expected[1], True)]
        assert {asset.visibility.value for asset in assets} == {visibility}
    with pytest.raises(ElevatedPermissionRequired):
        list(client.listed(visibility=Visibility.LOCKED))


def test_listing_goes_over_many_pages_from_the_oldest_on(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 25)
    client = connect(immich.url, immich.create_key(user), _page_size=10)
    immich.requests.clear()
    assert [asset.id for asset in client.listed()] == ids
    assert len(immich.requests) == 3
    assert list(client.listed(visibility="archive")) == []


def test_what_changed_is_listed_alone(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 5)
    client = connect(immich.url, immich.create_key(user))
    newest = max(asset.updated_at for asset in client.listed() if asset.updated_at) + timedelta(milliseconds=1)
    # A zone that is not UTC: the newer generation takes no offset but Z.
    since = newest.astimezone(datetime.fromisoformat("2024-01-01T00:00:00+05:30").tzinfo)
    assert list(client.listed(since=since)) == []
    immich.trash(ids[3])
    immich.set_details(ids[1], isFavorite=True)
    assert [asset.id for asset in client.listed(since=since)] == [ids[1], ids[3]]
    immich.archive(ids[0])
    assert [asset.id for asset in client.listed(since=since, visibility="archive")] == [ids[0]]
    with pytest.raises(ValueError, match="time zone"):
        next(client.listed(since=LONG_AGO.replace(tzinfo=None)))


def test_partners_photos_and_those_of_libraries_come_along(
    immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path
) -> None:
    user, partner = add_user(), add_user()
    (tmp_path / "a.png").write_bytes(photo())
    library = immich.create_library(user, tmp_path)
    immich.scan_library(library)
    theirs = immich.add_assets_in_bulk(partner, 1)
    immich.share_with_partner(partner, user)
    client = connect(immich.url, immich.create_key(user))
    found = {asset.owner_id: asset for asset in client.listed()}
    assert found[partner].id == theirs[0]
    assert (found[user].library_id, found[user].sha1) == (library, None)


def test_asset_tells_when_it_came_into_immich(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    asset_id = immich.add_asset(user, photo(), "a.png", taken_at=LONG_AGO)
    client = connect(immich.url, immich.create_key(user))
    (listed,) = client.listed()
    for asset in (listed, client.asset(asset_id)):
        assert asset.taken_at == LONG_AGO
        assert asset.created_at is not None and before <= asset.created_at <= datetime.now(UTC)


def test_page_that_does_not_come_ends_the_listing(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 30)
    client = connect(immich.url, immich.create_key(user), _page_size=10)
    immich.faults.status(500, path="/api/search/metadata", skip=2)
    seen: list[str] = []
    with pytest.raises(ServerError):
        seen.extend(asset.id for asset in client.listed())
    assert seen == ids[:20]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"assets": {"items": None, "nextPage": None}},
        {"assets": {"items": [{"no": "id"}], "nextPage": None}},
        {"assets": {"items": [], "nextPage": "1"}},
        {"assets": {"items": [], "nextPage": "many"}},
    ],
)
def test_broken_page_is_no_end(serve: Callable[[Script], ScriptedServer], connect: Connect, body: object) -> None:
    client = connect(serve(lambda received: Answer(body=body)).url)
    with pytest.raises(MalformedAnswer):
        list(client.listed())


def test_listing_needs_its_permission(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    client = connect(immich.url, immich.create_key(add_user(), ["album.read"]))
    with pytest.raises(MissingPermission, match=r"asset\.read"):
        list(client.listed())


def test_next_page_is_asked_for_while_one_is_read(serve: Callable[[Script], ScriptedServer], connect: Connect) -> None:
    def script(received: Received) -> Answer:
        page = received.json["page"]
        item = {"id": f"{page}"}
        return Answer(body={"assets": {"items": [item], "nextPage": str(page + 1) if page < 9 else None}})

    server = serve(script)
    with closing(connect(server.url).listed()) as listing:
        assert next(listing).id == "1"
    # The second page was on its way; nobody asks for a third after the end.
    assert [received.json["page"] for received in server.requests] == [1, 2]


def test_long_listing_is_never_in_memory(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    immich.add_assets_in_bulk(user, 12_000)
    client = connect(immich.url, immich.create_key(user))
    list(client.listed(visibility="archive"))
    counts = []
    tracemalloc.start()
    try:
        for count, _ in enumerate(client.listed(), start=1):
            if count in (2500, 11_500):
                counts.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert count == 12_000
    assert counts[1] - counts[0] < 4_000_000


def test_server_is_filled_with_the_checksums_of_files_that_exist(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    contents = [b"one", b"two"]
    files = [
        KnownFile(name=name, sha1=hashlib.sha1(data).hexdigest(), size=len(data), taken_at=LONG_AGO)
        for name, data in zip(("a.HEIC", "b.mov"), contents, strict=True)
    ]
    album = immich.create_album(user, "Known")
    ids = immich.add_known_assets(user, files, album)
    client = connect(immich.url, immich.create_key(user))
    assets = {asset.id: asset for asset in client.listed(exif=True)}
    assert [(assets[one].file_name, assets[one].type, assets[one].size) for one in ids] == [
        ("a.HEIC", AssetType.IMAGE, 3),
        ("b.mov", AssetType.VIDEO, 3),
    ]
    checks = client.check_uploads({file.name: file.sha1 for file in files})
    assert [checks[file.name].asset_id for file in files] == ids == [assets[one].id for one in ids]
    assert sorted(immich.album_asset_ids(album)) == sorted(ids)


def test_stamp_of_an_asset_moves_with_all_that_a_listing_tells_and_stays_otherwise(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    changed, still = immich.add_assets_in_bulk(user, 2)
    client = connect(immich.url, immich.create_key(user))

    def stamps() -> dict[str, str]:
        kinds = ("timeline", "archive", "hidden")
        return {one.id: one.stamp for kind in kinds for page in client.listed_pages(visibility=kind) for one in page}

    before = stamps()
    assert stamps() == before
    seen = {before[changed]}
    for change in (
        lambda: immich.trash(changed),
        lambda: immich.restore(changed),
        lambda: immich.archive(changed),
        lambda: immich.hide(changed),
        lambda: immich.set_details(changed, isFavorite=True),
    ):
        change()
        now = stamps()
        assert now[still] == before[still]
        assert now[changed] not in seen
        seen.add(now[changed])
