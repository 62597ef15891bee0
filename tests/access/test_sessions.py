"""Who is signed in, for how long, and what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from artframe.access import Session, User
from artframe.errors import AuthFailed
from artframe.testing import ManualClock
from tests.access.conftest import PASSWORD, Door

IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
DAY = 86400.0


@pytest.fixture
def ada(door: Door) -> User:
    return door.access.accounts.add("Ada", PASSWORD)


def found(door: Door, secret: str) -> Session:
    session = door.access.sessions.find(secret)
    assert session is not None
    return session


def test_a_session_is_found_by_its_secret_after_a_restart_too(door: Door, ada: User) -> None:
    secret, session = door.access.sessions.create(ada, user_agent=IPHONE)
    assert len(secret) >= 43, "256 bits"
    assert session.label == "Safari on iPhone"
    assert found(door, secret) == session
    again = found(door.restarted(), secret)
    assert (again.id, again.user, again.csrf, again.label) == (session.id, ada, session.csrf, session.label)
    for wrong in ("", secret[:-1], secret + "x", session.id, session.csrf, "x" * 10_000, "\ud800"):
        assert door.access.sessions.find(wrong) is None


def test_the_file_lets_nobody_in_who_reads_it(door: Door, ada: User) -> None:
    secret, session = door.access.sessions.create(ada)
    text = door.file.read_text()
    assert secret not in text and session.csrf not in text and session.csrf != secret
    assert door.access.sessions.list()[0].csrf == ""


def test_each_session_has_a_form_key_of_its_own(door: Door, ada: User) -> None:
    assert len({door.access.sessions.create(ada)[1].csrf for _ in range(5)}) == 5


def test_thirty_days_without_a_visit_end_a_session(door: Door, ada: User) -> None:
    secret, session = door.access.sessions.create(ada)
    assert session.expires - session.created == timedelta(days=30)
    for _ in range(5):
        door.clock.advance(29 * DAY)
        assert found(door, secret).seen == door.clock.now()
    door.clock.advance(30 * DAY)
    assert door.access.sessions.find(secret) is None
    assert door.access.sessions.list() == ()


def test_half_a_year_ends_a_session_however_often_it_is_used(door: Door, ada: User) -> None:
    secret, _ = door.access.sessions.create(ada)
    for _ in range(179):
        door.clock.advance(DAY)
        found(door, secret)
    assert found(door, secret).expires - door.clock.now() == timedelta(days=1)
    door.clock.advance(DAY)
    assert door.access.sessions.find(secret) is None


def test_a_frame_that_was_off_for_long_has_forgotten_its_visitors(door: Door, ada: User) -> None:
    secret, _ = door.access.sessions.create(ada)
    door.clock.advance(31 * DAY)
    assert door.restarted().access.sessions.find(secret) is None


def test_visits_are_written_once_an_hour_at_most_and_at_the_end(door: Door, ada: User) -> None:
    secret, _ = door.access.sessions.create(ada)
    written = [door.file.stat().st_ino]
    for _ in range(180):
        door.clock.advance(60)
        found(door, secret)
        door.access.keep_up()
        if door.file.stat().st_ino != written[-1]:
            written.append(door.file.stat().st_ino)
    assert len(written) == 1 + 3
    door.clock.advance(60)
    door.access.keep_up()
    seen = found(door, secret).seen
    door.access.close()
    assert door.restarted().access.sessions.list()[0].seen == seen


def test_an_hour_without_visits_writes_nothing(door: Door, ada: User) -> None:
    door.access.sessions.create(ada)
    before = door.file.stat()
    door.clock.advance(3700)
    door.access.keep_up()
    door.access.close()
    assert door.file.stat().st_mtime_ns == before.st_mtime_ns


def test_a_session_that_is_ended_stays_ended(door: Door, ada: User) -> None:
    secret, session = door.access.sessions.create(ada)
    assert door.access.sessions.end(session.id)
    assert not door.access.sessions.end(session.id)
    for one in (door, door.restarted()):
        assert one.access.sessions.find(secret) is None


def test_all_sessions_but_this_one_are_ended(door: Door, ada: User) -> None:
    bob = door.access.accounts.add("Bob", PASSWORD)
    _, here = door.access.sessions.create(ada)
    for user in (ada, ada, bob):
        door.access.sessions.create(user)
    assert door.access.sessions.end_all("ADA", keep=here.id) == 2
    assert {one.user.name for one in door.access.sessions.list()} == {"Ada", "Bob"}
    assert [one.id for one in door.access.sessions.list("ada")] == [here.id]


def test_the_twenty_first_session_ends_the_one_that_rested_longest(door: Door, ada: User) -> None:
    secrets = []
    for _ in range(20):
        secrets.append(door.access.sessions.create(ada)[0])
        door.clock.advance(60)
    found(door, secrets[0])
    door.clock.advance(60)
    secrets.append(door.access.sessions.create(ada)[0])
    alive = [bool(door.access.sessions.find(secret)) for secret in secrets]
    assert alive == [True, False, *[True] * 19]
    assert len(door.restarted().access.sessions.list("Ada")) == 20


def test_nobody_is_let_in_who_was_changed_between_the_password_and_the_session(door: Door, ada: User) -> None:
    door.access.accounts.set_password("Ada", "another horse")
    with pytest.raises(AuthFailed):
        door.access.sessions.create(ada)
    door.access.accounts.remove("Ada")
    newcomer = door.access.accounts.add("Ada", PASSWORD)
    with pytest.raises(AuthFailed):
        door.access.sessions.create(ada)
    assert door.access.sessions.list() == ()
    door.access.sessions.create(newcomer)


def test_a_clock_that_is_put_right_signs_nobody_out(door: Door) -> None:
    # A Pi without a battery wakes up in the past; the network tells it the time after somebody has paired.
    door.clock = ManualClock(datetime(2025, 1, 1, tzinfo=UTC))
    door = door.restarted()
    secret, _ = door.access.sessions.create(door.access.accounts.add("Ada", PASSWORD))
    door.clock.advance(60)
    door.clock.set_wall(datetime(2026, 5, 1, tzinfo=UTC))
    assert found(door, secret).created == datetime(2026, 5, 1, tzinfo=UTC) - timedelta(seconds=60)
    door.access.close()
    assert door.restarted().access.sessions.find(secret) is not None


def test_a_clock_that_wakes_up_in_the_past_signs_nobody_out(door: Door, ada: User) -> None:
    secret, _ = door.access.sessions.create(ada)
    door.clock.set_wall(datetime(2025, 1, 1, tzinfo=UTC))
    assert door.restarted().access.sessions.find(secret) is not None


@pytest.mark.parametrize(
    ("user_agent", "label"),
    [
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/136.0 Mobile Safari/537.36",
         "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/136.0 Safari/537.36 Edg/136.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0", "Firefox on Linux"),
        ("curl/8.5.0", "curl"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_device_is_called_as_its_owner_calls_it(door: Door, ada: User, user_agent: str, label: str) -> None:
    assert door.access.sessions.create(ada, user_agent=user_agent)[1].label == label
