"""Who and what may reach this frame: people, devices, programs and SSH keys; and how one changes one's password."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.access.records import SCOPES
from artframe.errors import ArtframeError, CommandError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.forms import read_form
from artframe.interfaces.web.pages.actions import button
from artframe.interfaces.web.pages.rendering import ask, go, overview_of, page
from artframe.interfaces.web.signing import address_of


async def access(request: Request) -> Response:
    """``GET /access``"""
    return await access_view(request)


async def access_view(
    request: Request, *, error: ArtframeError | None = None, failed: str = "", made: dict[str, Any] | None = None
) -> Response:
    """The page. ``error`` is why the form named ``failed`` did nothing; ``made`` a token, shown this once."""
    found = {name: await ask(request, f"{name} list", []) for name in ("user", "session", "token", "ssh-key")}
    overview = await overview_of(request)
    return await page(
        request,
        "access.html",
        status=200 if error is None else 422,
        overview=overview,
        ssh=overview.get("ssh"),
        users=found["user"],
        sessions=found["session"],
        tokens=found["token"],
        keys=found["ssh-key"],
        facts=await ask(request, "system info", {}),
        scopes=SCOPES,
        error=error,
        failed=failed,
        made=made,
    )


async def change_password(request: Request) -> Response:
    """``POST /access/password``: one's own, with the present one; other devices are signed out."""
    form = await read_form(request)
    try:
        await _change_password(request, form.get("present"), form.get("password"))
    except ArtframeError as error:
        return await access_view(request, error=error, failed="password")
    return go("/access", "password")


async def _change_password(request: Request, present: str, password: str) -> None:
    web, session = context(request), request.state.session
    if session is None:
        raise CommandError("nobody is signed in here", "sign in with a password first")
    name, address = session.user.name, address_of(request)
    await web.caller.call(web.access.change_password, name, present, password, address=address, keep=session.id)


async def add_user(request: Request) -> Response:
    """``POST /access/users``"""
    form = await read_form(request)
    try:
        await run(request, "user add", name=form.get("name"), password=form.get("password"))
    except ArtframeError as error:
        return await access_view(request, error=error, failed="user")
    return go("/access", "user_added")


async def create_token(request: Request) -> Response:
    """``POST /access/tokens``: the answer shows it, this once."""
    form = await read_form(request)
    try:
        made = await run(request, "token create", name=form.get("name"), scope=form.get("scope"))
    except ArtframeError as error:
        return await access_view(request, error=error, failed="token")
    return await access_view(request, made=made)


async def add_key(request: Request) -> Response:
    """``POST /access/keys``"""
    form = await read_form(request)
    try:
        await run(request, "ssh-key add", key=tuple(form.get("key").split()))
    except ArtframeError as error:
        return await access_view(request, error=error, failed="key")
    return go("/access", "key_added")


routes = [
    Route("/access", access, methods=["GET"]),
    Route("/access/password", change_password, methods=["POST"]),
    Route("/access/users", add_user, methods=["POST"]),
    Route("/access/tokens", create_token, methods=["POST"]),
    Route("/access/keys", add_key, methods=["POST"]),
    button("/access/users/remove", "user remove", back="/access", said="user_removed", form=("name",), confirmed=True),
    button("/access/sessions/end", "session end", back="/access", said="session_ended", form=("id",), confirmed=True),
    button(
        "/access/tokens/remove", "token remove", back="/access", said="token_removed", form=("name",), confirmed=True
    ),
    button(
        "/access/keys/remove",
        "ssh-key remove",
        back="/access",
        said="key_removed",
        form=("fingerprint",),
        confirmed=True,
    ),
    button("/secrets/set", "secret set", back="/config", said="secret_set", form=("name", "value")),
    button("/secrets/delete", "secret delete", back="/config", said="secret_deleted", form=("name",), confirmed=True),
]
