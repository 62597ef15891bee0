"""What does ``sync_metadata.json`` beside the photos say, for people and for other programs?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artframe.plugin import MirrorRecord, SyncSummary
from artframe_immich.settings import ImmichSettings

NAME = "sync_metadata.json"


class MetadataFile:
    """Written after each sync for others to read; artframe itself only looks whether it is there.

    Deleting it asks for a fresh start: the next sync verifies every file instead of trusting it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def exists(self) -> bool:
        return self.path.exists()

    def write(self, summary: SyncSummary, settings: ImmichSettings) -> None:
        """Replace the file in one step, in constant memory whatever the number of photos; raises OSError."""
        temporary = self.path.with_name(f".{NAME}.tmp")
        try:
            with temporary.open("w", encoding="utf-8") as file:
                for text in _lines(summary, settings):
                    file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def _lines(summary: SyncSummary, settings: ImmichSettings) -> Iterator[str]:
    head = {
        "last_sync": _moment(summary.last_sync) if summary.last_sync is not None else None,
        "album_id": settings.album_id,
        "albums": list(settings.albums),
        "sync_count": summary.sync_count,
    }
    yield json.dumps(head, indent=2, ensure_ascii=False).removesuffix("\n}") + ',\n  "synced_assets": {'
    separator = "\n"
    for record in summary.records:
        yield f"{separator}    {json.dumps(record.photo.id)}: {json.dumps(_entry(record), ensure_ascii=False)}"
        separator = ",\n"
    yield "\n  }\n}\n"


def _entry(record: MirrorRecord) -> dict[str, Any]:
    return {
        "filename": record.photo.name,
        "local_path": record.file_name,
        "file_created_at": _moment(record.photo.taken_at) if record.photo.taken_at is not None else None,
        "checksum": record.sha1,
        "synced_at": _moment(record.fetched_at),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
