"""Which handler answers which method and path, and what must the caller hold?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artframe.immich.simulator.request import Request
    from artframe.immich.simulator.site import Site

Handler = Callable[["Site", "Request"], Any]


class Access(Enum):
    """Routes that ask for something other than one named permission."""

    PUBLIC = "nobody needs to sign in"
    ANY_KEY = "any key or session will do"
    ALL = "a session, or a key with all permissions"


@dataclass(frozen=True, kw_only=True)
class Route:
    """One line of the route table. Path parameters in ``<name>`` must be UUIDs, those in ``{name}`` may be anything."""

    method: str
    path: str
    needs: str | Access
    handler: Handler
    admin: bool = False
    only: str | None = None

    @property
    def uuids(self) -> list[str]:
        """The names of the path parameters that must be UUIDs."""
        return re.findall(r"<(\w+)>", self.path)

    @property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression with one group per parameter."""
        return re.compile(re.sub(r"[<{](\w+)[>}]", r"(?P<\1>[^/]+)", self.path))


class Routes:
    """The routes of one area; the decorators below add one each."""

    def __init__(self) -> None:
        self.table: list[Route] = []

    def _add(self, method: str, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        def remember(handler: Handler) -> Handler:
            self.table.append(Route(method=method, path=path, needs=needs, handler=handler, **facts))
            return handler

        return remember

    def get(self, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        return self._add("GET", path, needs, **facts)

    def post(self, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        return self._add("POST", path, needs, **facts)

    def put(self, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        return self._add("PUT", path, needs, **facts)

    def patch(self, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        return self._add("PATCH", path, needs, **facts)

    def delete(self, path: str, needs: str | Access, **facts: Any) -> Callable[[Handler], Handler]:
        return self._add("DELETE", path, needs, **facts)


class RouteTable:
    """All routes of one generation; fixed paths win over paths with parameters."""

    def __init__(self, areas: Iterable[Routes], generation: str) -> None:
        self._fixed: dict[tuple[str, str], Route] = {}
        self._patterns: list[tuple[re.Pattern[str], Route]] = []
        for area in areas:
            for route in area.table:
                if route.only not in (None, generation):
                    continue
                if "<" in route.path or "{" in route.path:
                    self._patterns.append((route.pattern, route))
                else:
                    self._fixed[route.method, route.path] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a request and its path parameters; HEAD is answered by GET's route."""
        wanted = "GET" if method == "HEAD" else method
        fixed = self._fixed.get((wanted, path))
        if fixed:
            return fixed, {}
        for pattern, route in self._patterns:
            match = pattern.fullmatch(path) if route.method == wanted else None
            if match:
                return route, match.groupdict()
        return None
