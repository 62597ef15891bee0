"""How is that part of the API described which is no command: the lists, the events, and what a refusal looks like?"""

from __future__ import annotations

from typing import Any

from artframe.interfaces.feed_events import TYPES
from artframe.interfaces.web.values import LARGEST

Json = dict[str, Any]

ERRORS = {
    "400": "The request makes no command.",
    "401": "Nobody is signed in, or the token is not known.",
    "403": "The token's scope, or the form token, does not allow it.",
    "404": "What is named is not there.",
    "409": "A dangerous command needs yes, somebody else changed the same, or it was cancelled.",
    "405": "The address does not take this method; Allow says which it does.",
    "413": "More was sent than is taken.",
    "415": "What was sent is neither JSON nor a form.",
    "422": "It cannot be done as asked; problems says where in a configuration file, if it is that.",
    "429": "Too much at once; Retry-After says when to try again.",
    "500": "A bug in artframe; its log says more.",
    "503": "Something outside is not ready; it may work later.",
}
ERROR_SCHEMA: Json = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "message": {"type": "string", "description": "What happened, and what artframe does."},
                "hint": {"type": "string", "description": "What you can do."},
                "exit_code": {"type": "integer", "description": "What a shell would see."},
                "problems": {"type": "array", "items": {"type": "object"}},
            },
            "required": ["message", "hint", "exit_code"],
        }
    },
    "required": ["error"],
}


def refusals() -> Json:
    """The answers that every address may give instead of its own."""
    return {status: {"$ref": f"#/components/responses/{status}"} for status in ERRORS}


def _json(description: str, schema: Json) -> Json:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _list_of(name: str) -> Json:
    listed = {"type": "array", "items": {"type": "object"}}
    return {"type": "object", "properties": {name: listed}, "required": [name]}


PATHS: Json = {
    "/api/commands": {
        "get": {
            "summary": "List the commands and their arguments.",
            "operationId": "list commands",
            "tags": ["api"],
            "responses": {"200": _json("The commands.", _list_of("commands")), **refusals()},
        }
    },
    "/api/runs": {
        "get": {
            "summary": "List the commands that run at the moment.",
            "operationId": "list runs",
            "tags": ["api"],
            "responses": {"200": _json("The runs.", _list_of("runs")), **refusals()},
        }
    },
    "/api/runs/{id}": {
        "delete": {
            "summary": "Ask a running command to end at its next safe place.",
            "operationId": "cancel run",
            "tags": ["api"],
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "integer", "minimum": 0, "maximum": LARGEST},
                }
            ],
            "responses": {"204": {"description": "It was asked to."}, **refusals()},
        }
    },
    "/api/events": {
        "get": {
            "summary": "Follow what happens on the frame, as server-sent events.",
            "description": "Each event is JSON: id, type, at, data. After an event of the type reload, look at"
            " everything again: what was missed is not known any more.",
            "operationId": "follow events",
            "tags": ["api"],
            "parameters": [
                {
                    "name": "since",
                    "in": "query",
                    "description": "The id of the last event that is known; without it, from now on.",
                    "schema": {"type": "string"},
                },
                {
                    "name": "types",
                    "in": "query",
                    "description": "Only events of these types.",
                    "style": "form",
                    "explode": False,
                    "schema": {"type": "array", "items": {"type": "string", "enum": list(TYPES)}},
                },
                {
                    "name": "Last-Event-ID",
                    "in": "header",
                    "description": "What a browser sends when it comes back; as since.",
                    "schema": {"type": "string"},
                },
            ],
            "responses": {"200": {"description": "The events.", "content": {"text/event-stream": {}}}, **refusals()},
        }
    },
    "/api/openapi.json": {
        "get": {
            "summary": "This description.",
            "operationId": "describe",
            "tags": ["api"],
            "responses": {"200": _json("OpenAPI 3.1.", {"type": "object"}), **refusals()},
        }
    },
}
