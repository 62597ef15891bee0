"""Users and their passwords."""

from __future__ import annotations

import json
import threading
import time

import pytest

from artframe.access import TooManyAttempts, User
from artframe.access import passwords as password_module
from artframe.access.passwords import COST, Cost, Hasher
from artframe.errors import CommandError
from tests.access.conftest import CHEAP, PASSWORD, Door


def test_a_user_is_known_by_name_and_password_after_a_restart_too(door: Door) -> None:
    assert not door.access.accounts.any()
    ada = door.access.accounts.add("Ada", PASSWORD)
    for one in (door, door.restarted()):
        assert one.access.accounts.any()
        assert one.access.accounts.verify("Ada", PASSWORD) == ada
        assert one.access.accounts.verify("Ada", "wrong horse") is None
        assert one.access.accounts.verify("Bob", PASSWORD) is None


def test_the_real_cost_is_what_a_frame_uses(tmp_path, door: Door) -> None:
    real = Door(tmp_path / "real", cost=COST)
    real.access.accounts.add("Ada", PASSWORD)
    assert real.access.accounts.verify("ada", PASSWORD) is not None
    kept = json.loads(real.file.read_text())["users"][0]["password"]
    assert kept["scrypt"] == {"n": 16384, "r": 8, "p": 5}
    assert 128 * 16384 * 8 == 16 << 20, "bytes at once"


def test_the_file_holds_no_password_and_is_its_owners_alone(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    assert PASSWORD not in door.file.read_text()
    assert door.file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_could_read_is_its_owners_alone_again(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    door.file.chmod(0o644)
    assert door.restarted().access.accounts.any()
    assert door.file.stat().st_mode & 0o777 == 0o600


def test_names_are_the_same_in_capital_and_small_letters_and_however_encoded(door: Door) -> None:
    door.access.accounts.add("Zoë Groß", PASSWORD)
    for name in ("zoë groß", "ZOË GROSS", "Zoe\u0308 Groß", "  Zoë Groß "):
        assert door.access.accounts.verify(name, PASSWORD) is not None, name
        with pytest.raises(CommandError, match="already"):
            door.access.accounts.add(name, PASSWORD)
    assert [user.name for user in door.access.accounts.list()] == ["Zoë Groß"]


def test_a_password_is_the_same_typed_on_another_keyboard(door: Door) -> None:
    door.access.accounts.add("Ada", "Ma\u0308dchen №1")
    assert door.access.accounts.verify("Ada", "Mädchen No1") is not None
    assert door.access.accounts.verify("Ada", "mädchen No1") is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x00b", "a\u202eb", "\ud800"])
def test_what_is_no_name_is_refused(door: Door, name: str) -> None:
    with pytest.raises(CommandError, match="name"):
        door.access.accounts.add(name, PASSWORD)
    assert door.access.accounts.verify(name, PASSWORD) is None
    assert not door.access.accounts.any()


@pytest.mark.parametrize("length", [0, 7, 1025, 100_000])
def test_a_password_has_8_to_1024_characters(door: Door, length: int) -> None:
    with pytest.raises(CommandError, match="password"):
        door.access.accounts.add("Ada", "ä" * length)
    for fitting in (8, 1024):
        door.access.accounts.add(f"Ada {fitting}", "ä" * fitting)
        assert door.access.accounts.verify(f"Ada {fitting}", "ä" * fitting) is not None
        assert door.access.accounts.verify(f"Ada {fitting}", "ä" * length) is None


def test_text_that_is_no_text_is_a_wrong_password_and_nothing_worse(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    assert door.access.accounts.verify("Ada", "\ud800" * 9) is None
    assert door.access.accounts.verify("\udfff", "\x00" * 9) is None


def test_an_unknown_name_costs_the_same_work_as_a_known_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    costs: list[Cost] = []
    hashed = password_module._hashed
    monkeypatch.setattr(password_module, "_hashed", lambda *given: costs.append(given[2]) or hashed(*given))
    dearer = door.restarted(Cost(n=32, r=1, p=1))
    dearer.access.accounts.verify("Ada", "wrong horse")
    dearer.access.accounts.verify("Nobody", "wrong horse")
    assert costs == [CHEAP, CHEAP], "the cost of the hashes there are, not that of a new one"


def test_when_hashes_get_dearer_old_ones_go_on_working_and_are_replaced(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    dearer = Cost(n=64, r=2, p=1)
    assert door.restarted(dearer).access.accounts.verify("Ada", PASSWORD) is not None
    kept = json.loads(door.file.read_text())["users"][0]["password"]
    assert kept["scrypt"] == {"n": 64, "r": 2, "p": 1}
    assert door.restarted().access.accounts.verify("Ada", PASSWORD) is not None


def test_another_password_ends_the_other_sessions_of_the_user_only(door: Door) -> None:
    access = door.access
    ada, bob = access.accounts.add("Ada", PASSWORD), access.accounts.add("Bob", PASSWORD)
    mine, here = access.sessions.create(ada)
    others, _ = access.sessions.create(ada)
    bobs, _ = access.sessions.create(bob)
    access.accounts.set_password("ada", "another horse", keep=here.id)
    for one in (door, door.restarted()):
        assert one.access.accounts.verify("Ada", PASSWORD) is None
        assert one.access.accounts.verify("Ada", "another horse") is not None
        assert [bool(one.access.sessions.find(secret)) for secret in (mine, others, bobs)] == [True, False, True]


def test_who_is_removed_is_signed_out_everywhere_and_stays_so(door: Door) -> None:
    access = door.access
    ada = access.accounts.add("Ada", PASSWORD)
    secret, _ = access.sessions.create(ada)
    access.accounts.remove("ADA")
    assert not access.accounts.any()
    assert access.sessions.find(secret) is None
    access.accounts.add("Ada", PASSWORD)
    for one in (door, door.restarted()):
        assert one.access.sessions.find(secret) is None
        assert one.access.sessions.list() == ()


@pytest.mark.parametrize("what", ["set_password", "remove"])
def test_nobody_can_be_changed_who_is_not_there(door: Door, what: str) -> None:
    with pytest.raises(CommandError, match="no user"):
        getattr(door.access.accounts, what)(*["Ada", PASSWORD][: 1 + (what == "set_password")])


def test_there_is_an_end_to_how_many_users_there_can_be(door: Door) -> None:
    for number in range(50):
        door.access.accounts.add(f"user {number}", PASSWORD)
    with pytest.raises(CommandError, match="50 users"):
        door.access.accounts.add("one more", PASSWORD)


def test_only_one_password_is_hashed_at_a_time_few_wait_and_the_rest_are_sent_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, running, most = threading.Event(), [0], [0]

    def slow(*_: object) -> bytes:
        running[0] += 1
        most[0] = max(most[0], running[0])
        assert gate.wait(60)
        running[0] -= 1
        return bytes(32)

    monkeypatch.setattr(password_module, "_hashed", slow)
    hasher = Hasher(CHEAP)
    answers: list[object] = []
    threads = [threading.Thread(target=lambda: answers.append(hasher.matches("x", None))) for _ in range(3)]
    for thread in threads:
        thread.start()
    while hasher._places._value:  # until all three have a place
        time.sleep(0)
    with pytest.raises(TooManyAttempts) as refused:
        hasher.matches("x", None)
    assert refused.value.retry_after == 2
    gate.set()
    for thread in threads:
        thread.join(60)
    assert answers == [False] * 3 and most == [1]
    assert hasher.matches("x", None) is False, "the places are free again"


def test_two_who_add_the_same_name_at_once_get_one_user(door: Door) -> None:
    answers: list[User | CommandError | TooManyAttempts] = []

    def add() -> None:
        try:
            answers.append(door.access.accounts.add("Ada", PASSWORD))
        except (CommandError, TooManyAttempts) as error:
            answers.append(error)

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 3 and sum(isinstance(one, User) for one in answers) == 1
    assert len(door.access.accounts.list()) == 1
