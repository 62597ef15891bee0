"""How does somebody sign in and out, and how is the cookie kept that proves it?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from artframe.access import Session, User


async def check_password(request: Request, name: str, password: str) -> User | None:
    """The user, or None for a wrong name or password. Raises TooManyAttempts (answered with 429)."""
    raise NotImplementedError


async def redeem_code(request: Request, code: str) -> bool:
    """Whether this is the pairing code that the frame shows now. Raises TooManyAttempts (answered with 429)."""
    raise NotImplementedError


async def sign_in(request: Request, response: Response, user: User) -> Session:
    """Begin a session and put its cookie on the response; ``request.state`` holds it from now on."""
    raise NotImplementedError


async def sign_out(request: Request, response: Response) -> None:
    """End the session and take the cookie away."""
    raise NotImplementedError
