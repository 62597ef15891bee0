"""What can a handler answer with?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Json:
    """A JSON answer. ``body`` is anything that ``json.dumps`` takes."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Empty:
    """An answer without a body."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A short answer that is not JSON."""

    body: str
    media_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FileContent:
    """A file on disk and a ``tail`` of bytes after it. ``modified`` is in microseconds."""

    path: Path
    media_type: str
    modified: int
    file_name: str | None = None
    tail: bytes = b""


Reply = Json | Empty | Text | FileContent


def redirect(location: str) -> Text:
    """302, as the thumbnail route answers for what it does not hold itself."""
    headers = {"Location": location, "Vary": "Accept, Accept-Encoding"}
    return Text(status=302, body=f"Found. Redirecting to {location}", headers=headers)
