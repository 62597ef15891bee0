import logging
from dataclasses import dataclass

import pytest

from artframe.core.events import EventBus


@dataclass(frozen=True)
class Happened:
    what: str


@dataclass(frozen=True)
class HappenedTwice(Happened):
    pass


def test_listeners_hear_their_type_and_its_children_only() -> None:
    bus = EventBus()
    heard: list[object] = []
    bus.listen(Happened, heard.append)
    bus.publish(Happened("a"))
    bus.publish(HappenedTwice("b"))
    bus.publish("something else")
    assert heard == [Happened("a"), HappenedTwice("b")]


def test_a_released_listener_hears_nothing_and_may_be_released_again() -> None:
    bus = EventBus()
    heard: list[Happened] = []
    release = bus.listen(Happened, heard.append)
    release()
    release()
    bus.publish(Happened("a"))
    assert heard == []


def test_a_failing_listener_reaches_neither_the_publisher_nor_the_others(caplog: pytest.LogCaptureFixture) -> None:
    bus = EventBus()
    heard: list[Happened] = []

    def broken(event: Happened) -> None:
        raise ZeroDivisionError

    bus.listen(Happened, broken)
    bus.listen(Happened, heard.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(Happened("a"))
    assert heard == [Happened("a")]
    assert "a listener for Happened failed" in caplog.text
