"""What does the server's own count say: how many assets per month, and which?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from artframe.immich import jsonstream
from artframe.immich.errors import MalformedAnswer
from artframe.immich.records import Asset
from artframe.immich.wire import Wire


class Timeline:
    """The timeline buckets of one album or library in one visibility: counts that no paging can falsify.

    Buckets cover all contributors of an album. Months are ``2021-03``, by the wall clock of the place.
    """

    def __init__(self, wire: Wire, scope: Mapping[str, str], visibility: str) -> None:
        self._wire = wire
        self._query = {**scope, "visibility": visibility}
        self._names: dict[str, str] = {}

    def months(self) -> dict[str, int]:
        """How many assets each month has now."""
        answer = self._wire.ask("GET", "/timeline/buckets", query=self._query, repeat=True)
        if not isinstance(answer, list):
            raise MalformedAnswer("the server's timeline is not a list")
        counts: dict[str, int] = {}
        for bucket in answer:
            name, count = _bucket(bucket)
            self._names[name[:7]] = name
            counts[name[:7]] = counts.get(name[:7], 0) + count
        return counts

    def ids(self, month: str) -> list[str]:
        """The ids of one month: one query on the server, thus complete. New external files come in late."""
        query = {**self._query, "timeBucket": self._names[month]}
        with self._wire.spool("/timeline/bucket", query=query) as answer:
            return [value for key, value in jsonstream.members(answer) if key == "id" and isinstance(value, str)]


def month_of(asset: Asset) -> str:
    """The month whose bucket counts this asset."""
    return f"{asset.local_taken_at.year:04d}-{asset.local_taken_at.month:02d}"


def window(month: str) -> tuple[str, str]:
    """The moments between which everything of this month was taken, wherever on earth, as search filters."""
    try:
        year, number = int(month[:4]), int(month[5:7])
        start = datetime(year, number, 1, tzinfo=UTC) - timedelta(days=2)
        end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC) + timedelta(days=2)
    except (ValueError, OverflowError):
        # A camera without a clock can date a photo beyond what dates can hold: then look everywhere.
        start, end = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return iso(start), iso(end)


def iso(moment: datetime) -> str:
    """A moment as both generations accept it: UTC, milliseconds, a literal Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bucket(bucket: Any) -> tuple[str, int]:
    if isinstance(bucket, dict):
        name, count = bucket.get("timeBucket"), bucket.get("count")
        if isinstance(name, str) and isinstance(count, int):
            return name, count
    raise MalformedAnswer("the server's timeline has a bucket without name or count")
