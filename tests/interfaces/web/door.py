"""Small pages behind the real guard, so that its tests need none of the frame's own; forms as browsers send them."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from artframe.interfaces.web import pages
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.signing import pair, sign_in, sign_out
from tests.interfaces.web.site import Site

ALL_PAGES: list[BaseRoute] = list(pages.routes)
"""Those of the frame."""
FORM = "application/x-www-form-urlencoded"


async def _form_page(request: Request) -> Response:
    form = await read_form(request)
    files = {name: file.path.read_bytes().decode() for name, file in form.files.items()}
    return PlainTextResponse(repr((dict(form.fields), files)))


async def _login(request: Request) -> Response:
    form = await read_form(request)
    response = PlainTextResponse("welcome")
    await sign_in(request, response, form.get("name"), form.get("password"))
    return response


async def _pair(request: Request) -> Response:
    form = await read_form(request)
    response = PlainTextResponse("welcome")
    await pair(request, response, form.get("code"), form.get("name"), form.get("password"))
    return response


async def _logout(request: Request) -> Response:
    response = PlainTextResponse("bye")
    await sign_out(request, response)
    return response


async def _fail(request: Request) -> Response:
    raise ZeroDivisionError


async def _fail_late(request: Request) -> Response:
    class Half(Response):
        async def __call__(self, scope: object, receive: object, send: object) -> None:
            assert callable(send)
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise ZeroDivisionError

    return Half()


ROUTES: list[BaseRoute] = [
    Route("/form", _form_page, methods=["POST"]),
    Route("/upload", _form_page, methods=["POST"]),
    Route("/login", _login, methods=["POST"]),
    Route("/pair", _pair, methods=["POST"]),
    Route("/logout", _logout, methods=["POST"]),
    Route("/fail", _fail),
    Route("/fail-late", _fail_late),
]

BOUNDARY = "----boundary"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def uploads_of(site: Site) -> list[Path]:
    folder = site.home / "state" / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def multipart(**parts: str | tuple[str, bytes]) -> bytes:
    made = b""
    for name, part in parts.items():
        made += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'.encode()
        if isinstance(part, str):
            made += b"\r\n\r\n" + part.encode() + b"\r\n"
        else:
            quoted = part[0].replace('"', "%22")
            made += (
                f'; filename="{quoted}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + part[1] + b"\r\n"
            )
    return made + f"--{BOUNDARY}--\r\n".encode()
