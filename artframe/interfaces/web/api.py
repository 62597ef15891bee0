"""``/api``: every command of the frame for programs, what runs at the moment, and the description of it all."""

from __future__ import annotations

import contextlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from artframe.core.commands import Command, CommandRegistry, Effect
from artframe.core.exchange import Attachment
from artframe.core.first import unless
from artframe.interfaces.runner import NotPermitted, Scope
from artframe.interfaces.web.context import WebContext, actor, context
from artframe.interfaces.web.events import serve_events
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.files import AttachmentResponse
from artframe.interfaces.web.forms import read_form, sends_form
from artframe.interfaces.web.openapi import describe_api, describe_command
from artframe.interfaces.web.signing import cookie_name
from artframe.interfaces.web.streams import EVENT_STREAM, JSON_LINES, gone, json_bytes
from artframe.interfaces.web.values import Arguments, from_form, from_json, from_query, takes_file
from artframe.interfaces.web.watching import watch_command

COMMANDS = "/api/commands/"


def command_of(registry: CommandRegistry, path: str) -> Command | None:
    """The command that a path below ``/api`` names, if there is one."""
    words = path.removeprefix(COMMANDS).split("/")
    name = " ".join(words)
    return next((one for one in registry if list(one.words) == words and one.name == name), None)


async def list_commands(request: Request) -> Response:
    """``GET /api/commands``"""
    return json_response({"commands": [describe_command(one) for one in context(request).runner.registry]})


async def openapi(request: Request) -> Response:
    """``GET /api/openapi.json``"""
    web = context(request)
    return json_response(describe_api(web.runner.registry, web.store.config.frame.name, cookie_name(request)))


async def list_runs(request: Request) -> Response:
    """``GET /api/runs``: the commands that run now."""
    return json_response({"runs": [run.as_json() for run in context(request).runner.running()]})


async def cancel_run(request: Request) -> Response:
    """``DELETE /api/runs/<id>``: ask a running command to end at its next safe place."""
    if actor(request).scope is Scope.READ:
        raise NotPermitted(f"{actor(request).name} may only read; nothing was done", "use a token with a larger scope")
    runner, id = context(request).runner, request.path_params["id"]
    run = next((run for run in runner.running() if str(run.id) == id), None)
    if run is not None:
        runner.permit(runner.registry.get(run.command), actor(request))  # nobody ends what they may not begin
    if run is None or not runner.cancel(run.id):
        raise Refused(404, "no such command runs (any more)", "GET /api/runs lists those that do")
    return Response(status_code=204)


async def run_command(request: Request) -> Response:
    """``GET`` (what only reads) or ``POST`` ``/api/commands/<words>``."""
    web = context(request)
    command = command_of(web.runner.registry, request.url.path)
    if command is None:
        raise Refused(404, "there is no such command", "GET /api/commands lists them")
    web.runner.permit(command, actor(request))  # before a body is read, in which a whole file may come
    if request.method == "POST":
        arguments, confirmed = await _posted(command, request)
    elif command.effect is Effect.READS and not takes_file(command):
        arguments, confirmed = from_query(command, request.query_params.multi_items()), False
    else:
        raise Refused(405, f"'{command.name}' does more than read", "send it by POST", headers={"Allow": "POST"})
    wanted = _wanted(request, command)
    if wanted is not None:
        return await watch_command(request, command, arguments, confirmed=confirmed, media_type=wanted)
    with contextlib.ExitStack() as opened:
        ends = []
        if command.streams:
            # It may go on for ever, so it counts as what it is, and ends with the rights of whoever asked.
            ends.append(opened.enter_context(contextlib.closing(web.streams.open(request))).ended.wait())
        work = web.runner.run(command, arguments, actor=actor(request), confirmed=confirmed)
        # A visitor who goes away before cancels the command, as on the command line.
        return _answer(web, await unless(work, gone(request.receive), *ends))


async def nothing_here(request: Request) -> Response:
    """Everything else below ``/api``."""
    raise Refused(404, "there is nothing at this address", "GET /api/openapi.json describes what there is")


def json_response(data: Any, status: int = 200) -> Response:
    """JSON, whatever is in it."""
    return Response(json_bytes(data), status, media_type="application/json")


async def _posted(command: Command, request: Request) -> tuple[Arguments, bool]:
    if sends_form(request):
        return from_form(command, await read_form(request))
    body = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body and media_type != "application/json":
        raise Refused(415, "the body is neither JSON nor a form; nothing was done", "Content-Type: application/json")
    return from_json(command, body)


def _answer(web: WebContext, result: Any) -> Response:
    if isinstance(result, Attachment):
        return AttachmentResponse(result, web.caller)
    return json_response({"result": result})


def _wanted(request: Request, command: Command) -> str | None:
    """How the answer goes on while the command works; None: one answer at its end."""
    accepted = request.headers.get("accept", "")
    for kind in (EVENT_STREAM, JSON_LINES):
        if kind in accepted:
            return kind
    return JSON_LINES if command.streams and "application/json" not in accepted else None


def takes_upload(registry: CommandRegistry, path: str) -> bool:
    """Whether a file may be sent to this path of the API."""
    command = command_of(registry, path) if path.startswith(COMMANDS) else None
    return command is not None and takes_file(command)


routes: list[BaseRoute] = [
    Route("/api/commands", list_commands),
    Route("/api/commands/{words:path}", run_command, methods=["GET", "POST"]),
    Route("/api/runs", list_runs),
    Route("/api/runs/{id}", cancel_run, methods=["DELETE"]),
    Route("/api/events", serve_events),
    Route("/api/openapi.json", openapi),
    Route("/api/{rest:path}", nothing_here),
]
