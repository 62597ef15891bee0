# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""How does a request find its handler, and with whose rights?"""

from __future__ import annotations

import json
import logging
from typing import Any

from artframe.immich.simulator.accounts import secret_hash
from artframe.immich.simulator.areas import AREAS
from artframe.immich.simulator.fields import Uuid, read_fields
from artframe.immich.simulator.refusal import Refused
from artframe.immich.simulator.reply import Empty, FileContent, Json, Reply, Text
from artframe.immich.simulator.request import Caller, Request
from artframe.immich.simulator.routes import Access, RouteTable
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Row

log = logging.getLogger(__name__)


class Dispatcher:
    """Answers every request of one site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._routes = RouteTable(AREAS, site.generation.name)

    def answer(self, request: Request) -> Reply:
        """The answer of the route's handler; raises Refused for everything else."""
        found = self._routes.find(request.method, request.path)
        is_upload = found is not None and found[0].path == "/assets" and request.method == "POST"
        if not is_upload:
            request.load_json()
        if found is None:
            raise Refused(404, f"Cannot {request.method} /api{request.path}")
        route, request.params = found
        if route.needs is not Access.PUBLIC:
            request.caller = self.caller(request)
            if route.admin and not request.caller.admin:
                raise Refused(403, "Forbidden")
            if route.needs is not Access.ANY_KEY:
                permission = "all" if isinstance(route.needs, Access) else route.needs
                if not request.caller.may(permission):
                    raise Refused(403, f"Missing required permission: {permission}")
        if route.uuids:
            read_fields({name: Uuid(required=True) for name in route.uuids}, request.params, self._site.generation)
        return _as_reply(route.handler(self._site, request))

    def caller(self, request: Request) -> Caller:
        """Who calls. A session, be it a stale one in a cookie, is looked at before an API key."""
        bearer = (request.header("Authorization") or "").removeprefix("Bearer ").strip()
        token = (
            request.header("x-immich-user-token")
            or request.header("x-immich-session-token")
            or bearer
            or request.cookie("immich_access_token")
        )
        if token:
            row = self._look_up("session", token)
            if row is None:
                raise Refused(401, "Invalid user token")
            return Caller(user_id=row["user_id"], admin=bool(row["admin"]), permissions=None, session_id=row["id"])
        key = request.header("x-api-key") or request.query.get("apiKey")
        if not key or not isinstance(key, str):
            raise Refused(401, "Authentication required")
        row = self._look_up("api_key", key)
        if row is None:
            raise Refused(401, "Invalid API key")
        permissions = frozenset(json.loads(row["permissions"]))
        return Caller(user_id=row["user_id"], admin=bool(row["admin"]), permissions=permissions, key_id=row["id"])

    def _look_up(self, table: str, secret: str) -> Row | None:
        sql = f"SELECT t.*, user.admin FROM {table} t JOIN user ON user.id = t.user_id WHERE t.secret = ?"
        with self._site.store.reading() as database:
            found: Row | None = database.execute(sql, (secret_hash(secret),)).fetchone()
            return found


def _as_reply(answer: Any) -> Reply:
    if answer is None:
        return Empty()
    if isinstance(answer, Json | Empty | Text | FileContent):
        return answer
    return Json(body=answer)
