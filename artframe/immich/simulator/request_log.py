"""Which requests arrived, in which order?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fnmatch import fnmatchcase


class RequestLog:
    """A list of ``(method, path)`` that many threads may extend; reading works on a copy."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, str, str]] = []
        self._lock = threading.Lock()

    def append(self, method: str, path: str, query: str) -> None:
        with self._lock:
            self._entries.append((method, path, query))

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._entries.clear()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        with self._lock:
            return iter([(method, path) for method, path, _ in self._entries])

    def __len__(self) -> int:
        with self._lock:
            return len(self._entries)

    def __contains__(self, entry: object) -> bool:
        return entry in list(self)

    def __getitem__(self, index: int) -> tuple[str, str]:
        return list(self)[index]

    def __repr__(self) -> str:
        return "\n".join(f"{method} {path}" for method, path in self)

    def with_queries(self) -> list[tuple[str, str]]:
        """The same with the query string on the path."""
        with self._lock:
            return [(method, f"{path}?{query}" if query else path) for method, path, query in self._entries]

    def count(self, method: str = "*", path: str = "*") -> int:
        """How many requests match; both may be patterns such as ``/api/assets/*/original``."""
        return sum(fnmatchcase(one, method) and fnmatchcase(other, path) for one, other in self)
