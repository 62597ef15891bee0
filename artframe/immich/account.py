"""What does an account hold that one can choose from: people, tags, something to show for each? And its API keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from artframe.immich import flow, parsing
from artframe.immich.errors import MalformedAnswer
from artframe.immich.records import NewKey, Person, Tag
from artframe.immich.wire import Wire

_PAGE = 500
_MOST_PAGES = 40
"""20,000 people: nobody picks from more, and a server that always has a next page must not be asked for ever."""
LARGEST_FACE = 2 << 20
"""Bytes: the picture of a face has some 20,000, and a page asks for many at once."""


class Account:
    """The account of the client's key or session. Every method raises the errors of ``artframe.immich.errors``."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def people(self) -> tuple[Person, ...]:
        """Everybody with a face in the timeline, the hidden left out, in the server's order. Needs person.read."""
        found: dict[str, Person] = {}
        for page in range(1, _MOST_PAGES + 1):
            query = {"page": str(page), "size": str(_PAGE)}
            answer = self._wire.ask("GET", "/people", query=query, repeat=True)
            people = answer.get("people") if isinstance(answer, dict) else None
            if not isinstance(people, list):
                raise MalformedAnswer("the server's people are not a list")
            found.update((person.id, person) for person in map(parsing.person, people) if not person.hidden)
            if not answer.get("hasNextPage"):
                break
        return tuple(found.values())

    def tags(self) -> tuple[Tag, ...]:
        """All tags of the account. Needs tag.read."""
        answer = self._wire.ask("GET", "/tags", repeat=True)
        if not isinstance(answer, list):
            raise MalformedAnswer("the server's tags are not a list")
        return tuple(map(parsing.tag, answer))

    def newest_asset(self, *, person_id: str = "", tag_id: str = "") -> str | None:
        """The id of the newest photo of a person or with a tag, for something to show. Needs asset.read."""
        body: dict[str, Any] = {"size": 1, "type": "IMAGE", "order": "desc", "visibility": "timeline"}
        if person_id:
            body["personIds"] = [person_id]
        if tag_id:
            body["tagIds"] = [tag_id]
        answer = self._wire.ask("POST", "/search/metadata", body=body, repeat=True)
        page = answer.get("assets") if isinstance(answer, dict) else None
        items = page.get("items") if isinstance(page, dict) else None
        if not isinstance(items, list):
            raise MalformedAnswer("the server's search result has no list of assets")
        return parsing.asset(items[0]).id if items else None

    def face(self, person_id: str) -> tuple[bytes, str]:
        """A small picture of the person's face, and its media type; NotFound without one. Needs person.read."""
        with self._wire.open(f"/people/{person_id}/thumbnail", query={}, headers={"Accept": "*/*"}, accept=()) as body:
            media_type = body.headers.get("Content-Type", "").partition(";")[0].strip()
            return flow.whole(body, stall_timeout=self._wire.read_timeout, limit=LARGEST_FACE), media_type

    def create_key(self, name: str, permissions: Sequence[str]) -> NewKey:
        """Make an API key with just these permissions; the server tells its secret only this once.

        Needs a password session, or a key with apiKey.create that holds the permissions itself.
        """
        body = {"name": name, "permissions": list(permissions)}
        return parsing.new_key(self._wire.ask("POST", "/api-keys", body=body, repeat=False))

    def delete_key(self, key_id: str) -> None:
        """Take an API key back. Needs a password session, or apiKey.delete."""
        self._wire.ask("DELETE", f"/api-keys/{key_id}", repeat=False)
