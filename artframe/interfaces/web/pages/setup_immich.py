"""How does a new frame come to an Immich key that fits, and to the albums it shows?"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.config.problem import ConfigRefused
from artframe.errors import ArtframeError
from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import Form, read_form
from artframe.interfaces.web.pages.addresses import file_of
from artframe.interfaces.web.pages.fields import changes, entered, fields_of, with_problems
from artframe.interfaces.web.pages.plugin_forms import free_name, picked
from artframe.interfaces.web.pages.rendering import ask, go, page
from artframe.interfaces.web.pages.setup_pages import STEPS

KIND = "immich"
_PICKED = ("settings.albums",)


async def immich(request: Request) -> Response:
    """``GET /setup/immich``: the address, and a key or one sign-in."""
    return await _immich_page(request, {})


async def connect(request: Request) -> Response:
    """``POST /setup/immich``: by ``how``: ``check`` the key only, take it (``key``), or make one (``password``)."""
    sent = await read_form(request)
    how, url = sent.get("how"), _address(sent.get("url").strip())
    secret = "password" if how == "password" else "key"
    values = {"url": url, "email": sent.get("email").strip(), "how": how, "again": secret if sent.get(secret) else ""}
    try:
        if how == "password":
            key = await _made_key(request, url, sent)
        else:
            typed = sent.get("key").strip()
            checked = await run(request, "immich check", url=url, key=typed)
            if how == "check" or not checked["ok"]:
                return await _immich_page(request, values, checked=checked, status=200 if how == "check" else 422)
            key = json.dumps(typed)
        wanted = [f"settings.immich_url={json.dumps(url)}", f"settings.immich_api_key={key}"]
        instance = await _unfinished(request)
        if instance:
            await run(request, "config change", file=file_of(instance), changes=wanted)
        else:
            instance = await free_name(request, KIND)
            # Switched off until the albums are chosen: without a choice it would begin to fetch every photo there is.
            await run(request, "plugin add", kind=KIND, instance=instance, changes=wanted, disabled=True)
    except ArtframeError as error:
        return await _immich_page(request, values, error=error, status=422)
    return go("/setup/albums", plugin=instance)


async def albums(request: Request) -> Response:
    """``GET /setup/albums?plugin=…``: albums by their covers."""
    instance = await _instance(request, request.query_params.get("plugin", ""))
    return await _albums_page(request, instance)


async def choose(request: Request) -> Response:
    """``POST /setup/albums``: these albums; the plugin is switched on."""
    sent = await read_form(request)
    instance = await _instance(request, sent.get("plugin"))
    form = await run(request, "config form", file=file_of(instance))
    try:
        wanted = changes(form, sent)
        if wanted:
            await run(request, "config change", file=file_of(instance), changes=wanted)
        if not form["enabled"]:
            await run(request, "plugin enable", instance=instance)
    except ArtframeError as error:
        return await _albums_page(request, instance, sent=sent, error=error, status=422)
    return go("/setup/look")


def _address(typed: str) -> str:
    """What is typed as in a browser, without http:// or https://: Immich by itself, on a port, speaks plain http."""
    if not typed or "://" in typed:
        return typed
    port = typed.partition("/")[0].rpartition(":")[2]
    return f"{'http' if port.isdigit() else 'https'}://{typed}"


async def _made_key(request: Request, url: str, sent: Form) -> str:
    made = await run(
        request, "immich create-key", url=url, email=sent.get("email").strip(), password=sent.get("password")
    )
    return json.dumps({"$secret": made["secret"]})


async def _instance(request: Request, wanted: str) -> str:
    """The plugin that is meant: the one named, else the first of our kind; none: an empty text."""
    found = await ask(request, "plugin list", {"plugins": []})
    names = [row["instance"] for row in found["plugins"] if row["kind"] == KIND]
    return wanted if wanted in names else next(iter(names), "")


async def _unfinished(request: Request) -> str:
    """The plugin that an earlier walk through these pages began: off, without albums; none: an empty text."""
    found = await ask(request, "plugin list", {"plugins": []})
    for row in found["plugins"]:
        if row["kind"] == KIND and not row["enabled"]:
            form = await run(request, "config form", file=file_of(row["instance"]))
            if not any(field["is_set"] for field in form["fields"] if field["path"] in _PICKED):
                return str(row["instance"])
    return ""


async def _immich_page(
    request: Request,
    values: dict[str, str],
    *,
    checked: dict[str, Any] | None = None,
    error: ArtframeError | None = None,
    status: int = 200,
) -> Response:
    permissions = await ask(request, "immich permissions", {"permissions": [], "optional": []}, kinds=KIND)
    return await page(
        request,
        "setup_immich.html",
        status=status,
        parts=("immich-findings",),
        steps=STEPS,
        step="immich",
        next="albums",
        instance=await _instance(request, ""),
        values={"url": "", "email": "", "how": "", "again": "", **values},
        permissions=permissions,
        checked=checked,
        error=error,
    )


async def _albums_page(
    request: Request,
    instance: str,
    *,
    sent: Form | None = None,
    error: ArtframeError | None = None,
    status: int = 200,
) -> Response:
    fields = []
    if instance:
        form = await run(request, "config form", file=file_of(instance))
        shown = fields_of(form)
        fields = [one for one in (entered(shown, sent) if sent else shown) if one.path in _PICKED]
        fields = await picked(request, instance, fields)
        if isinstance(error, ConfigRefused):
            fields, _ = with_problems(fields, error.problems)
    return await page(
        request,
        "setup_albums.html",
        status=status,
        steps=STEPS,
        step="albums",
        next="look",
        instance=instance,
        fields_of_step=fields,
        error=error,
    )


routes = [
    Route("/setup/immich", immich, methods=["GET"]),
    Route("/setup/immich", connect, methods=["POST"]),
    Route("/setup/albums", albums, methods=["GET"]),
    Route("/setup/albums", choose, methods=["POST"]),
]
