"""What does the search list, page by page, however incomplete that may be?"""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from artframe.immich import parsing
from artframe.immich.errors import MalformedAnswer
from artframe.immich.records import Asset, Visibility
from artframe.immich.timeline import iso
from artframe.immich.wire import Wire

_STAMPED = (
    *("ownerId", "checksum", "updatedAt", "isTrashed", "isFavorite", "visibility", "isArchived", "isOffline", "type"),
    *("originalFileName", "livePhotoVideoId", "libraryId", "fileCreatedAt", "createdAt"),
)


class Listed:
    """An asset of a page, not read yet: most callers know most of a listing from the last time.

    ``stamp`` is a text that differs when anything differs that a listing tells of where the asset is and what it is.
    """

    __slots__ = ("_raw", "id", "stamp")

    def __init__(self, raw: Any) -> None:
        data = raw if isinstance(raw, dict) else {}
        self._raw = raw
        self.id = str(data.get("id", "")).lower()
        self.stamp = "\n".join([str(data.get(name)) for name in _STAMPED])

    def asset(self) -> Asset:
        """The asset itself; MalformedAnswer if it is none."""
        return parsing.asset(self._raw)


def search(
    wire: Wire, visibility: Visibility, *, since: datetime | None, exif: bool, page_size: int
) -> Generator[list[Listed], None, None]:
    """Page by page; see ``Immich.listed``."""
    body: dict[str, Any] = {
        "visibility": visibility.value,
        "withDeleted": True,
        "withExif": exif,
        "order": "asc",
        "size": page_size,
    }
    if since is not None:
        if since.tzinfo is None:
            raise ValueError("the moment of a search needs a time zone")
        body["updatedAfter"] = iso(since)
    # While the caller works on one page, the next one comes: half the time of a long listing is the server's.
    with ThreadPoolExecutor(1, thread_name_prefix="immich-search") as ahead:
        items, number = read_page(wire, body, 1)
        while items or number is not None:
            coming = None if number is None else ahead.submit(read_page, wire, body, number)
            yield [Listed(item) for item in items]
            items, number = ([], None) if coming is None else coming.result()


def read_page(wire: Wire, body: dict[str, Any], number: int) -> tuple[list[Any], int | None]:
    """One page's assets as they came, and the number of the next page, if there is one."""
    answer = wire.ask("POST", "/search/metadata", body={**body, "page": number}, repeat=True)
    found = answer.get("assets") if isinstance(answer, dict) else None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(items, list):
        raise MalformedAnswer("the server's search result has no list of assets")
    return items, following(found.get("nextPage"), number)


def following(value: Any, current: int) -> int | None:
    """The next page's number, which the server sends as text, or None."""
    if value is None:
        return None
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise MalformedAnswer(f"the server names {value!r} as the next page") from error
    if number <= current:
        raise MalformedAnswer(f"the server names page {number} as the one after {current}")
    return number
