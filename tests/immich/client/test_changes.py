"""Trash, restore, copies, stacks and albums: what is changed, and what the server refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from artframe.immich import (
    AssetState,
    BadRequest,
    Immich,
    ImmichError,
    MalformedAnswer,
    MissingPermission,
    NoAccess,
    ServerError,
)
from artframe.immich.records import Stack
from artframe.immich.simulator import Simulator
from tests.immich.client.scripted import Answer, Received, Script, ScriptedServer
from tests.immich.client.test_listing import photo

Connect = Callable[..., Immich]
AddUser = Callable[[], str]
NOWHERE = "8f14e45f-ceea-467f-9a36-dedd4bea2543"


def trashed(immich: Simulator, ids: list[str]) -> list[bool]:
    return [bool((immich.asset(one) or {}).get("isTrashed")) for one in ids]


def test_many_assets_go_into_the_trash_and_come_back(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 2500)
    client = connect(immich.url, immich.create_key(user, ["asset.delete"]))
    immich.requests.clear()
    assert client.trash(ids) == ()
    assert all(trashed(immich, ids))
    assert len(immich.requests) == 3
    assert client.trash(ids[:2]) == ()
    assert client.restore([one.upper() for one in ids]) == ()
    assert not any(trashed(immich, ids))


def test_one_purged_and_one_locked_asset_keep_no_other_from_the_trash(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user, other = add_user(), add_user()
    ids = immich.add_assets_in_bulk(user, 1100)
    foreign = immich.add_assets_in_bulk(other, 1)
    immich.purge(ids[400])
    immich.lock(ids[1050])
    client = connect(immich.url, immich.create_key(user))
    immich.requests.clear()
    assert set(client.trash(ids + foreign)) == {ids[400], ids[1050], foreign[0]}
    rest = [one for number, one in enumerate(ids) if number not in (400, 1050)]
    assert all(trashed(immich, rest)) and not any(trashed(immich, foreign))
    assert len(immich.requests) < 60
    assert set(client.restore(ids)) == {ids[400], ids[1050]}
    assert not any(trashed(immich, rest))


def test_nothing_is_ever_deleted_past_the_trash(serve: Callable[[Script], ScriptedServer], connect: Connect) -> None:
    server = serve(lambda received: Answer(status=204, body=b""))
    connect(server.url).trash([NOWHERE])
    assert [received.json for received in server.requests] == [{"ids": [NOWHERE], "force": False}]


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_failure_is_no_refusal_of_single_photos(
    immich: Simulator, connect: Connect, add_user: AddUser, status: int
) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 4)
    client = connect(immich.url, immich.create_key(user))
    immich.faults.status(status, method="DELETE", path="/api/assets")
    with pytest.raises(ImmichError):
        client.trash(ids)
    assert not any(trashed(immich, ids))


def test_trash_needs_its_permission(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 2)
    client = connect(immich.url, immich.create_key(user, ["asset.read"]))
    for change in (client.trash, client.restore):
        with pytest.raises(MissingPermission, match=r"asset\.delete"):
            change(ids)


def test_a_new_version_takes_over_albums_and_heart(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    old = immich.add_asset(user, photo(), "old.png", favourite=True, description="Words of the old one")
    new = immich.add_asset(user, photo(), "new.png")
    album = immich.create_album(user, "Album", [old])
    client = connect(immich.url, immich.create_key(user))
    immich.trash(old)
    client.copy_asset(old.upper(), new)
    assert set(immich.album_asset_ids(album)) == {old, new}
    asset = client.asset(new)
    assert asset.is_favourite and asset.description == ""
    client.copy_asset(old, new, sidecar=True)
    assert client.asset(new).description == "Words of the old one"
    with pytest.raises(NoAccess):
        client.copy_asset(NOWHERE, new)


def test_only_what_is_asked_for_is_copied(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    old = immich.add_asset(user, photo(), "old.png", favourite=True)
    new = immich.add_asset(user, photo(), "new.png")
    album = immich.create_album(user, "Album", [old])
    client = connect(immich.url, immich.create_key(user))
    client.copy_asset(old, new, albums=False, favourite=False, shared_links=False, stack=False)
    assert immich.album_asset_ids(album) == [old] and not client.asset(new).is_favourite


def test_first_of_a_stack_lies_on_top(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 3)
    client = connect(immich.url, immich.create_key(user))
    stack = client.create_stack([ids[2], ids[0]])
    (found,) = client._wire.ask("GET", "/stacks", repeat=True)
    assert (found["id"], found["primaryAssetId"]) == (stack, ids[2])
    assert {asset["id"] for asset in found["assets"]} == {ids[0], ids[2]}


def test_a_new_version_joins_the_stack_and_becomes_its_cover(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    old, other, new = immich.add_assets_in_bulk(user, 3)
    client = connect(immich.url, immich.create_key(user))
    stack = client.create_stack([old, other])
    assert client.asset(new).stack is None
    client.copy_asset(old.upper(), new, stack=True)
    assert client.asset(new).stack == Stack(id=stack, cover_id=old)
    client.set_cover(stack.upper(), new.upper())
    assert {client.asset(one).stack for one in (old, other, new)} == {Stack(id=stack, cover_id=new)}
    (stranger,) = immich.add_assets_in_bulk(user, 1)
    with pytest.raises(BadRequest):
        client.set_cover(stack, stranger)
    with pytest.raises(NoAccess):
        client.set_cover(NOWHERE, new)


def test_albums_are_made_and_filled_and_emptied(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user, other = add_user(), add_user()
    ids = immich.add_assets_in_bulk(user, 1500)
    foreign = immich.add_assets_in_bulk(other, 1)
    immich.lock(ids[3])
    client = connect(immich.url, immich.create_key(user))
    album = client.album_create("Holiday / 2024")
    assert (album.name, album.asset_count) == ("Holiday / 2024", 0)
    assert set(client.album_add(album.id.upper(), [*ids, *foreign, NOWHERE])) == {ids[3], foreign[0], NOWHERE}
    assert client.album_add(album.id, ids[:3]) == ()
    assert client.album(album.id).asset_count == 1499
    assert client.album_remove(album.id, ids) == ()
    assert client.album_remove(album.id, ids[:1]) == ()
    assert immich.album_asset_ids(album.id) == []


def test_what_others_put_into_a_shared_album_stays_there(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user, other = add_user(), add_user()
    ids = immich.add_assets_in_bulk(other, 1)
    album = immich.create_album(other, "Theirs", ids)
    immich.share_album(album, user, "editor")
    client = connect(immich.url, immich.create_key(user))
    assert client.album_remove(album, ids) == tuple(ids)
    assert immich.album_asset_ids(album) == ids


def test_an_album_that_is_gone_takes_nothing(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    ids = immich.add_assets_in_bulk(user, 1)
    client = connect(immich.url, immich.create_key(user))
    for change in (client.album_add, client.album_remove):
        with pytest.raises(NoAccess):
            change(NOWHERE, ids)


def test_server_says_what_it_takes_and_how_long_its_trash_keeps(
    immich: Simulator, connect: Connect, tmp_path: Path
) -> None:
    client = connect(immich.url, "no key at all")
    types = client.media_types()
    assert {".jpg", ".heic"} <= types.images and ".mov" in types.videos and types.sidecars == {".xmp"}
    assert client.trash_days() == 30
    for days, said in ((7, 7), (None, None)):
        with Simulator(tmp_path / str(days), immich.generation, trash_days=days) as simulator:
            assert connect(simulator.url, "").trash_days() == said


@pytest.mark.parametrize("body", [{}, [], {"trash": "yes"}, {"trash": True, "trashDays": True}, {"image": []}])
def test_what_no_immich_says_is_no_knowledge(
    serve: Callable[[Script], ScriptedServer], connect: Connect, body: object
) -> None:
    client = connect(serve(lambda received: Answer(body=body)).url)
    for question in (client.trash_days, client.media_types):
        with pytest.raises(MalformedAnswer):
            question()


@pytest.mark.parametrize("body", [{}, None, ["done"], [{"success": True}]])
def test_album_of_which_nothing_is_said_is_no_success(
    serve: Callable[[Script], ScriptedServer], connect: Connect, body: object
) -> None:
    client = connect(serve(lambda received: Answer(body=body)).url)
    with pytest.raises(MalformedAnswer):
        client.album_add(NOWHERE, [NOWHERE])


def test_lost_answer_to_a_deletion_is_asked_for_again(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    (asset_id,) = immich.add_assets_in_bulk(user, 1)
    client = connect(immich.url, immich.create_key(user))
    immich.faults.status(502, method="DELETE", path="/api/assets", times=1)
    assert client.trash([asset_id]) == ()
    assert client.asset_state(asset_id) is AssetState.TRASHED


def test_new_album_and_stack_and_joining_one_are_not_asked_for_twice(
    serve: Callable[[Script], ScriptedServer], connect: Connect
) -> None:
    def script(received: Received) -> Answer:
        return Answer(status=502, body={"message": "Bad gateway"})

    server = serve(script)
    client = connect(server.url)
    for change in (
        lambda: client.album_create("Twice"),
        lambda: client.create_stack([NOWHERE, NOWHERE]),
        lambda: client.copy_asset(NOWHERE, NOWHERE, stack=True),  # done twice, it takes the stack apart
    ):
        server.requests.clear()
        with pytest.raises(ServerError):
            change()
        assert len(server.requests) == 1
