"""What became of an asset, and uploads that meet one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from artframe.immich import (
    AccessRefused,
    AssetState,
    BadRequest,
    Immich,
    ImmichError,
    MissingPermission,
    Rendition,
    RenditionMissing,
    ServerError,
    Unauthorized,
    UploadStatus,
    Visibility,
)
from artframe.immich.simulator import Simulator
from tests.immich.client.scripted import Answer, Script, ScriptedServer
from tests.immich.client.test_listing import photo

Connect = Callable[..., Immich]
AddUser = Callable[[], str]
WHEN = datetime(2024, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
NOWHERE = "8f14e45f-ceea-467f-9a36-dedd4bea2543"


def sha1_of(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


@pytest.mark.parametrize(
    ("actions", "state", "blind"),
    [
        ((), AssetState.LIVE, AssetState.LIVE),
        (("archive",), AssetState.ARCHIVED, AssetState.ARCHIVED),
        (("hide",), AssetState.HIDDEN, AssetState.HIDDEN),
        (("trash",), AssetState.TRASHED, AssetState.TRASHED),
        (("trash", "restore"), AssetState.LIVE, AssetState.LIVE),
        (("lock",), AssetState.LOCKED, AssetState.UNKNOWN),
        (("lock", "trash"), AssetState.LOCKED, AssetState.UNKNOWN),
        (("purge",), AssetState.PURGED, AssetState.UNKNOWN),
    ],
    ids=lambda value: "-".join(value) or "untouched" if isinstance(value, tuple) else value.name,
)
def test_state_of_an_own_asset_is_told(
    immich: Simulator,
    connect: Connect,
    add_user: AddUser,
    actions: tuple[str, ...],
    state: AssetState,
    blind: AssetState,
) -> None:
    user = add_user()
    data = photo()
    asset_id = immich.add_asset(user, data, "a.png")
    for action in actions:
        getattr(immich, action)(asset_id)
    client = connect(immich.url, immich.create_key(user))
    assert client.asset_state(asset_id, sha1_of(data)) is state
    assert client.asset_state(asset_id) is blind
    assert client.asset_state(asset_id.upper(), sha1_of(data), owner_id=user) is state


def test_gone_for_good_is_only_said_after_a_second_look(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    pauses: list[float] = []
    client = connect(immich.url, immich.create_key(user), pauses=pauses)
    assert client.asset_state(NOWHERE, "0" * 40) is AssetState.PURGED
    looks = [path for _, path in immich.requests if path.endswith((NOWHERE, "bulk-upload-check"))]
    assert len(looks) == 4
    assert len(pauses) == 1 and pauses[0] >= 3


def test_many_assets_are_judged_at_once(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    data = photo()
    ids = immich.add_assets_in_bulk(user, 40, data=data)
    sha1s = {one: sha1_of(immich.original(one)) for one in ids}
    immich.purge(ids[::4])
    immich.lock(ids[1::4])
    immich.trash(ids[2::4])
    expected = [AssetState.PURGED, AssetState.LOCKED, AssetState.TRASHED, AssetState.LIVE] * 10
    client = connect(immich.url, immich.create_key(user))
    immich.faults.hang(path=f"/api/assets/{ids[0]}", times=1)
    held = immich.faults.meanwhile(immich.faults.release, path=f"/api/assets/{ids[7]}", times=1)
    # The first answer hangs until the eighth question arrives, over another connection.
    assert list(client.asset_states(sha1s).values()) == expected
    assert held.wait_until_struck(0)


def test_first_failure_ends_the_questions(serve: Callable[[Script], ScriptedServer], connect: Connect) -> None:
    server = serve(lambda received: Answer(status=403, body={"message": "Forbidden"}))
    client = connect(server.url, connections=2)
    with pytest.raises(AccessRefused):
        client.asset_states({f"{number:08x}{NOWHERE[8:]}": None for number in range(2000)})
    assert len(server.requests) < 100


def test_second_look_counts(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    data = photo()
    client = connect(immich.url, immich.create_key(user))
    # The first check misses it, as during a restore.
    immich.faults.meanwhile(
        lambda: immich.add_asset(user, data, "a.png"), path="/api/assets/bulk-upload-check", skip=1, times=1
    )
    assert client.asset_state(NOWHERE, sha1_of(data)) is AssetState.ELSEWHERE


def test_key_that_may_not_check_cannot_say_that_something_is_gone(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    user = add_user()
    client = connect(immich.url, immich.create_key(user, ["asset.read"]))
    assert client.asset_state(NOWHERE) is AssetState.UNKNOWN
    with pytest.raises(MissingPermission):
        client.asset_state(NOWHERE, "0" * 40)


def test_key_of_another_user_says_nothing_about_a_photo(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user, other = add_user(), add_user()
    data = photo()
    asset_id = immich.add_asset(user, data, "a.png")
    client = connect(immich.url, immich.create_key(other))
    assert client.asset_state(asset_id, sha1_of(data), owner_id=user) is AssetState.FOREIGN


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_failure_says_nothing_about_a_photo(
    immich: Simulator, connect: Connect, add_user: AddUser, status: int
) -> None:
    user = add_user()
    client = connect(immich.url, immich.create_key(user))
    immich.faults.status(status, path="/api/assets/*")
    with pytest.raises(ImmichError):
        client.asset_state(NOWHERE, "0" * 40)


def test_only_certain_knowledge_says_that_a_photo_does_not_exist() -> None:
    assert [state for state in AssetState if state.exists is False] == [AssetState.PURGED]
    assert [state for state in AssetState if state.shown] == [AssetState.LIVE]
    assert all(state.text for state in AssetState)


def test_upload_arrives_with_all_its_particulars(
    immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path
) -> None:
    user = add_user()
    data = photo()
    path = tmp_path / "local.png"
    path.write_bytes(data)
    client = connect(immich.url, immich.create_key(user))
    upload = client.upload(
        path,
        file_name='Ein "Bild".png',
        created_at=WHEN,
        modified_at=WHEN,
        favourite=True,
        visibility=Visibility.ARCHIVE,
    )
    assert (upload.status, upload.sha1, upload.in_trash) == (UploadStatus.CREATED, sha1_of(data), False)
    assert immich.original(upload.id) == data
    immich.jobs.wait_until_idle()
    asset = client.asset(upload.id)
    assert (asset.file_name, asset.is_favourite, asset.visibility) == ('Ein "Bild".png', True, Visibility.ARCHIVE)
    assert (asset.taken_at, asset.sha1) == (WHEN, sha1_of(data))


def test_sidecar_is_applied(immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path) -> None:
    user = add_user()
    path, sidecar = tmp_path / "a.png", tmp_path / "a.png.xmp"
    path.write_bytes(photo())
    sidecar.write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"/></rdf:RDF></x:xmpmeta>'
    )
    client = connect(immich.url, immich.create_key(user))
    upload = client.upload(path, file_name="a.png", created_at=WHEN, modified_at=WHEN, sidecar=sidecar)
    immich.jobs.wait_until_idle()
    assert client.asset(upload.id).rating == 3


def test_duplicate_is_told_and_its_trash_too(
    immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path
) -> None:
    user = add_user()
    data = photo()
    path = tmp_path / "a.png"
    path.write_bytes(data)
    asset_id = immich.add_asset(user, data, "a.png")
    client = connect(immich.url, immich.create_key(user))

    def again() -> tuple[str, str, bool]:
        upload = client.upload(path, file_name="b.png", created_at=WHEN, modified_at=WHEN)
        return upload.id, upload.status.value, upload.in_trash

    assert again() == (asset_id, "duplicate", False)
    immich.lock(asset_id)
    assert again() == (asset_id, "duplicate", False)
    immich.show(asset_id)
    immich.trash(asset_id)
    assert again() == (asset_id, "duplicate", True)
    client.restore([asset_id])
    assert again() == (asset_id, "duplicate", False)
    assert client.asset_state(asset_id) is AssetState.LIVE


def test_duplicate_of_what_is_being_deleted_for_good_is_not_safe(
    immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path
) -> None:
    user = add_user()
    data = photo()
    path = tmp_path / "a.png"
    path.write_bytes(data)
    asset_id = immich.add_asset(user, data, "a.png")
    client = connect(immich.url, immich.create_key(user))
    immich.jobs.pause("backgroundTask")
    try:
        client._wire.ask("DELETE", "/assets", body={"ids": [asset_id], "force": True}, repeat=False)
        upload = client.upload(path, file_name="a.png", created_at=WHEN, modified_at=WHEN)
        assert (upload.status, upload.in_trash) == (UploadStatus.DUPLICATE, True)
        client.restore([asset_id])
    finally:
        immich.jobs.resume("backgroundTask")
    immich.jobs.wait_until_idle()
    assert client.asset_state(asset_id, sha1_of(data)) is AssetState.PURGED
    upload = client.upload(path, file_name="a.png", created_at=WHEN, modified_at=WHEN)
    assert (upload.status, upload.in_trash) == (UploadStatus.CREATED, False)


def test_restoring_what_is_gone_is_refused(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    client = connect(immich.url, immich.create_key(add_user()))
    assert client.restore([NOWHERE]) == (NOWHERE,)
    assert client.restore([]) == ()


def test_file_of_an_unknown_kind_is_refused_with_the_servers_words(
    immich: Simulator, connect: Connect, add_user: AddUser, tmp_path: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("text")
    client = connect(immich.url, immich.create_key(add_user()))
    with pytest.raises(BadRequest, match=r"Unsupported file type"):
        client.upload(path, file_name="a.txt", created_at=WHEN, modified_at=WHEN)


def test_password_session_works_like_a_key(immich: Simulator, add_user: AddUser) -> None:
    user = add_user()
    email = f"{user}@example.com"
    user = immich.add_user("Session", email, "correct horse")
    asset_id = immich.add_asset(user, photo(), "a.png")
    with pytest.raises(Unauthorized):
        Immich.login(immich.url, email, "wrong")
    with Immich.login(immich.url, email, "correct horse") as client:
        assert client.me().email == email
        assert [asset.id for asset in client.library_assets()] == [asset_id]
        assert client.missing_permissions({"asset.read"}) == ()
        client.logout()
        with pytest.raises(Unauthorized):
            client.me()


def test_every_rendition_of_a_photo_comes_and_resumes(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    data = photo()
    asset_id = immich.add_asset(user, data, "Straße.png")
    client = connect(immich.url, immich.create_key(user))
    with client.open(asset_id) as body:
        assert (body.file_name, body.content_type, body.total) == ("Straße.png", "image/png", len(data))
        etag = body.etag
        assert b"".join(body.chunks()) == data
    with client.open(asset_id, offset=20, etag=etag) as body:
        assert body.offset == 20
        assert b"".join(body.chunks()) == data[20:]
    with client.open(asset_id, offset=len(data)) as body:
        assert (body.total, list(body.chunks())) == (len(data), [])
    for rendition in (Rendition.FULLSIZE, Rendition.PREVIEW, Rendition.THUMBNAIL):
        with client.open(asset_id, rendition) as body:
            assert body.content_type.startswith("image/")
            assert len(b"".join(body.chunks())) == body.total


def test_preview_of_an_undecodable_file_is_missing(immich: Simulator, connect: Connect, add_user: AddUser) -> None:
    user = add_user()
    asset_id = immich.add_asset(user, b"no picture " + photo(), "a.jpg")
    client = connect(immich.url, immich.create_key(user))
    assert not client.asset(asset_id).has_thumbhash
    with pytest.raises(RenditionMissing):
        client.open(asset_id, Rendition.PREVIEW)


def test_server_that_is_overloaded_for_long_is_left_alone(
    immich: Simulator, connect: Connect, add_user: AddUser
) -> None:
    pauses: list[float] = []
    client = connect(immich.url, immich.create_key(add_user()), pauses=pauses)
    immich.faults.status(503, path="/api/users/me", retry_after=120)
    with pytest.raises(ServerError) as caught:
        client.me()
    assert (caught.value.retry_after, pauses, len(immich.requests)) == (120.0, [], 1)
