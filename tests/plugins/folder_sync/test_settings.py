"""The settings are the seed's and more, with limits that keep people from losing photos by a slip."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from artframe.config.masking import MASK, masked
from artframe.config.schema import schema_of, settings_of
from artframe_folder_sync import FolderSyncSettings
from artframe_folder_sync.files.overlap import overlapping
from artframe_folder_sync.pairing import digest_of, folder_for, is_made_for, pair_config
from artframe_folder_sync.records import AgeClock, EditedPhotos, Mode, PairConfig, Reappeared, RemoteDeletions

USER = "b85e1f7c-0000-4000-8000-000000006a4b"
MINIMAL = {"immich_url": "https://immich.example.com", "api_keys": ["key"], "folders": ["/srv/anna"]}


def read(**settings: Any) -> FolderSyncSettings:
    return FolderSyncSettings.model_validate({**MINIMAL, **settings})


def test_the_defaults_are_the_seeds_and_the_engines() -> None:
    settings = read()
    assert (settings.sync_enabled, settings.delete_threshold_days, settings.delete_clock) == (True, 30, "in_immich")
    assert (settings.remote_poll_seconds, settings.watch, settings.show_on_frame) == (60, True, False)
    config = pair_config(settings, settings.api_keys[0], Path("/srv/anna"), USER)
    bare = PairConfig(
        folder=Path("/srv/anna"),
        server="https://immich.example.com",
        user_id=USER,
        key_digest=digest_of(settings.api_keys[0]),
    )
    assert config == bare


def test_every_choice_reaches_the_pair() -> None:
    settings = read(
        immich_url="https://immich.example.com/",
        mode="mirror_down",
        delete_threshold_days=None,
        delete_clock="taken",
        keep_favourites=True,
        remote_deletions="on_purge",
        edited_photos="stack",
        reappeared="remove",
        settle_seconds=5,
        delete_grace_seconds=30,
        max_deletions=7,
        max_deletions_percent=2.5,
        trash_days=60,
        ignore=["*.tmp", " raw/ "],
        albums_by_folder=True,
        download=True,
        download_albums=["Summer"],
        download_people=["Ada"],
        download_since="2026-05-01",
        download_folder="/From Immich/new/"[1:],
        download_reserve_mb=100,
        connections=2,
        hash_threads=1,
    )
    config = pair_config(settings, settings.api_keys[0], Path("/srv/anna"), USER)
    assert (config.server, config.mode, config.delete_threshold_days) == (
        "https://immich.example.com", Mode.MIRROR_DOWN, None,
    )  # fmt: skip
    assert (config.age_clock, config.keep_favourites) == (AgeClock.TAKEN, True)
    assert (config.remote_deletions, config.edited_photos) == (RemoteDeletions.ON_PURGE, EditedPhotos.STACK)
    assert (config.reappeared, config.settle_seconds, config.delete_grace_seconds) == (Reappeared.REMOVE, 5, 30)
    assert (config.max_deletions, config.max_deletions_percent, config.trash_days) == (7, 2.5, 60)
    assert (config.ignore, config.albums_by_folder) == (("*.tmp", "raw/"), True)
    assert config.download.enabled
    assert config.download.albums == ("Summer",)
    assert config.download.people == ("Ada",)
    assert config.download.since == datetime(2026, 5, 1, tzinfo=UTC)
    assert config.download.folder == "From Immich/new"
    assert config.download.reserve_bytes == 100 << 20
    assert (config.connections, config.hash_threads) == (2, 1)


def test_one_root_with_the_users_uuid_serves_any_number_of_keys(tmp_path: Path) -> None:
    settings = read(api_keys=["one", "two"], folders=[f"{tmp_path}/sync/{{user_id}}"])
    assert [folder_for(settings, index, f"user-{index}") for index in (0, 1)] == [
        tmp_path / "sync" / "user-0",
        tmp_path / "sync" / "user-1",
    ]
    assert is_made_for(settings, 1)
    deeper = read(folders=[f"{tmp_path}/{{user_id}}/phone"])
    assert folder_for(deeper, 0, USER) == tmp_path / USER / "phone"
    assert not is_made_for(deeper, 0)


def test_several_folders_belong_to_the_keys_in_their_order() -> None:
    settings = read(api_keys=["one", "two"], folders=["/srv/anna/", "~/ben"])
    assert folder_for(settings, 0, USER) == Path("/srv/anna")
    assert folder_for(settings, 1, USER) == Path("~/ben").expanduser()


@pytest.mark.parametrize(
    "wrong",
    [
        {"immich_url": "immich.example.com"},
        {"api_keys": []},
        {"api_keys": [""]},
        {"api_keys": ["same", "same"], "folders": ["/a", "/b"]},
        {"api_keys": ["one", "two"]},
        {"api_keys": ["one", "two"], "folders": ["/a", "/b", "/c"]},
        {"folders": ["/a", "/b"]},
        {"folders": []},
        {"folders": ["photos"]},
        {"folders": [""]},
        {"folders": ["/"]},
        {"folders": ["/srv/../"]},
        {"api_keys": ["one", "two"], "folders": ["/srv/a", "/srv/a"]},
        {"api_keys": ["one", "two"], "folders": ["/srv/a", "/srv/x/../a/b"]},
        {"delete_threshold_days": -1},
        {"delete_threshold_days": "30"},
        {"max_deletions": -1},
        {"max_deletions_percent": 101},
        {"trash_days": 0},
        {"settle_seconds": 0},
        {"delete_grace_seconds": 0},
        {"mode": "both"},
        {"download_folder": "../elsewhere"},
        {"download_folder": "/elsewhere"},
        {"download_folder": ".artframe-trash"},
        {"download_since": "last year"},
        {"download_albums": [" "]},
        {"remote_poll_seconds": 1},
        {"scan_interval_hours": 0},
        {"sync_enable": True},
    ],
    ids=repr,
)
def test_impossible_values_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        read(**wrong)


def test_neighbours_with_a_common_beginning_do_not_overlap() -> None:
    assert overlapping(["/srv/photos", "/srv/photos-ben"]) is None
    assert overlapping(["/srv/photos/x", "/srv", "/a"]) == ("/srv", "/srv/photos/x")


def test_no_key_shows_whether_it_stands_there_or_is_referred_to() -> None:
    settings = read(api_keys=["annas-secret"])
    assert "annas-secret" not in repr(settings) + settings.model_dump_json()
    shown = masked({"api_keys": ["annas-secret", {"$secret": "ben"}]}, schema_of(FolderSyncSettings))
    assert shown == {"api_keys": [MASK, {"$secret": "ben"}]}


def test_every_setting_tells_people_what_it_is() -> None:
    for setting in settings_of(FolderSyncSettings):
        assert setting.title
        assert setting.help.endswith(".")
