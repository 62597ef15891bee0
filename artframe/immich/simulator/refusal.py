"""How does a refused request look in either generation?"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from artframe.immich.simulator.generation import Generation

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One thing wrong with an input: what 3.0 says (``modern``) and the lines that 2.7 says (``old``)."""

    path: tuple[str | int, ...]
    modern: Mapping[str, Any]
    old: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        """The entry of 3.0's ``errors`` list."""
        facts = dict(self.modern)
        message = facts.pop("message")
        return {**facts, "path": list(self.path), "message": message}


class Refused(Exception):
    """A request that is answered with an error status; raised anywhere below the dispatcher."""

    def __init__(self, status: int, message: str, *, issues: Sequence[Issue] = (), leaves_out: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.issues = tuple(issues)
        self.leaves_out = leaves_out
        self.headers: dict[str, str] = {}

    def body(self, generation: Generation, correlation: str) -> dict[str, Any]:
        """The JSON body; ``leaves_out`` names a key that 2.7 has not got in this case."""
        if generation.modern:
            if self.issues:
                return {"message": "Validation failed", "errors": [issue.as_json() for issue in self.issues]}
            return {"message": self.message}
        message: object = [line for issue in self.issues for line in issue.old] if self.issues else self.message
        body = {"message": message, "error": HTTPStatus(self.status).phrase, "statusCode": self.status}
        body["correlationId"] = correlation
        body.pop(self.leaves_out, None)
        return body


def correlation_id() -> str:
    """Eight random characters, as both generations send them."""
    return "".join(secrets.choice(ALPHABET) for _ in range(8))


def bad_request(message: str) -> Refused:
    """400: wrong input, and also every object that is missing or foreign."""
    return Refused(400, message)


def no_access(permission: str) -> Refused:
    """400, not 404 or 403: Immich does not tell a missing object from a foreign one."""
    return Refused(400, f"Not found or no {permission} access")


def invalid(*issues: Issue) -> Refused:
    """400 with what is wrong with each field."""
    return Refused(400, "Validation failed", issues=issues)
