"""What can programs ask of this frame? The API's description (OpenAPI 3.1), made from the registry of commands."""

from __future__ import annotations

from collections.abc import Iterable

from artframe import __version__
from artframe.core.commands import Command, Effect
from artframe.core.exchange import Upload
from artframe.core.parameters import Parameter
from artframe.interfaces.web.openapi_paths import ERROR_SCHEMA, ERRORS, PATHS, Json, refusals
from artframe.interfaces.web.values import LARGEST, YES, takes_file

_TYPES: dict[type, Json] = {
    str: {"type": "string", "pattern": "^[^\\u0000]*$"},
    int: {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Upload: {"type": "string", "contentMediaType": "application/octet-stream"},
}
_RESULT: Json = {"type": "object", "properties": {"result": {}}, "required": ["result"]}
_PROBLEM = {"$ref": "#/components/schemas/Error"}


def describe_command(command: Command) -> Json:
    """One command, as ``GET /api/commands`` lists it."""
    return {
        "name": command.name,
        "path": path_of(command),
        "summary": command.summary,
        "description": command.description,
        "effect": command.effect.value,
        "streams": command.streams,
        "owner_only": command.owner_only,
        "parameters": [_listed(parameter) for parameter in command.parameters],
    }


def path_of(command: Command) -> str:
    """Where the command is called."""
    return "/api/commands/" + "/".join(command.words)


def describe_api(commands: Iterable[Command], title: str, cookie: str) -> Json:
    """The whole description; ``cookie`` is the name of a session's."""
    paths: Json = {path_of(command): _operations(command) for command in commands}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": __version__,
            "description": "Everything that the frame can do, for programs. Results are JSON, or a file.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {**paths, **PATHS},
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "Made by 'artframe token create'."},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": cookie,
                    "description": "The cookie of a browser that is signed in; what changes something needs the header"
                    " X-CSRF-Token besides.",
                },
            },
            "schemas": {"Error": ERROR_SCHEMA},
            "responses": {
                status: {"description": text, "content": {"application/json": {"schema": _PROBLEM}}}
                for status, text in ERRORS.items()
            },
        },
    }


def _operations(command: Command) -> Json:
    shared: Json = {
        "summary": command.summary,
        "description": command.description,
        "tags": [command.words[0]],
        "responses": {"200": _answer(command), **refusals()},
    }
    operations: Json = {"post": {**shared, "operationId": f"post {command.name}", "requestBody": _body(command)}}
    if command.effect is Effect.READS and not takes_file(command):
        seen = [parameter for parameter in command.parameters if not parameter.hidden]
        if not any(parameter.hidden and parameter.required for parameter in command.parameters):
            operations["get"] = {
                **shared,
                "operationId": f"get {command.name}",
                "parameters": [_in_query(parameter) for parameter in seen],
            }
    return operations


def _answer(command: Command) -> Json:
    if command.streams:
        lines = "One item after the other, as they come."
        return {
            "description": lines,
            "content": {"application/x-ndjson": {}, "text/event-stream": {}, "application/json": {"schema": _RESULT}},
        }
    return {
        "description": "The result; a file where the command makes one.",
        "content": {
            "application/json": {"schema": _RESULT},
            "application/x-ndjson": {},
            "text/event-stream": {},
            "*/*": {},
        },
    }


def _body(command: Command) -> Json:
    properties = {parameter.name: _schema(parameter) for parameter in command.parameters}
    if command.effect is Effect.DANGEROUS:
        properties[YES] = {
            "type": "boolean",
            "description": "It is not easily undone: true says to do it all the same.",
        }
    required = [parameter.name for parameter in command.parameters if parameter.required]
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    media_type = "multipart/form-data" if takes_file(command) else "application/json"
    return {"required": bool(required), "content": {media_type: {"schema": schema}}}


def _schema(parameter: Parameter) -> Json:
    schema: Json = dict(_TYPES[parameter.kind])
    if parameter.choices:
        schema = {"type": "string", "enum": list(parameter.choices)}
    if parameter.least is not None:
        schema["minimum"] = parameter.least
    if parameter.hidden:
        schema["format"] = "password"
    if parameter.many:
        schema = {"type": "array", "items": schema}
    elif not parameter.required and parameter.kind is not Upload:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
        if parameter.default is not None:
            schema["default"] = parameter.default
    if parameter.help:
        schema["description"] = parameter.help
    return schema


def _in_query(parameter: Parameter) -> Json:
    schema = _schema(parameter)
    if isinstance(schema["type"], list):
        schema["type"] = schema["type"][0]
        if "enum" in schema:
            schema["enum"] = schema["enum"][:-1]
    described = {"description": schema.pop("description")} if "description" in schema else {}
    return {"name": parameter.name, "in": "query", "required": parameter.required, "schema": schema, **described}


def _listed(parameter: Parameter) -> Json:
    return {
        "name": parameter.name,
        "type": "file" if parameter.kind is Upload else str(_TYPES[parameter.kind]["type"]),
        "required": parameter.required,
        "default": parameter.default,
        "choices": list(parameter.choices),
        "help": parameter.help,
        "many": parameter.many,
        "secret": parameter.hidden,
        "suggests": parameter.suggests,
    }
