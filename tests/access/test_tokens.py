"""The keys of programs."""

from __future__ import annotations

import pytest

from artframe.errors import CommandError
from tests.access.conftest import Door


def test_a_token_is_found_by_its_secret_and_after_a_restart_too(door: Door) -> None:
    secret, token = door.access.tokens.create("Home Assistant", "change")
    assert secret.startswith("aft_") and len(secret) >= 47, "256 bits"
    assert secret not in door.file.read_text()
    for one in (door, door.restarted()):
        found = one.access.tokens.find(secret)
        assert found is not None and (found.name, found.scope) == ("Home Assistant", "change")
        for wrong in ("", "aft_", secret[4:], secret[:-1], secret.upper(), "aft_" + "x" * 10_000, "aft_\ud800"):
            assert one.access.tokens.find(wrong) is None
    assert token.used is None


def test_a_removed_token_is_good_no_more(door: Door) -> None:
    secret, _ = door.access.tokens.create("Home Assistant")
    assert door.access.tokens.remove("home assistant").scope == "read"
    for one in (door, door.restarted()):
        assert one.access.tokens.find(secret) is None
        assert one.access.tokens.list() == ()
    with pytest.raises(CommandError, match="no token"):
        door.access.tokens.remove("Home Assistant")


def test_the_last_use_is_known_and_written_once_an_hour_at_most(door: Door) -> None:
    secret, _ = door.access.tokens.create("Home Assistant")
    before = door.file.stat().st_ino
    door.clock.advance(1800)
    door.access.tokens.find(secret)
    door.access.keep_up()
    assert door.access.tokens.list()[0].used == door.clock.now()
    assert door.file.stat().st_ino == before
    door.clock.advance(1800)
    door.access.keep_up()
    assert door.file.stat().st_ino != before
    assert door.restarted().access.tokens.list()[0].used == door.access.tokens.list()[0].used


@pytest.mark.parametrize(("name", "scope"), [("", "read"), ("x" * 41, "read"), ("a\nb\x07", "read"), ("x", "all")])
def test_what_is_no_name_or_scope_is_refused(door: Door, name: str, scope: str) -> None:
    with pytest.raises(CommandError):
        door.access.tokens.create(name, scope)
    assert not door.file.exists()


def test_two_tokens_have_two_names_and_there_is_an_end_to_them(door: Door) -> None:
    for number in range(100):
        door.access.tokens.create(f"token {number}")
    for name in ("TOKEN 7", "one more"):
        with pytest.raises(CommandError, match="already"):
            door.access.tokens.create(name)
