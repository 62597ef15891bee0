"""Who may connect when many want to, and what the log says of those who may not."""

from __future__ import annotations

import logging

import pytest

from artframe.interfaces.ssh.admission import STRANGERS_OF_ONE, Admission, Refusals, Visit
from artframe.testing import ManualClock


class Door:
    def __init__(self, places: int) -> None:
        self.admission = Admission(places)
        self.closed: list[str] = []

    def come(self, address: str, *, known: bool = False) -> Visit | str:
        visit = self.admission.enter(address, lambda: self.closed.append(address))
        if known and isinstance(visit, Visit):
            visit.welcome()
        return visit


def test_few_strangers_of_one_address_may_log_in_at_once() -> None:
    door = Door(24)
    visits = [door.come("10.0.0.1") for _ in range(STRANGERS_OF_ONE)]
    assert door.come("10.0.0.1") == "too many logins at once from this address"
    assert isinstance(door.come("10.0.0.2"), Visit)
    assert isinstance(visits[0], Visit)
    visits[0].leave()
    assert isinstance(door.come("10.0.0.1"), Visit)


def test_one_address_takes_half_of_the_places() -> None:
    door = Door(10)
    for _ in range(5):
        assert isinstance(door.come("10.0.0.1", known=True), Visit)
    assert door.come("10.0.0.1") == "too many connections from this address"
    assert isinstance(door.come("10.0.0.2", known=True), Visit)


def test_the_addresses_of_one_home_count_as_one() -> None:
    door = Door(24)
    for number in range(STRANGERS_OF_ONE):
        assert isinstance(door.come(f"2001:db8:1:1::{number}"), Visit)
    assert isinstance(door.come("2001:db8:1:1::ffff"), str)
    assert isinstance(door.come("2001:db8:1:2::1"), Visit)


def test_strangers_never_take_the_places_of_all_others() -> None:
    door = Door(10)
    for number in range(5):
        assert isinstance(door.come(f"10.0.0.{number}"), Visit)
    assert isinstance(door.come("10.0.1.1"), Visit), "a newcomer comes in"
    assert door.closed == ["10.0.0.0"], "for the one who has been a stranger for longest"
    assert len(door.admission.visits) == 5


def test_who_has_shown_a_key_is_never_sent_away_for_another() -> None:
    door = Door(4)
    for number in range(4):
        assert isinstance(door.come(f"10.0.0.{number}", known=True), Visit)
    assert door.come("10.0.1.1") == "too many connections"
    assert door.closed == []


def test_a_single_place_is_one_that_can_be_taken() -> None:
    door = Door(1)
    assert isinstance(door.come("10.0.0.1", known=True), Visit)
    assert isinstance(door.come("10.0.0.1"), str)


def test_an_attack_neither_goes_unnoticed_nor_fills_the_log(
    manual_clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    refusals = Refusals(manual_clock)
    for _ in range(1000):
        refusals.note("10.0.0.1", "no key")
    assert len(caplog.records) == 1
    for number in range(1000):
        refusals.note(f"10.0.{number // 250}.{number % 250}", "no key")
    assert len(caplog.records) == 10
    manual_clock.advance(61)
    refusals.note("10.0.0.1", "no key")
    assert caplog.records[-1].getMessage() == (
        "SSH: refused 10.0.0.1: no key (990 more were refused since the last line)"
    )
