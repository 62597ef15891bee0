"""Guessing passwords gets slow; the owner gets in all the same."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artframe.access import TooManyAttempts
from artframe.access.attempts import Attempts
from artframe.errors import AuthFailed, CommandError
from artframe.testing import ManualClock
from tests.access.conftest import PASSWORD, PHONE, TABLET, Door


def guess(attempts: Attempts, clock: ManualClock, times: int, *, address: str = PHONE, name: str = "Ada") -> float:
    """So many wrong passwords, as soon as each may be tried; returns the pause after the last."""
    for _ in range(times):
        wait(attempts, clock, address=address, name=name)
        attempts.begin(address=address, name=name)
    return pause(attempts, address=address, name=name)


def pause(attempts: Attempts, *, address: str = PHONE, name: str = "Ada") -> float:
    try:
        attempts.begin(address=address, name=name)
    except TooManyAttempts as refused:
        assert refused.retry_after is not None
        return refused.retry_after
    attempts.withdrawn(address=address, name=name)
    return 0


def wait(attempts: Attempts, clock: ManualClock, *, address: str = PHONE, name: str = "Ada") -> None:
    clock.advance(pause(attempts, address=address, name=name))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def attempts(clock: ManualClock) -> Attempts:
    return Attempts(clock)


def test_ten_wrong_passwords_lock_an_address_for_five_minutes_and_pauses_grow(
    attempts: Attempts, clock: ManualClock
) -> None:
    pauses = [guess(attempts, clock, 1) for _ in range(14)]
    assert pauses == [0, 0, 0, 0, 1, 2, 4, 8, 16, 300, 600, 1200, 2400, 3600]
    assert guess(attempts, clock, 3) == 3600, "and no further"


def test_who_is_shut_out_cannot_have_forgotten_how_often_a_name_was_tried(
    attempts: Attempts, clock: ManualClock
) -> None:
    """Though only so many names are remembered."""
    for number in range(20):
        attempts.begin(address=f"10.0.0.{number}", name="Ada")
    assert pause(attempts, address="10.0.1.1") > 0
    guess(attempts, clock, 10, address=TABLET, name="nobody")
    for number in range(1000):
        assert pause(attempts, address=TABLET, name=f"name {number}") > 0
    assert pause(attempts, address="10.0.1.1") > 0


def test_a_refused_try_costs_nothing_and_two_hours_of_peace_forgives(attempts: Attempts, clock: ManualClock) -> None:
    guess(attempts, clock, 10)
    for _ in range(100):
        assert pause(attempts) == 300
    clock.advance(7200)
    assert guess(attempts, clock, 4) == 0


def test_the_right_password_forgives_what_was_wrong_before(attempts: Attempts, clock: ManualClock) -> None:
    guess(attempts, clock, 9)
    wait(attempts, clock)
    attempts.begin(address=PHONE, name="Ada")
    attempts.passed(address=PHONE, name="Ada")
    assert guess(attempts, clock, 4) == 0


def test_the_owner_gets_in_from_another_address_while_somebody_guesses(attempts: Attempts, clock: ManualClock) -> None:
    for _ in range(20):
        guess(attempts, clock, 3, address="192.168.1.66")
        assert pause(attempts, address=PHONE) == 0
        clock.advance(600)


def test_an_address_that_was_let_in_before_is_let_in_however_many_guess(attempts: Attempts, clock: ManualClock) -> None:
    attempts.begin(address=PHONE, name="Ada")
    attempts.passed(address=PHONE, name="ada")
    for number in range(200):
        if not pause(attempts, address=f"10.0.0.{number}"):
            guess(attempts, clock, 1, address=f"10.0.0.{number}")
    assert pause(attempts, address=TABLET) == 60
    assert pause(attempts, address=PHONE) == 0
    assert pause(attempts, address=PHONE, name="Bob") == 0
    guess(attempts, clock, 10, address=PHONE)
    assert pause(attempts, address=PHONE) == 300, "it is not let guess for all that"


def test_a_guesser_with_many_addresses_gets_one_try_a_minute_at_a_name(attempts: Attempts, clock: ManualClock) -> None:
    for number in range(20):
        assert guess(attempts, clock, 1, address=f"10.0.0.{number}") == (0 if number < 19 else 60)
    assert pause(attempts, address=PHONE) == 60
    assert pause(attempts, address=PHONE, name="Bob") == 0
    clock.advance(60)
    assert pause(attempts, address=PHONE) == 0


def test_a_guesser_with_many_addresses_and_names_is_slowed_down_as_well(attempts: Attempts, clock: ManualClock) -> None:
    for number in range(100):
        guess(attempts, clock, 1, address=f"2001:db8::{number:x}", name=f"name {number}")
    assert pause(attempts, address=PHONE) == 20


def test_what_is_remembered_stays_small(attempts: Attempts, clock: ManualClock) -> None:
    for number in range(5000):
        clock.advance(20)
        guess(attempts, clock, 1, address=f"2001:db8::{number:x}", name=f"{number} " + "x" * 10_000)
        attempts.passed(address=f"2001:db8:1::{number:x}", name=str(number))
    assert len(attempts) <= 1000 + 2 * 256


@pytest.mark.parametrize(
    ("one", "other"),
    [("192.168.1.20", "::ffff:192.168.1.20"), ("fe80::1%eth0", "FE80::1"), ("2001:db8::1", "2001:DB8:0:0::1")],
)
def test_an_address_is_the_same_however_it_is_written(
    attempts: Attempts, clock: ManualClock, one: str, other: str
) -> None:
    guess(attempts, clock, 10, address=one)
    assert pause(attempts, address=other) == 300


def test_many_guesses_at_the_same_moment_count_like_one_after_the_other(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    start, counts = threading.Barrier(20), {"refused": 0, "wrong": 0}

    def sign_in() -> None:
        start.wait(60)
        try:
            door.access.sign_in("Ada", "wrong horse", address=PHONE)
        except AuthFailed:
            counts["wrong"] += 1
        except TooManyAttempts:
            counts["refused"] += 1

    threads = [threading.Thread(target=sign_in) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts["wrong"] <= 5 and counts["wrong"] + counts["refused"] == 20


def test_a_password_that_was_not_looked_at_is_no_wrong_one(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.access.accounts.add("Ada", PASSWORD)

    def busy(*_: object) -> None:
        raise TooManyAttempts("busy", 2)

    with monkeypatch.context() as patch:
        patch.setattr(door.access.accounts, "verify", busy)
        for _ in range(50):
            with pytest.raises(TooManyAttempts):
                door.access.sign_in("Ada", PASSWORD, address=PHONE)
            with pytest.raises(TooManyAttempts):
                door.access.change_password("Ada", PASSWORD, "another horse", address=PHONE)
    door.access.sign_in("Ada", PASSWORD, address=PHONE)


def test_who_guesses_the_present_password_is_shut_out_like_anybody(door: Door) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    with pytest.raises(CommandError):
        door.access.change_password("Ada", "a guess or two", "short", address=PHONE)
    for _ in range(5):
        with pytest.raises(AuthFailed):
            door.access.change_password("Ada", "a guess or two", "another horse", address=PHONE)
    with pytest.raises(TooManyAttempts):
        door.access.change_password("Ada", PASSWORD, "another horse", address=PHONE)
    door.clock.advance(60)
    door.access.change_password("Ada", PASSWORD, "another horse", address=PHONE)
    assert door.access.accounts.verify("Ada", "another horse") is not None


def test_signing_in_tells_neither_whether_the_name_nor_whether_the_password_is_wrong(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    door.access.accounts.add("Ada", PASSWORD)
    told = []
    for name in ("Ada", "Bob", PASSWORD):
        with pytest.raises(AuthFailed) as refused:
            door.access.sign_in(name, "wrong horse", address=PHONE)
        told.append(str(refused.value))
    assert len(set(told)) == 1
    assert f"a wrong name or password came from {PHONE}" in caplog.text
    assert PASSWORD not in caplog.text and "wrong horse" not in caplog.text


def test_who_signs_in_is_logged_with_address_and_device(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    door.access.accounts.add("Ada", PASSWORD)
    secret, session = door.access.sign_in("ada", PASSWORD, address=PHONE, user_agent="Firefox/1 Android")
    found = door.access.sessions.find(secret)
    assert found is not None and found.id == session.id
    assert f"Ada signed in from {PHONE} (Firefox on Android)" in caplog.text
    assert secret not in caplog.text


ADDRESSES = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")
tries = st.tuples(
    st.sampled_from(ADDRESSES), st.sampled_from(["Ada", "Bob"]), st.sampled_from(["right", "wrong", "not looked at"])
)


@settings(max_examples=200, deadline=None)
@given(story=st.lists(st.one_of(tries, st.sampled_from([0.5, 1.0, 20.0, 300.0, 4000.0])), max_size=120))
def test_in_any_order_of_tries_guessing_is_bounded_and_a_fresh_address_gets_in(
    story: list[tuple[str, str, str] | float],
) -> None:
    clock = ManualClock()
    attempts = Attempts(clock)
    wrong: dict[str, list[float]] = {address: [] for address in ADDRESSES}
    for event in story:
        if isinstance(event, float):
            clock.advance(event)
            continue
        address, name, how = event
        try:
            attempts.begin(address=address, name=name)
        except TooManyAttempts as refused:
            assert refused.retry_after is not None and 1 <= refused.retry_after <= 3600
            continue
        if how == "right":
            attempts.passed(address=address, name=name)
            wrong[address].clear()
        elif how == "wrong":
            wrong[address].append(clock.monotonic())
        else:
            attempts.withdrawn(address=address, name=name)
        recent = [moment for moment in wrong[address] if clock.monotonic() - moment < 300]
        assert len(recent) <= 10, "at most ten guesses in five minutes between two right passwords"
    clock.advance(60)
    for name in ("Ada", "Bob"):
        attempts.begin(address=PHONE, name=name)
