"""How does one sign in and out?"""

from __future__ import annotations

from email.utils import formatdate
from time import time
from typing import Any

from artframe.immich.simulator.accounts import create_session, password_matches
from artframe.immich.simulator.fields import Text
from artframe.immich.simulator.refusal import Refused
from artframe.immich.simulator.reply import Json
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Access, Routes
from artframe.immich.simulator.site import Site

routes = Routes()
FOUR_HUNDRED_DAYS = 34_560_000
LOGIN = {"email": Text(required=True, filled=True), "password": Text(required=True, filled=True)}


@routes.post("/auth/login", Access.PUBLIC)
def login(site: Site, request: Request) -> Json:
    given = request.fields(LOGIN)
    with site.store.writing() as database:
        row = database.execute("SELECT * FROM user WHERE email = ?", (given["email"].lower(),)).fetchone()
        if row is None or not password_matches(row, given["password"]):
            raise Refused(401, "Incorrect email or password")
        token = create_session(database, row["id"])
    return Json(status=201, body=_signed_in(row, token), cookies=_cookies(token))


def _signed_in(row: Any, token: str) -> dict[str, Any]:
    return {
        "accessToken": token,
        "userId": row["id"],
        "userEmail": row["email"],
        "name": row["name"],
        "isAdmin": bool(row["admin"]),
        "profileImagePath": "",
        "shouldChangePassword": False,
        "isOnboarded": True,
    }


def _cookies(token: str) -> tuple[str, ...]:
    lasting = f"Max-Age={FOUR_HUNDRED_DAYS}; Path=/; Expires={formatdate(time() + FOUR_HUNDRED_DAYS, usegmt=True)}"
    return (
        f"immich_access_token={token}; {lasting}; HttpOnly; SameSite=Lax",
        f"immich_auth_type=password; {lasting}; HttpOnly; SameSite=Lax",
        f"immich_is_authenticated=true; {lasting}; SameSite=Lax",
    )


@routes.post("/auth/logout", Access.ALL)
def logout(site: Site, request: Request) -> Json:
    if request.caller.session_id:
        with site.store.writing() as database:
            database.execute("DELETE FROM session WHERE id = ?", (request.caller.session_id,))
    gone = "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    names = ("immich_access_token", "immich_auth_type", "immich_is_authenticated")
    body = {"successful": True, "redirectUri": "/auth/login?autoLaunch=0"}
    return Json(body=body, cookies=tuple(f"{name}=; {gone}" for name in names))


@routes.post("/auth/validateToken", Access.ANY_KEY)
def validate_token(site: Site, request: Request) -> Any:
    return {"authStatus": True}


@routes.get("/auth/status", Access.ALL)
def status(site: Site, request: Request) -> Any:
    return {"pinCode": False, "password": True, "isElevated": False}
