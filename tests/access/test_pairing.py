"""Six digits that let somebody in."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artframe.access import Access, TooManyAttempts
from artframe.access.pairing import Pairing
from artframe.errors import AuthFailed, CommandError, NotReady
from artframe.testing import ManualClock
from tests.access.conftest import PASSWORD, PHONE, TABLET, Door

HALF_AN_HOUR = 1800.0


@pytest.fixture
def pairing(door: Door) -> Pairing:
    """Nobody is a user yet."""
    return door.access.pairing


@pytest.fixture
def household(door: Door) -> Access:
    """Ada is a user."""
    door.access.accounts.add("Ada", PASSWORD)
    return door.access


def try_wrong(door: Door, times: int, address: str = PHONE) -> None:
    for _ in range(times):
        assert not door.access.pairing.redeem(door.wrong_code(), address=address)


def test_while_nobody_is_a_user_there_always_is_a_code(door: Door, pairing: Pairing) -> None:
    first = pairing.code
    assert pairing.is_open and len(first) == 6 and first.isdecimal()
    assert pairing.expires_at == door.clock.now() + timedelta(minutes=30)
    door.clock.advance(HALF_AN_HOUR - 1)
    assert pairing.code == first
    door.clock.advance(1)
    assert pairing.is_open and pairing.code != first
    assert not pairing.redeem(first, address=PHONE)


def test_once_somebody_is_a_user_pairing_is_shut_until_it_is_opened(door: Door, pairing: Pairing) -> None:
    first = pairing.code
    door.access.accounts.add("Ada", PASSWORD)
    assert (pairing.is_open, pairing.code, pairing.expires_at) == (False, "", None)
    for code in (first, "", "000000"):
        assert not pairing.redeem(code, address=PHONE)
    opened = pairing.open()
    assert pairing.code == opened.code != first
    assert opened.expires_at == pairing.expires_at == door.clock.now() + timedelta(minutes=30)
    door.clock.advance(HALF_AN_HOUR)
    assert not pairing.is_open
    assert not pairing.redeem(opened.code, address=PHONE)


def test_the_first_user_ends_the_code_that_let_the_first_user_in(door: Door, pairing: Pairing) -> None:
    code = pairing.open().code
    door.access.accounts.add("Ada", PASSWORD)
    assert not pairing.is_open and not pairing.redeem(code, address=PHONE)
    code = pairing.open().code
    door.access.accounts.add("Bob", PASSWORD)
    assert pairing.redeem(code, address=PHONE)


def test_when_the_last_user_is_removed_pairing_is_open_again(household: Access) -> None:
    assert not household.pairing.is_open
    household.accounts.remove("Ada")
    assert household.pairing.is_open


def test_a_code_is_used_up_by_the_first_who_has_it(household: Access) -> None:
    code = household.pairing.open().code
    assert household.pairing.check(code, address=PHONE), "looking uses nothing up"
    assert household.pairing.redeem(code, address=PHONE)
    assert not household.pairing.redeem(code, address=TABLET)
    assert not household.pairing.is_open


@pytest.mark.parametrize("spelling", ["{0}{1}", "{0} {1}", " {0}-{1} ", "{0}\u00a0{1}\n", "wide"])
def test_a_code_may_be_typed_as_people_type(pairing: Pairing, spelling: str) -> None:
    code = pairing.code
    typed = spelling.format(code[:3], code[3:])
    if spelling == "wide":
        typed = "".join(chr(ord("0") + int(digit)) for digit in code)
    assert pairing.redeem(typed, address=PHONE)


@pytest.mark.parametrize("rubbish", ["", "12345", "1234567", "abcdef", "x" * 100_000, "\ud800", "-------"])
def test_rubbish_is_a_wrong_code_and_nothing_worse(pairing: Pairing, rubbish: str) -> None:
    assert not pairing.redeem(rubbish, address=PHONE)


def test_ten_wrong_codes_lock_an_address_for_a_quarter_of_an_hour_and_make_a_new_code(door: Door) -> None:
    pairing = door.access.pairing
    first = pairing.code
    try_wrong(door, 9)
    assert pairing.code == first
    try_wrong(door, 1)
    assert pairing.is_open and pairing.code != first
    for code in (pairing.code, first, "000000"):
        with pytest.raises(TooManyAttempts) as refused:
            pairing.redeem(code, address=PHONE)
        assert refused.value.retry_after == 900
    assert pairing.check(pairing.code, address=TABLET), "whoever stands before the frame gets in"
    door.clock.advance(900)
    assert pairing.redeem(pairing.code, address=PHONE)


def test_thirty_wrong_codes_from_many_addresses_lock_everybody(door: Door) -> None:
    pairing = door.access.pairing
    codes = set()
    for number in range(30):
        codes.add(pairing.code)
        try_wrong(door, 1, f"10.0.0.{number}")
    assert len(codes) == 3, "none was guessed at more than ten times"
    with pytest.raises(TooManyAttempts):
        pairing.redeem(pairing.code, address=PHONE)
    door.clock.advance(900)
    assert pairing.redeem(pairing.code, address=PHONE)


def test_the_owner_who_opens_pairing_ends_every_lock(door: Door) -> None:
    for number in range(30):
        try_wrong(door, 1, f"10.0.0.{number % 3}")
    opened = door.access.pairing.open()
    assert door.access.pairing.redeem(opened.code, address="10.0.0.1")


def test_a_code_that_was_asked_for_and_guessed_at_is_good_no_more(door: Door, household: Access) -> None:
    code = household.pairing.open().code
    try_wrong(door, 10)
    assert not household.pairing.is_open
    assert not household.pairing.redeem(code, address=TABLET)


def test_everybody_who_shows_the_code_is_told_when_it_changes(door: Door) -> None:
    told = [door.news]

    def is_news() -> bool:
        told.append(door.news)
        return told[-1] > told[-2]

    door.access.pairing.open()
    assert is_news()
    try_wrong(door, 9)
    assert not is_news()
    try_wrong(door, 1)
    assert is_news()
    door.access.pairing.redeem(door.access.pairing.code, address=TABLET)
    assert is_news()
    door.access.accounts.add("Ada", PASSWORD)
    assert is_news()
    door.access.accounts.remove("Ada")
    assert is_news()
    door.access.pairing.shut()
    assert is_news()


def test_pairing_makes_the_first_user_and_signs_in(door: Door) -> None:
    code = door.access.pairing.code
    secret, session = door.access.pair(code, "Ada", PASSWORD, address=PHONE, user_agent="Firefox/1 iPad")
    assert (session.user.name, session.label) == ("Ada", "Firefox on iPad")
    assert not door.access.pairing.is_open
    for one in (door, door.restarted()):
        assert one.access.sessions.find(secret) is not None
        one.access.sign_in("Ada", PASSWORD, address=TABLET)


def test_a_forgotten_password_is_set_anew_with_a_code_and_its_sessions_end(household: Access) -> None:
    old, _ = household.sign_in("Ada", PASSWORD, address=PHONE)
    code = household.pairing.open().code
    new, _ = household.pair(code, "ADA", "another horse", address=PHONE)
    assert household.sessions.find(old) is None
    assert household.sessions.find(new) is not None
    assert household.accounts.verify("Ada", PASSWORD) is None
    assert [user.name for user in household.accounts.list()] == ["Ada"]


def test_a_second_phone_makes_a_second_user(household: Access) -> None:
    household.pair(household.pairing.open().code, "Bob", PASSWORD, address=TABLET)
    assert [user.name for user in household.accounts.list()] == ["Ada", "Bob"]


def test_a_code_is_still_good_after_a_password_that_does_not_do(door: Door) -> None:
    code = door.access.pairing.code
    for name, password in (("Ada", "short"), ("", PASSWORD)):
        with pytest.raises(CommandError):
            door.access.pair(code, name, password, address=PHONE)
    door.access.pair(code, "Ada", PASSWORD, address=PHONE)


def test_a_wrong_code_changes_nothing_and_counts(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        with pytest.raises(AuthFailed):
            door.access.pair(door.wrong_code(), "Ada", PASSWORD, address=PHONE)
    with pytest.raises(TooManyAttempts):
        door.access.pair(door.access.pairing.code, "Ada", PASSWORD, address=PHONE)
    assert not door.access.accounts.any() and not door.file.exists()
    assert f"a wrong pairing code came from {PHONE}" in caplog.text
    assert door.access.pairing.code not in caplog.text


def test_a_disk_that_takes_nothing_lets_nobody_in_and_leaves_the_code_good(door: Door, full_disk) -> None:
    code = door.access.pairing.code
    with full_disk(), pytest.raises(NotReady, match="nothing was changed"):
        door.access.pair(code, "Ada", PASSWORD, address=PHONE)
    assert not door.access.accounts.any() and door.access.pairing.code == code
    door.access.pair(code, "Ada", PASSWORD, address=PHONE)


def test_two_phones_with_the_same_code_at_once_make_one_user(door: Door) -> None:
    code, answers = door.access.pairing.code, []

    def pair(name: str) -> None:
        try:
            answers.append(door.access.pair(code, name, PASSWORD, address=PHONE))
        except AuthFailed as error:
            answers.append(error)

    threads = [threading.Thread(target=pair, args=(name,)) for name in ("Ada", "Bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(answers) == 2 and len(door.access.accounts.list()) == 1


def test_a_code_made_while_another_is_being_used_stays_good(household: Access) -> None:
    pairing = household.pairing
    code = pairing.open().code
    with pairing.redeeming(code, address=PHONE) as right:
        assert right
        assert not pairing.redeem(code, address=TABLET)
        new = pairing.open().code
    assert pairing.code == new
    with pytest.raises(ValueError, match="changed my mind"), pairing.redeeming(new, address=PHONE):
        raise ValueError("changed my mind")
    assert pairing.redeem(new, address=TABLET)


events = st.one_of(
    st.sampled_from(["right", "wrong", "open", "a user comes", "the users go"]),
    st.sampled_from([60.0, 899.0, 900.0, 1800.0]),
)


@settings(max_examples=200, deadline=None)
@given(
    story=st.lists(st.tuples(events, st.sampled_from(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"])), max_size=150)
)
def test_in_any_order_of_tries_no_code_is_guessed_at_too_often_or_used_twice(
    story: list[tuple[str | float, str]],
) -> None:
    clock, users = ManualClock(), [0]
    pairing = Pairing(clock, nobody=lambda: not users[0], changed=lambda: None)
    guesses: dict[str, int] = {}
    used: list[str] = []
    moments: list[float] = []
    for event, address in story:
        code = pairing.code
        assert bool(code) == pairing.is_open == (pairing.expires_at is not None)
        assert code or users[0], "while nobody is a user there is a code"
        try:
            if isinstance(event, float):
                clock.advance(event)
            elif event == "right":
                if pairing.redeem(code, address=address):
                    used.append(code)
            elif event == "wrong":
                assert not pairing.redeem("not the code", address=address)
                if code:
                    guesses[code] = guesses.get(code, 0) + 1
                    moments.append(clock.monotonic())
            elif event == "open":
                assert pairing.open().code != code
                moments.clear()
            else:
                users[0] = event == "a user comes"
        except TooManyAttempts as refused:
            assert refused.retry_after is not None and 1 <= refused.retry_after <= 900
        assert max(guesses.values(), default=0) <= 10
        assert len([one for one in moments if clock.monotonic() - one < 900]) <= 30
    clock.advance(900)
    code = pairing.open().code
    assert all(pairing.redeem(code, address=address) == (index == 0) for index, address in enumerate(["10.0.0.1"] * 3))
