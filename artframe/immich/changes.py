"""How are many assets changed at once when the server refuses all of them for the sake of one?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from artframe.immich.errors import MalformedAnswer, NoAccess
from artframe.immich.wire import Wire

AT_ONCE = 1000
"""Ids per request: a thousand are trashed within a second, and a refusal is looked for among no more."""


def trash(wire: Wire, ids: Collection[str]) -> tuple[str, ...]:
    """Into the trash, never past it; see ``Immich.trash``."""

    def change(part: Sequence[str]) -> None:
        # Trashing what is trashed changes nothing, so a lost answer may be asked for again.
        wire.ask("DELETE", "/assets", body={"ids": list(part), "force": False}, repeat=True)

    return _by_halves(change, ids)


def restore(wire: Wire, ids: Collection[str]) -> tuple[str, ...]:
    """Out of the trash; see ``Immich.restore``."""

    def change(part: Sequence[str]) -> None:
        wire.ask("POST", "/trash/restore/assets", body={"ids": list(part)}, repeat=True)

    return _by_halves(change, ids)


def album_members(wire: Wire, method: str, album_id: str, ids: Collection[str], *, fine: str) -> tuple[str, ...]:
    """Put assets into an album (PUT) or take them out (DELETE); ``fine``: the complaint that changes nothing."""
    refused: list[str] = []
    for part in _parts(ids):
        results = wire.ask(method, f"/albums/{album_id.lower()}/assets", body={"ids": part}, repeat=True)
        if not isinstance(results, list):
            raise MalformedAnswer("the server did not say for every photo what became of it in the album")
        done = {result["id"] for result in results if _done(result, fine)}
        refused += [asset_id for asset_id in part if asset_id not in done]
    return tuple(refused)


def copy_asset(wire: Wire, source_id: str, target_id: str, what: Mapping[str, bool]) -> None:
    """See ``Immich.copy_asset``; all of ``what`` is said, since the server copies what is not."""
    body = {"sourceId": source_id.lower(), "targetId": target_id.lower(), **what}
    wire.ask("PUT", "/assets/copy", body=body, repeat=not what["stack"])


def create_stack(wire: Wire, ids: Sequence[str]) -> str:
    """See ``Immich.create_stack``."""
    stack = wire.ask("POST", "/stacks", body={"assetIds": [one.lower() for one in ids]}, repeat=False)
    if isinstance(stack, dict) and isinstance(stack.get("id"), str):
        return str(stack["id"])
    raise MalformedAnswer("the server made a stack and did not name it")


def set_cover(wire: Wire, stack_id: str, asset_id: str) -> None:
    """See ``Immich.set_cover``."""
    wire.ask("PUT", f"/stacks/{stack_id.lower()}", body={"primaryAssetId": asset_id.lower()}, repeat=True)


def trash_days(wire: Wire) -> int | None:
    """See ``Immich.trash_days``."""
    features = wire.ask("GET", "/server/features", repeat=True)
    config = wire.ask("GET", "/server/config", repeat=True)
    kept = features.get("trash") if isinstance(features, dict) else None
    days = config.get("trashDays") if isinstance(config, dict) else None
    if not isinstance(kept, bool) or isinstance(days, bool) or not isinstance(days, int):
        raise MalformedAnswer("the server does not say whether it has a trash")
    return days if kept else None


def _done(result: Any, fine: str) -> bool:
    if not isinstance(result, dict) or not isinstance(result.get("id"), str):
        raise MalformedAnswer("the server named no photo where it said what became of it in the album")
    return result.get("success") is True or result.get("error") == fine


def _by_halves(change: Callable[[Sequence[str]], None], ids: Collection[str]) -> tuple[str, ...]:
    """Change all that can be; what the server refuses even alone. One missing id costs some twenty requests."""
    refused: list[str] = []
    for part in _parts(ids):
        waiting: list[Sequence[str]] = [part]
        while waiting:
            some = waiting.pop()
            try:
                change(some)
            except NoAccess:
                if len(some) == 1:
                    refused += some
                else:
                    middle = len(some) // 2
                    waiting += [some[middle:], some[:middle]]
    return tuple(refused)


def _parts(ids: Collection[str]) -> list[list[str]]:
    unique = list(dict.fromkeys(asset_id.lower() for asset_id in ids))
    return [unique[start : start + AT_ONCE] for start in range(0, len(unique), AT_ONCE)]
