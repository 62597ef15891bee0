"""What does each configuration file say, and how is it edited as a text: problems by line, versions, conflicts?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError
from artframe.errors import NotReady
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.addresses import file_page
from artframe.interfaces.web.pages.rendering import ask, go, page

_FIXED = ("frame.json", "secrets.json")


async def files(request: Request) -> Response:
    """``GET /config``: the files, and what is wrong with them."""
    found = await ask(request, "plugin list", {"plugins": []})
    names = [*_FIXED, *(f"plugins/{row['instance']}.json" for row in found["plugins"])]
    checked = await run(request, "config check")
    wrong: dict[str, list[dict[str, Any]]] = {}
    for problem in checked["problems"]:
        wrong.setdefault(problem["file"], []).append(problem)
    return await page(
        request,
        "config.html",
        names=[*names, *sorted(set(wrong) - set(names))],
        wrong=wrong,
        addresses={name: file_page(name) for name in [*names, *wrong]},
        secrets=await ask(request, "secret list", []),
    )


async def file(request: Request) -> Response:
    """``GET /config/{file}``: its text, to be edited."""
    name = _name(request)
    shown = await run(request, "config text", file=name)
    return await _editor(request, name, shown["text"], shown["basis"], shown["problems"])


async def save(request: Request) -> Response:
    """``POST /config/{file}``: the whole text, from the version that the person had seen."""
    name = _name(request)
    sent = await read_form(request)
    # Browsers end the lines of a form with CR LF.
    text = sent.get("text").replace("\r\n", "\n")
    try:
        await _write(request, name, text, sent.get("basis"))
    except ConfigRefused as refused:
        problems = [problem.as_json() for problem in refused.problems if problem.file == name]
        return await _editor(
            request, name, text, sent.get("basis"), problems, others=_others(refused.problems, name), status=422
        )
    except NotReady as error:
        return await _editor(request, name, text, sent.get("basis"), [], error=error, status=503)
    except ConflictError:
        now = await run(request, "config text", file=name)
        return await _editor(request, name, text, now["basis"], [], theirs=now["text"], status=409)
    return go(file_page(name), "saved")


async def history(request: Request) -> Response:
    """``GET /config/{file}/history``: its kept versions."""
    name = _name(request)
    versions = (await run(request, "config history", file=name))["versions"]
    # The newest is often what stands in the file: no use in bringing that back.
    newest = {"difference": ""}
    if versions:
        newest = await ask(request, "config diff", {"difference": "?"}, file=name, version=versions[0]["id"])
    return await page(
        request,
        "config_history.html",
        file=name,
        address=file_page(name),
        versions=versions,
        is_newest_in_force=not newest["difference"],
    )


async def difference(request: Request) -> Response:
    """``GET /config/{file}/diff?version=…``: what became of that version."""
    name, version = _name(request), request.query_params.get("version", "")
    found = await run(request, "config diff", file=name, version=version)
    return await page(
        request,
        "config_diff.html",
        file=name,
        address=file_page(name),
        version=version,
        lines=[(_kind(line), line) for line in found["difference"].splitlines()],
    )


async def rollback(request: Request) -> Response:
    """``POST /config/{file}/rollback``"""
    name = _name(request)
    version = (await read_form(request)).get("version")
    await run(request, "config rollback", file=name, version=version)
    return go(file_page(name), "rolled_back")


async def _write(request: Request, name: str, text: str, basis: str) -> None:
    """The command takes a file, so the text becomes one, which goes with the request like one that was sent."""
    web = context(request)
    content = await web.caller.call(web.uploads.keep, text.encode(), name)
    request.state.uploads = {**request.state.uploads, "text": content}
    await run(request, "config write", file=name, content=content, basis=basis or None)


async def _editor(
    request: Request,
    name: str,
    text: str,
    basis: str,
    problems: Sequence[dict[str, Any]],
    *,
    others: Sequence[ConfigProblem] = (),
    theirs: str | None = None,
    error: NotReady | None = None,
    status: int = 200,
) -> Response:
    return await page(
        request,
        "config_file.html",
        status=status,
        file=name,
        address=file_page(name),
        text=text,
        basis=basis,
        problems=problems,
        others=others,
        wrong_lines={problem["line"] for problem in problems if problem["line"]},
        lines=text.count("\n") + 1,
        theirs=theirs,
        error=error,
        refused=status == 422,
    )


def _others(problems: Sequence[ConfigProblem], name: str) -> list[ConfigProblem]:
    return [problem for problem in problems if problem.file != name]


def _name(request: Request) -> str:
    """``frame.json``, ``plugins/family.json``: the store looks it up among its files, no path is made of it."""
    if "instance" in request.path_params:
        return f"plugins/{request.path_params['instance']}.json"
    return f"{request.path_params['file']}.json"


def _kind(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "place"
    return {"+": "added", "-": "gone"}.get(line[:1], "")


def _routes(path: str) -> list[Route]:
    return [
        Route(path, file, methods=["GET"]),
        Route(path, save, methods=["POST"]),
        Route(f"{path}/history", history, methods=["GET"]),
        Route(f"{path}/diff", difference, methods=["GET"]),
        Route(f"{path}/rollback", rollback, methods=["POST"]),
    ]


routes = [
    Route("/config", files, methods=["GET"]),
    *_routes("/config/plugins/{instance}"),
    *_routes("/config/{file}"),
]
