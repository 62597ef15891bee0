"""What became of an asset: is it shown, put away, in the trash, locked, or gone for good?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from artframe.immich import parsing
from artframe.immich.errors import MalformedAnswer, NotFound
from artframe.immich.parallel import each
from artframe.immich.records import Asset, Visibility
from artframe.immich.wire import Wire

BATCH = 5000
"""Items per bulk check: 5000 take a third of a second, 66000 fail."""
BETWEEN_LOOKS = 5.0
"""Seconds: the server's own background jobs need up to three to show what they do."""


class AssetState(Enum):
    """The state of an asset; members carry what follows from it.

    ``shown``: Immich shows it in the timeline and in albums. ``exists``: True: the photo is on the server (perhaps in
    the trash), False: it is certainly not, None: cannot be told, so keep everything.
    """

    LIVE = ("in the timeline", True, True)
    ARCHIVED = ("archived", False, True)
    HIDDEN = ("hidden, such as the video part of a live photo", False, True)
    LOCKED = ("in the locked folder, which no key can read", False, True)
    TRASHED = ("in the trash, or being deleted at this moment", False, True)
    OFFLINE = ("in an external library whose file is away", False, True)
    ELSEWHERE = ("not reachable, but its content is on the server under another id", False, True)
    PURGED = ("deleted for good", False, False)
    FOREIGN = ("not this key's user's, so nothing can be said", False, None)
    UNKNOWN = ("not readable; locked, purged or somebody else's", False, None)

    def __init__(self, text: str, shown: bool, exists: bool | None) -> None:
        self.text = text
        self.shown = shown
        self.exists = exists


@dataclass(frozen=True, kw_only=True, slots=True)
class UploadCheck:
    """Whether the server has this content already, of this user. ``asset_id`` and ``in_trash`` only if it is known.

    In the trash means not safe: it may be purged within seconds or days.
    """

    known: bool
    asset_id: str | None = None
    in_trash: bool = False


def state_of(asset: Asset) -> AssetState:
    """The state of an asset that the server let us read."""
    if asset.is_offline:
        return AssetState.OFFLINE
    if asset.is_trashed:
        return AssetState.TRASHED
    return {
        Visibility.TIMELINE: AssetState.LIVE,
        Visibility.ARCHIVE: AssetState.ARCHIVED,
        Visibility.HIDDEN: AssetState.HIDDEN,
        Visibility.LOCKED: AssetState.LOCKED,
    }[asset.visibility]


def look_twice(wire: Wire, sha1s: Mapping[str, str | None], verdict: Callable[[], AssetState]) -> dict[str, AssetState]:
    """The states of several assets; what seems purged is what ``verdict()`` says; PURGED needs a second look."""
    found = look(wire, sha1s)
    doubtful = {asset_id: sha1s[asset_id] for asset_id, state in found.items() if state is AssetState.PURGED}
    if not doubtful:
        return found
    state = verdict()
    if state is not AssetState.PURGED:
        return found | dict.fromkeys(doubtful, state)
    wire.pause(BETWEEN_LOOKS)
    return found | look(wire, doubtful)


def look(wire: Wire, sha1s: Mapping[str, str | None]) -> dict[str, AssetState]:
    """One look at several assets; PURGED is not confirmed by it."""

    def read(asset_id: str) -> AssetState:
        try:
            return state_of(parsing.asset(wire.ask("GET", f"/assets/{asset_id.lower()}", repeat=True)))
        except NotFound:
            # Locked, purged and foreign assets answer alike; only the check of the content tells them apart.
            return AssetState.UNKNOWN

    states = dict(zip(sha1s, each(wire.connections, read, sha1s), strict=True))
    unread = {
        asset_id: sha1
        for asset_id, state in states.items()
        if state is AssetState.UNKNOWN and (sha1 := sha1s[asset_id]) is not None
    }
    for asset_id, check in check_uploads(wire, unread).items():
        if not check.known:
            states[asset_id] = AssetState.PURGED
        elif check.asset_id == asset_id.lower():
            states[asset_id] = AssetState.LOCKED
        else:
            states[asset_id] = AssetState.ELSEWHERE
    return states


def check_uploads(wire: Wire, sha1s: Mapping[str, str]) -> dict[str, UploadCheck]:
    """Ask the server which contents it has; keys are the caller's own, values SHA-1 in hex or base64."""
    hexes: dict[str, str] = {}
    for key, value in sha1s.items():
        digest = parsing.sha1_hex(value)
        if digest is None:
            # Immich takes any text for a checksum and never finds it: the caller would upload what is there.
            raise ValueError(f"{value!r} is no SHA-1")
        hexes[key] = digest
    keys = list(hexes)
    checks: dict[str, UploadCheck] = {}
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        # Positions, not keys: keys may be anything, also equal to each other for the server.
        items = [{"id": str(position), "checksum": hexes[key]} for position, key in enumerate(batch)]
        answer = wire.ask("POST", "/assets/bulk-upload-check", body={"assets": items}, repeat=True)
        results = dict(_results(answer))
        if not results.keys() >= set(range(len(batch))):
            raise MalformedAnswer("the server did not check every content it was asked for")
        checks.update((key, results[position]) for position, key in enumerate(batch))
    return checks


def _results(answer: object) -> Iterable[tuple[int, UploadCheck]]:
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise MalformedAnswer("the server's upload check has no results")
    for result in results:
        action, position = (result.get("action"), result.get("id")) if isinstance(result, dict) else (None, None)
        if not isinstance(position, str) or not position.isdigit() or action not in ("accept", "reject"):
            raise MalformedAnswer("the server's upload check has a result of an unknown kind")
        if action == "accept":
            yield int(position), UploadCheck(known=False)
        elif result.get("reason") in (None, "duplicate"):
            asset_id = result.get("assetId")
            yield (
                int(position),
                UploadCheck(
                    known=True,
                    asset_id=asset_id if isinstance(asset_id, str) else None,
                    in_trash=result.get("isTrashed") is True,
                ),
            )
        else:
            raise MalformedAnswer(f"the server's upload check rejects a content as {result.get('reason')}")
