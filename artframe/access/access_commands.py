"""The commands about who may use the frame: pair, users, sessions, tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from artframe.access.access import Access
from artframe.access.records import User
from artframe.access.sessions import Session
from artframe.access.tokens import Token
from artframe.core.commands import Effect, command
from artframe.core.exchange import Chosen, Hidden, Suggests
from artframe.core.moments import day, minute
from artframe.errors import NotReady, NotThere

Name = Annotated[str, "the user's name; capital and small letters are the same", Suggests("user")]
Password = Annotated[str, "the password, 8 characters at least", Hidden, Chosen]


def grouped(code: str) -> str:
    """``123 456``: as people read it out."""
    return f"{code[:3]} {code[3:]}"


class AccessCommands:
    """Add them with ``CommandRegistry.add_all``. ``pages`` tells under which addresses the web page opens, best first.

    The names that are suggested for ``user``, ``session`` and ``token`` are ``suggestions``.
    """

    def __init__(self, access: Access, pages: Callable[[], tuple[str, ...]]) -> None:
        self._access = access
        self._pages = pages
        self.suggestions: dict[str, Callable[[], list[str]]] = {
            "user": lambda: [user.name for user in access.accounts.list()],
            "session": lambda: [session.id for session in access.sessions.list()],
            "token": lambda: [token.name for token in access.tokens.list()],
        }

    @command("pair", effect=Effect.CHANGES, owner_only=True, render=lambda result: _pair_text(result))
    async def pair(self) -> dict[str, Any]:
        """Show a code that lets a phone in, for half an hour and one use: a new user, or a forgotten password.

        The code before is good no more, and whoever was shut out after wrong codes may try again.
        """
        opened = self._access.pairing.open()
        addresses = [f"{page}/pair" for page in self._pages()]
        return {"code": opened.code, "expires_at": opened.expires_at.isoformat(), "addresses": addresses}

    @command("user list", render=lambda result: _user_lines(result))
    async def users(self) -> list[dict[str, Any]]:
        """List the users of the web page."""
        sessions = self._access.sessions.list()
        return [_user(user, [one for one in sessions if one.user == user]) for user in self._access.accounts.list()]

    @command(
        "user add",
        effect=Effect.CHANGES,
        owner_only=True,
        render=lambda result: f"{result['name']} may use the web page now",
    )
    def add_user(
        self, name: Annotated[str, "the new user's name, 40 characters at most"], password: Password
    ) -> dict[str, Any]:
        """Make a user of the web page."""
        return _user(self._access.accounts.add(name, password), [])

    @command(
        "user password",
        effect=Effect.CHANGES,
        owner_only=True,
        render=lambda result: f"{result['name']} has another password and is signed out everywhere",
    )
    def set_password(self, name: Name, password: Password) -> dict[str, Any]:
        """Give a user another password; ends all sessions of this user."""
        return _user(self._access.accounts.set_password(name, password), [])

    @command("user remove", effect=Effect.DANGEROUS, owner_only=True, render=lambda result: _removed_text(result))
    def remove_user(self, name: Name) -> dict[str, Any]:
        """Remove a user and end all sessions of this user.

        Without any user, pairing is open again: whoever sees the code on the frame's screen gets in.
        """
        user = self._access.accounts.remove(name)
        return {"name": user.name, "left": len(self._access.accounts.list())}

    @command("session list", render=lambda result: _session_lines(result))
    async def sessions(self) -> list[dict[str, Any]]:
        """List who is signed in to the web page, on which device, the latest visit first."""
        return [_session(session) for session in self._access.sessions.list()]

    @command("session end", effect=Effect.CHANGES, owner_only=True, render=lambda result: f"{result['id']} has ended")
    def end_session(
        self, id: Annotated[str, "the session, from 'session list'", Suggests("session")]
    ) -> dict[str, Any]:
        """Sign somebody out on one device."""
        if not self._access.sessions.end(id):
            raise NotThere("there is no such session", "'artframe session list' lists them")
        trouble = self._access.trouble
        if trouble is not None:
            raise NotReady(f"the session has ended, but {trouble.message}", trouble.hint)
        return {"id": id}

    @command("token list", render=lambda result: _token_lines(result))
    async def tokens(self) -> list[dict[str, Any]]:
        """List the keys of programs that may use the frame."""
        return [_token(token) for token in self._access.tokens.list()]

    @command("token create", effect=Effect.CHANGES, owner_only=True, render=lambda result: _created_text(result))
    def create_token(
        self,
        name: Annotated[str, "what the key is for, such as 'Home Assistant'"],
        *,
        scope: Annotated[
            Literal["read", "change", "full"],
            "read: look only; change: all that is easily undone; full: everything, users and tokens too",
        ] = "read",
    ) -> dict[str, Any]:
        """Make a key for a program that uses the frame's API. It is shown this once."""
        secret, token = self._access.tokens.create(name, scope)
        return {"token": secret, **_token(token)}

    @command(
        "token remove",
        effect=Effect.CHANGES,
        owner_only=True,
        render=lambda result: f"the token {result['name']} is good no more",
    )
    def remove_token(self, name: Annotated[str, "the token's name", Suggests("token")]) -> dict[str, Any]:
        """End a program's key."""
        return _token(self._access.tokens.remove(name))


def _user(user: User, sessions: list[Session]) -> dict[str, Any]:
    seen = max((session.seen for session in sessions), default=None)
    return {
        "name": user.name,
        "created": user.created.isoformat(),
        "password_set": user.changed.isoformat(),
        "sessions": len(sessions),
        "seen": seen.isoformat() if seen is not None else None,
    }


def _session(session: Session) -> dict[str, Any]:
    return {
        "id": session.id,
        "user": session.user.name,
        "device": session.label,
        "created": session.created.isoformat(),
        "seen": session.seen.isoformat(),
        "expires": session.expires.isoformat(),
    }


def _token(token: Token) -> dict[str, Any]:
    return {
        "name": token.name,
        "scope": token.scope,
        "created": token.created.isoformat(),
        "used": token.used.isoformat() if token.used is not None else None,
    }


def _pair_text(result: dict[str, Any]) -> str:
    until = datetime.fromisoformat(result["expires_at"]).astimezone()
    lines = [f"the code is {grouped(result['code'])}, good once and until {until:%H:%M}"]
    if result["addresses"]:
        lines += ["open this on the phone and enter it:", *(f"  {address}" for address in result["addresses"])]
    else:
        lines.append("but the web page is not up: 'artframe status' tells why, and web.enabled in frame.json allows it")
    return "\n".join(lines)


def _removed_text(result: dict[str, Any]) -> str:
    if result["left"]:
        return f"{result['name']} is removed and signed out"
    return (
        f"{result['name']} is removed and signed out; nobody is a user now, so pairing is open again: "
        "'artframe pair' shows the code, and so does the frame's screen while it has no photo"
    )


def _user_lines(result: list[dict[str, Any]]) -> str:
    lines = [
        f"{row['name']}  since {day(row['created'])}, "
        + (f"{row['sessions']} signed in, last seen {minute(row['seen'])}" if row["sessions"] else "not signed in")
        for row in result
    ]
    return "\n".join(lines) or "nobody is a user yet: 'artframe pair' shows a code that lets the first one in"


def _session_lines(result: list[dict[str, Any]]) -> str:
    lines = [
        f"{row['id']}  {row['user']}, {row['device'] or 'unknown device'}, seen {minute(row['seen'])}, "
        f"until {day(row['expires'])}"
        for row in result
    ]
    return "\n".join(lines) or "nobody is signed in"


def _token_lines(result: list[dict[str, Any]]) -> str:
    lines = [
        f"{row['name']}  {row['scope']}, since {day(row['created'])}, "
        + (f"used {minute(row['used'])}" if row["used"] else "never used")
        for row in result
    ]
    return "\n".join(lines) or "there is no token"


def _created_text(result: dict[str, Any]) -> str:
    return f"{result['token']}\nthis is shown once; it may {result['scope']}"
