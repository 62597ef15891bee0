"""How does somebody sign in and out, and how is the cookie kept that proves it?"""

from __future__ import annotations

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from artframe.access.sessions import Session
from artframe.interfaces.web.context import context

_COOKIE_SECONDS = 180 * 86400
"""As long as any session may last; how long this one does is known to the sessions."""
_LONGEST_SECRET = 200


async def sign_in(request: Request, response: Response, name: str, password: str) -> Session:
    """Sign in and put the proof on the response.

    Raises AuthFailed (wrong), TooManyAttempts (429, with ``retry_after``).
    """
    access = context(request).access
    secret, session = await context(request).caller.call(
        access.sign_in, name, password, address=address_of(request), user_agent=_user_agent(request)
    )
    return _remember(request, response, secret, session)


async def pair(request: Request, response: Response, code: str, name: str, password: str) -> Session:
    """Use the pairing code up for a user of this name and password, and sign in as that.

    Raises AuthFailed (not the code), TooManyAttempts, CommandError (the name or the password does not do).
    """
    access = context(request).access
    secret, session = await context(request).caller.call(
        access.pair, code, name, password, address=address_of(request), user_agent=_user_agent(request)
    )
    return _remember(request, response, secret, session)


async def sign_out(request: Request, response: Response) -> None:
    """End the session and take its cookie away; harmless without one."""
    web = context(request)
    session: Session | None = request.state.session
    if session is not None:
        await web.caller.call(web.access.sessions.end, session.id)
    request.state.session = None
    request.state.csrf = ""
    response.delete_cookie(cookie_name(request), path="/", secure=_is_secure(request), httponly=True, samesite="strict")


def cookie_name(connection: HTTPConnection) -> str:
    """Cookies know no ports: two frames on one machine need a name each. ``__Host-`` keeps others from setting it."""
    server = connection.scope.get("server")
    name = f"artframe-{server[1] if server else 0}"
    return f"__Host-{name}" if _is_secure(connection) else name


def secret_of(connection: HTTPConnection) -> str:
    """What the session's cookie says; empty without one."""
    secret = connection.cookies.get(cookie_name(connection), "")
    return secret if len(secret) <= _LONGEST_SECRET else ""


def address_of(connection: HTTPConnection) -> str:
    """Where the visitor is."""
    return connection.client.host if connection.client is not None else ""


def _remember(request: Request, response: Response, secret: str, session: Session) -> Session:
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=_COOKIE_SECONDS,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="strict",
    )
    request.state.session = session
    request.state.csrf = session.csrf
    return session


def _is_secure(connection: HTTPConnection) -> bool:
    return bool(connection.scope["scheme"] == "https")


def _user_agent(request: Request) -> str:
    return request.headers.get("user-agent", "")[:400]
