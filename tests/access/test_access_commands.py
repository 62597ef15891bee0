"""What a person types about who may use the frame, and who may type it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from artframe.access.access_commands import AccessCommands
from artframe.core.calling import Caller
from artframe.core.commands import CommandRegistry
from artframe.errors import ArtframeError, AuthFailed, CommandError, NotReady
from artframe.interfaces.arguments import parse
from artframe.interfaces.runner import OWNER, Actor, ConfirmationNeeded, Runner, Scope
from tests.access.conftest import PASSWORD, PHONE, Door

LISTS = ("user list", "session list", "token list")


class Desk:
    """Types commands, as a face of the frame does."""

    def __init__(self, door: Door, pages: tuple[str, ...] = ("http://10.0.0.5:8080", "http://frame:8080")) -> None:
        self.door = door
        self.registry = CommandRegistry()
        self.registry.add_all(AccessCommands(door.access, lambda: pages))

    def type(self, *words: str, actor: Actor = OWNER) -> tuple[Any, str]:
        async def run() -> tuple[Any, str]:
            caller = Caller(asyncio.get_running_loop())
            runner = Runner(self.registry, caller, self.door.clock, self.door.events)
            parsed = parse(self.registry, words)
            try:
                result = await runner.run(parsed.command, parsed.arguments, actor=actor, confirmed=parsed.confirmed)
            finally:
                caller.close()
            return result, runner.text(parsed.command, result) or ""

        return asyncio.run(run())

    def result(self, *words: str, actor: Actor = OWNER) -> Any:
        return self.type(*words, actor=actor)[0]

    def text(self, *words: str) -> str:
        return self.type(*words)[1]


@pytest.fixture
def desk(door: Door) -> Desk:
    return Desk(door)


def test_pair_tells_code_time_and_addresses(desk: Desk) -> None:
    result, text = desk.type("pair")
    assert result["code"] == desk.door.access.pairing.code
    assert result["expires_at"] == "2026-05-01T12:30:00+00:00"
    assert result["addresses"] == ["http://10.0.0.5:8080/pair", "http://frame:8080/pair"]
    assert f"{result['code'][:3]} {result['code'][3:]}" in text and "http://frame:8080/pair" in text
    assert desk.result("pair")["code"] != result["code"], "a new one each time"


def test_pair_says_when_there_is_no_page_to_enter_the_code_on(door: Door) -> None:
    assert "the web page is not up" in Desk(door, ()).text("pair")


def test_users_come_and_go(desk: Desk) -> None:
    assert "nobody is a user yet" in desk.text("user", "list")
    assert desk.result("user", "add", "Ada", PASSWORD)["name"] == "Ada"
    desk.door.access.sign_in("ada", PASSWORD, address=PHONE)
    (row,) = desk.result("user", "list")
    assert (row["name"], row["sessions"], row["seen"]) == ("Ada", 1, "2026-05-01T12:00:00+00:00")
    assert "Ada" in desk.text("user", "list")
    assert "signed out everywhere" in desk.text("user", "password", "ada", "another horse")
    assert desk.result("session", "list") == []
    with pytest.raises(ConfirmationNeeded):
        desk.result("user", "remove", "ada")
    assert "pairing is open again" in desk.text("user", "remove", "ada", "--yes")
    assert desk.result("user", "list") == []


def test_removing_one_of_two_opens_nothing(desk: Desk) -> None:
    for name in ("Ada", "Bob"):
        desk.result("user", "add", name, PASSWORD)
    assert "pairing" not in desk.text("user", "remove", "Bob", "--yes")
    assert not desk.door.access.pairing.is_open


def test_sessions_are_listed_and_ended(desk: Desk) -> None:
    assert desk.text("session", "list") == "nobody is signed in"
    desk.result("user", "add", "Ada", PASSWORD)
    secret, session = desk.door.access.sign_in("Ada", PASSWORD, address=PHONE, user_agent="Firefox/1 iPad")
    (row,) = desk.result("session", "list")
    assert (row["id"], row["user"], row["device"]) == (session.id, "Ada", "Firefox on iPad")
    assert secret not in str(row) and session.csrf not in str(row)
    assert "Firefox on iPad" in desk.text("session", "list")
    assert session.id in desk.text("session", "end", session.id)
    assert desk.door.access.sessions.find(secret) is None
    with pytest.raises(CommandError, match="no such session"):
        desk.result("session", "end", session.id)


@pytest.mark.parametrize(
    "words",
    [("session", "end", "nobody"), ("token", "remove", "nobody"), ("user", "remove", "nobody", "--yes")],
    ids=lambda words: words[0],
)
def test_what_is_not_there_has_an_exit_code_of_its_own(desk: Desk, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as told:
        desk.result(*words)
    assert told.value.exit_code == 66


def test_with_a_full_disk_ending_a_session_says_that_it_is_not_written_down(desk: Desk, full_disk) -> None:
    desk.result("user", "add", "Ada", PASSWORD)
    secret, session = desk.door.access.sign_in("Ada", PASSWORD, address=PHONE)
    with full_disk(), pytest.raises(NotReady, match="has ended, but"):
        desk.result("session", "end", session.id)
    assert desk.door.access.sessions.find(secret) is None


def test_a_token_is_shown_once(desk: Desk) -> None:
    assert desk.text("token", "list") == "there is no token"
    result, text = desk.type("token", "create", "Home Assistant", "--scope", "change")
    assert result["token"] in text
    found = desk.door.access.tokens.find(result["token"])
    assert found is not None and found.scope == result["scope"] == "change"
    assert desk.result("token", "create", "other")["scope"] == "read", "the least, unless one asks for more"
    assert result["token"] not in str(desk.type("token", "list"))
    assert "good no more" in desk.text("token", "remove", "home assistant")
    assert desk.door.access.tokens.find(result["token"]) is None
    with pytest.raises(CommandError):
        desk.result("token", "create", "x", "--scope", "everything")


def test_a_program_may_look_at_the_lists_and_change_nothing_of_who_may_do_what(desk: Desk) -> None:
    commands = {command.name: command for command in desk.registry}
    assert len(commands) == 10
    for scope in (Scope.READ, Scope.CHANGE):
        program = Actor(name="token: Home Assistant", scope=scope)
        for name, command in commands.items():
            assert scope.allows(command) == (name in LISTS), name
        with pytest.raises(AuthFailed):
            desk.result("pair", actor=program)
        assert desk.result("user", "list", actor=program) == []


def test_a_password_is_asked_for_and_never_quoted(desk: Desk) -> None:
    parsed = parse(desk.registry, ["user", "add", "Ada"])
    assert parsed.arguments["password"] is None, "the face asks for it"
    hidden = {parameter.name for command in desk.registry for parameter in command.parameters if parameter.hidden}
    assert hidden == {"password"}
    chosen = {command.name for command in desk.registry for one in command.parameters if one.chosen}
    assert chosen == {"user add", "user password"}, "asked for twice"
    with pytest.raises(ArtframeError) as refused:
        desk.result("user", "add", "Ada", "short")
    assert "short" not in str(refused.value)
