"""Which folder belongs to which key, and what holds for the two of them?"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, time
from pathlib import Path

from artframe.plugin import Secret
from artframe_folder_sync.records import (
    AgeClock,
    DownloadRule,
    EditedPhotos,
    Mode,
    PairConfig,
    Reappeared,
    RemoteDeletions,
)
from artframe_folder_sync.settings import USER_ID, FolderSyncSettings


def folder_for(settings: FolderSyncSettings, index: int, user_id: str) -> Path:
    """The absolute folder of the key at ``index``; links on the way to it are followed once, here."""
    text = settings.folders[index if len(settings.folders) > 1 else 0]
    return Path(text.replace(USER_ID, user_id)).resolve()


def is_made_for(settings: FolderSyncSettings, index: int) -> bool:
    """Whether the folder's name comes from the user: then it is made inside the root when it is not there yet."""
    return settings.folders[index if len(settings.folders) > 1 else 0].rstrip("/").endswith(f"/{USER_ID}")


def digest_of(key: Secret) -> str:
    """By this another key is noticed, without keeping the key."""
    return hashlib.sha256(key.reveal().strip().encode("utf-8", "surrogatepass")).hexdigest()


def pair_config(settings: FolderSyncSettings, key: Secret, folder: Path, user_id: str) -> PairConfig:
    """What the settings say, for one key and its folder."""
    since = settings.download_since
    return PairConfig(
        folder=folder,
        server=settings.immich_url.rstrip("/"),
        user_id=user_id,
        key_digest=digest_of(key),
        mode=Mode(settings.mode),
        delete_threshold_days=settings.delete_threshold_days,
        age_clock=AgeClock(settings.delete_clock),
        keep_favourites=settings.keep_favourites,
        remote_deletions=RemoteDeletions(settings.remote_deletions),
        edited_photos=EditedPhotos(settings.edited_photos),
        reappeared=Reappeared(settings.reappeared),
        settle_seconds=settings.settle_seconds,
        delete_grace_seconds=settings.delete_grace_seconds,
        max_deletions=settings.max_deletions,
        max_deletions_percent=settings.max_deletions_percent,
        trash_days=settings.trash_days,
        ignore=settings.ignore,
        albums_by_folder=settings.albums_by_folder,
        download=DownloadRule(
            enabled=settings.download,
            albums=settings.download_albums,
            people=settings.download_people,
            since=datetime.combine(date.fromisoformat(since), time(), UTC) if since else None,
            folder=settings.download_folder,
            reserve_bytes=settings.download_reserve_mb << 20,
        ),
        connections=settings.connections,
        hash_threads=settings.hash_threads,
    )
