"""What is being asked, by whom?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import CookieError, SimpleCookie
from typing import Any

from artframe.immich.simulator.body import RequestBody
from artframe.immich.simulator.field import MISSING, Field
from artframe.immich.simulator.fields import read_fields
from artframe.immich.simulator.generation import Generation
from artframe.immich.simulator.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who asks: a user, with a session (may do everything of his own) or with a key (what its permissions say)."""

    user_id: str
    admin: bool
    permissions: frozenset[str] | None
    key_id: str | None = None
    session_id: str | None = None

    @property
    def by_key(self) -> bool:
        return self.key_id is not None

    def may(self, permission: str | None) -> bool:
        """Routes without a permission of their own need ``all``."""
        return self.permissions is None or bool(self.permissions & {"all", permission})


NOBODY = Caller(user_id="", admin=False, permissions=frozenset())


@dataclass
class Request:
    """One HTTP request on its way through the routes. ``path`` has no ``/api`` and no query."""

    method: str
    path: str
    query: Mapping[str, str | list[str]]
    headers: Message
    body: RequestBody
    generation: Generation
    caller: Caller = NOBODY
    params: Mapping[str, str] = field(default_factory=dict)
    _json: Any = MISSING

    @property
    def user_id(self) -> str:
        return self.caller.user_id

    def header(self, name: str) -> str | None:
        """A header's text, or None when it is missing or empty."""
        return self.headers.get(name) or None

    def cookie(self, name: str) -> str | None:
        """A cookie's value, or None."""
        try:
            morsel = SimpleCookie(self.headers.get("Cookie", "")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None

    def load_json(self) -> None:
        """Parse a JSON body; done before anything else, even before asking who calls."""
        if not (self.headers.get("Content-Type") or "").startswith("application/json"):
            return
        raw = self.body.read_all()
        if not raw:
            return
        try:
            self._json = json.loads(raw)
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise Refused(400, _javascript_complaint(raw, error), leaves_out="correlationId") from None

    def fields(self, fields: Mapping[str, Field]) -> dict[str, Any]:
        """The JSON body's known fields, checked."""
        return read_fields(fields, self._json, self.generation)

    def options(self, fields: Mapping[str, Field]) -> dict[str, Any]:
        """The query's known fields, checked."""
        return read_fields(fields, dict(self.query), self.generation)


def _javascript_complaint(raw: bytes, error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError) and error.pos < len(raw.rstrip()):
        text = raw.decode(errors="replace")
        return f"Unexpected token '{text[error.pos : error.pos + 1]}', \"{text[:40]}\" is not valid JSON"
    return "Unexpected end of JSON input"
