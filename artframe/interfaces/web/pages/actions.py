"""What happens when somebody presses a button that is one command? It runs, and the page is shown again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.rendering import go

Endpoint = Callable[[Request], Awaitable[Response]]


def button(
    path: str,
    command: str,
    *,
    back: str,
    said: str = "",
    form: tuple[str, ...] = (),
    confirmed: bool = False,
    **fixed: Any,
) -> Route:
    """``POST path`` runs the command and goes ``back``.

    Its arguments are the path's, those that the ``form`` brings (empty ones are left out), and the ``fixed`` ones.
    ``back`` may name places of the path: ``/plugins/{instance}``. ``confirmed``: the page asked the person before.
    """

    async def press(request: Request) -> Response:
        sent = await read_form(request)
        given: dict[str, Any] = {name: sent.get(name) or None for name in form}
        await run(request, command, confirmed=confirmed, **request.path_params, **given, **fixed)
        places = {name: quote(str(value), safe="") for name, value in request.path_params.items()}
        return go(back.format_map(places), said)

    return Route(path, press, methods=["POST"])
