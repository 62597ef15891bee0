"""How does a file get onto the server so that it is certainly there?"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from artframe.immich.errors import DuplicateVanished, MalformedAnswer, UploadDamaged
from artframe.immich.multipart import UploadBody
from artframe.immich.records import Visibility
from artframe.immich.states import UploadCheck, check_uploads
from artframe.immich.timeline import iso
from artframe.immich.wire import Wire

_SEND_TIMEOUT = 60.0
_ANSWER_TIMEOUT = 600.0
"""After the last byte the server moves the file to its place, which takes minutes for 30 GB on a slow disk."""
_DEVICE = "artframe"


class UploadStatus(StrEnum):
    """What the server did with an upload."""

    CREATED = "created"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A finished upload whose content the server confirms to have.

    ``in_trash``: the server had it already, in the trash or on its way out of it, and it stays there: the photo is
    **not** safe until ``restore`` was called and ``asset_state`` says so.
    """

    id: str
    status: UploadStatus
    sha1: str
    in_trash: bool


Confirmation = Upload | UploadDamaged | DuplicateVanished
"""What ``confirm_uploads`` says of one: it is there, or something else is, or nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """An upload the server says it took: nothing is certain until ``Immich.confirm_uploads`` makes an Upload of it.

    ``sha1`` (hex) is that of the bytes that were read here and sent.
    """

    id: str
    status: UploadStatus
    sha1: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Particulars:
    """What goes along with a file. Immich judges its type by the ending of ``file_name``; dates are aware.

    ``live_photo_video_id``: the asset that is this still's video. ``sidecar``: XMP.
    """

    file_name: str
    created_at: datetime
    modified_at: datetime
    favourite: bool | None = None
    visibility: Visibility | None = None
    live_photo_video_id: str | None = None
    sidecar: Path | bytes | None = None

    def fields(self) -> dict[str, str]:
        """The form's text fields. 2.7 insists on the device fields, 3.0 ignores them."""
        fields = {
            "deviceAssetId": f"{self.file_name}-{iso(self.modified_at)}",
            "deviceId": _DEVICE,
            "fileCreatedAt": iso(self.created_at),
            "fileModifiedAt": iso(self.modified_at),
        }
        if self.favourite is not None:
            fields["isFavorite"] = "true" if self.favourite else "false"
        if self.visibility is not None:
            fields["visibility"] = self.visibility.value
        if self.live_photo_video_id is not None:
            fields["livePhotoVideoId"] = self.live_photo_video_id.lower()
        return fields


def upload(wire: Wire, source: Path | BinaryIO, particulars: Particulars, size: int | None) -> Upload:
    """Upload and make sure; see ``Immich.upload``."""
    with _opened(source, size) as (file, length):
        start = file.tell() if file.seekable() else None
        try:
            return _sure(wire, file, particulars, length)
        except DuplicateVanished:
            if start is None:
                raise
        # The duplicate was an asset on its way out, and nothing is stored: sending it again is no blind repetition.
        file.seek(start)
        return _sure(wire, file, particulars, length)


def send(wire: Wire, source: Path | BinaryIO, particulars: Particulars, size: int | None) -> Sent:
    """Upload; see ``Immich.send_upload``."""
    with _opened(source, size) as (file, length):
        return _once(wire, file, particulars, length)


def confirm(wire: Wire, sent: Sequence[Sent]) -> list[Confirmation]:
    """What became of each; see ``Immich.confirm_uploads``."""
    # The server's own knowledge of the content proves that it arrived whole, and shows a twin in the trash.
    checks = check_uploads(wire, {str(place): one.sha1 for place, one in enumerate(sent)})
    return [_confirmed(one, checks[str(place)]) for place, one in enumerate(sent)]


@contextmanager
def _opened(source: Path | BinaryIO, size: int | None) -> Iterator[tuple[BinaryIO, int | None]]:
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield file, os.fstat(file.fileno()).st_size
    else:
        yield source, size if size is not None else _size(source)


def _sure(wire: Wire, file: BinaryIO, particulars: Particulars, size: int | None) -> Upload:
    (result,) = confirm(wire, [_once(wire, file, particulars, size)])
    if isinstance(result, Upload):
        return result
    raise result


def _once(wire: Wire, file: BinaryIO, particulars: Particulars, size: int | None) -> Sent:
    for moment in (particulars.created_at, particulars.modified_at):
        if moment.tzinfo is None:
            raise ValueError("the dates of an upload need a time zone")
    sidecar = particulars.sidecar
    body = UploadBody(
        file,
        file_name=particulars.file_name,
        size=size,
        fields=particulars.fields(),
        sidecar=sidecar.read_bytes() if isinstance(sidecar, Path) else sidecar,
    )
    # No x-immich-checksum: with it the server answers "duplicate" unseen, and it verifies nothing.
    _, answer = wire.send(
        "/assets", body=body, headers={"Content-Type": body.content_type}, timeout=(_SEND_TIMEOUT, _ANSWER_TIMEOUT)
    )
    asset_id, status = _answer(answer)
    return Sent(id=asset_id, status=status, sha1=body.sha1)


def _confirmed(sent: Sent, check: UploadCheck) -> Confirmation:
    if check.known and check.asset_id == sent.id:
        return Upload(id=sent.id, status=sent.status, sha1=sent.sha1, in_trash=check.in_trash)
    if sent.status is UploadStatus.DUPLICATE and not check.known:
        return DuplicateVanished(
            "the server took the file for a duplicate of one that it was just deleting", "upload it once more"
        )
    return UploadDamaged(
        f"the server stored something else than was sent, as {sent.id}",
        "keep the file here and upload it again; the server's disk or a proxy before it may be faulty",
        asset_id=sent.id,
        sha1=sent.sha1,
    )


def _answer(answer: object) -> tuple[str, UploadStatus]:
    if isinstance(answer, Mapping):
        asset_id, status = answer.get("id"), answer.get("status")
        if isinstance(asset_id, str) and status in tuple(UploadStatus):
            return asset_id, UploadStatus(status)
    raise MalformedAnswer("the server did not say what became of the upload")


def _size(source: BinaryIO) -> int | None:
    """What is left of a regular file, None for a pipe or anything else."""
    try:
        status = os.fstat(source.fileno())
    except (OSError, AttributeError):
        return None
    return status.st_size - source.tell() if stat.S_ISREG(status.st_mode) else None
