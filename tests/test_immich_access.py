"""From an address and a password to a key that may do exactly what is needed, and nothing of it is left lying about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.config.home import init_home
from artframe.config.problem import SaveFailed
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from artframe.errors import ArtframeError, AuthFailed, CommandError, NotReady
from artframe.host.discovery import PluginKinds
from artframe.immich import Immich
from artframe.immich.simulator import Simulator
from artframe.immich_access import ImmichAccess
from artframe.plugin import Plugin
from artframe_immich import ImmichAlbum

NEEDED = ["album.read", "asset.read", "asset.download", "asset.view"]
OPTIONAL = ["person.read", "tag.read"]
PASSWORD = "a long password"


@pytest.fixture(scope="module", params=["2.7", "3.0"])
def immich(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(tmp_path_factory.mktemp("immich"), request.param) as server:
        server.add_user("Ada", "ada@example.com", PASSWORD)
        yield server


@pytest.fixture
def store(tmp_path: Path) -> ConfigStore:
    init_home(tmp_path)
    store = ConfigStore(tmp_path, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)
    store.load()
    return store


@pytest.fixture
def access(store: ConfigStore) -> ImmichAccess:
    return ImmichAccess(store, PluginKinds.of({"immich": ImmichAlbum, "toy": Plugin}))


def secrets(store: ConfigStore) -> dict[str, str]:
    found: dict[str, str] = json.loads(store.read("secrets"))
    return {name: value for name, value in found.items() if not name.startswith("_")}


def keys_on(immich: Simulator) -> int:
    client = Immich.login(immich.url, "ada@example.com", PASSWORD)
    with client:
        count = len(client._wire.ask("GET", "/api-keys", repeat=True))
        client.logout()
    return count


def test_a_key_with_exactly_the_needed_permissions_is_made_and_kept_as_a_secret(
    immich: Simulator, access: ImmichAccess, store: ConfigStore
) -> None:
    made = access.create_key(immich.url, "ada@example.com", PASSWORD)
    (key,) = secrets(store).values()
    assert made["secret"] == "immich-api-key"
    assert made["permissions"] == [*NEEDED, *OPTIONAL]
    assert key not in json.dumps(made) and PASSWORD not in store.read("secrets")
    with Immich(immich.url, key) as client:
        assert sorted(client.key().permissions) == sorted([*NEEDED, *OPTIONAL])
    assert access.check(immich.url, key)["ok"]


def test_the_password_session_is_ended(immich: Simulator, access: ImmichAccess) -> None:
    immich.requests.clear()
    access.create_key(immich.url, "ada@example.com", PASSWORD)
    assert [path for _, path in immich.requests][-1].endswith("/auth/logout")


def test_a_second_key_gets_a_name_of_its_own(immich: Simulator, access: ImmichAccess, store: ConfigStore) -> None:
    names = [access.create_key(immich.url, "ada@example.com", PASSWORD)["secret"] for _ in range(2)]
    assert names == ["immich-api-key", "immich-api-key-2"]
    with pytest.raises(CommandError, match="has a 'immich-api-key' already"):
        access.create_key(immich.url, "ada@example.com", PASSWORD, secret="immich-api-key")


def test_a_wrong_password_makes_nothing_and_is_not_repeated(
    immich: Simulator, access: ImmichAccess, store: ConfigStore
) -> None:
    before = keys_on(immich)
    with pytest.raises(AuthFailed, match="e-mail address with this password") as told:
        access.create_key(immich.url, "ada@example.com", "a wrong password")
    assert "a wrong password" not in str(told.value)
    assert not secrets(store)
    assert keys_on(immich) == before


def test_a_key_that_cannot_be_kept_is_taken_back(
    immich: Simulator, access: ImmichAccess, store: ConfigStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys_on(immich)

    def full(*_: object, **__: object) -> None:
        raise SaveFailed("secrets.json could not be saved: no space left")

    monkeypatch.setattr(store, "modify", full)
    with pytest.raises(SaveFailed):
        access.create_key(immich.url, "ada@example.com", PASSWORD)
    assert keys_on(immich) == before


def test_a_check_names_what_is_missing(immich: Simulator, access: ImmichAccess) -> None:
    user = immich.user_id("ada@example.com")
    assert user is not None
    result = access.check(immich.url, immich.create_key(user, ("album.read", "asset.read", "asset.view")))
    assert (result["ok"], result["missing"], result["exit_code"]) == (False, ["asset.download"], 1)
    assert access.check(immich.url, immich.create_key(user, NEEDED))["ok"], "people and tags are a choice"


def test_what_is_wrong_with_the_address_or_the_key_is_told(immich: Simulator, access: ImmichAccess) -> None:
    with pytest.raises(AuthFailed):
        access.check(immich.url, "wrong")
    with pytest.raises(NotReady):
        access.check("http://127.0.0.1:9", "wrong")
    with pytest.raises(ArtframeError):
        access.check("no address", "wrong")


def test_a_kind_that_needs_no_immich_is_refused(access: ImmichAccess) -> None:
    assert access.permissions()["permissions"] == NEEDED
    for kinds in ("toy", "unknown", ""):
        with pytest.raises(CommandError):
            access.permissions(kinds=kinds)
