"""What Immich tells when it is asked whether anything changed is used by the run that follows, and not asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from artframe.immich import Immich
from artframe_folder_sync.run.remote import News
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody

LATER = 3600
SEARCH = "/api/search/metadata"


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    """Somebody with two photos on both sides, whose folder the test itself asks for news."""
    anna = hosted.somebody()
    hosted.put(anna, "a.jpg", photo(1))
    hosted.put(anna, "b.jpg", photo(2))
    hosted.run(anna, remote_poll_seconds=LATER, watch=False)
    look(hosted)
    # Immich works on what came to it for a while.
    hosted.host.witness.wait_until(lambda: is_quiet(hosted), "no news of Immich")
    return anna


def is_quiet(hosted: Hosted) -> bool:
    """Whether nothing changed any more since the run before."""
    hosted.clock.advance(3)
    look(hosted)
    return not hosted.keeper().news()


def look(hosted: Hosted) -> None:
    """A quick run."""
    hosted.host.command("job run", job="one/changes")


def searches(hosted: Hosted) -> int:
    return hosted.server.requests.count("POST", SEARCH)


def files(anna: Somebody) -> list[str]:
    return sorted(one.name for one in anna.folder.glob("*.jpg"))


def test_a_run_does_not_ask_again_for_what_it_is_for(hosted: Hosted, anna: Somebody) -> None:
    hosted.server.trash([hosted.asset(anna, photo(1))])
    hosted.server.requests.clear()
    assert hosted.keeper().news()
    told = searches(hosted)
    look(hosted)
    assert files(anna) == ["b.jpg"]
    assert searches(hosted) == told


def test_what_changes_after_the_question_is_news_to_the_next_one(hosted: Hosted, anna: Somebody) -> None:
    hosted.server.trash([hosted.asset(anna, photo(1))])
    assert hosted.keeper().news()
    hosted.clock.advance(5)
    hosted.server.trash([hosted.asset(anna, photo(2))])
    hosted.clock.advance(4)
    look(hosted)
    assert hosted.keeper().news()
    look(hosted)
    assert files(anna) == []


def test_what_was_told_before_another_run_or_long_ago_is_asked_for_anew(hosted: Hosted, anna: Somebody) -> None:
    asset = hosted.asset(anna, photo(1))
    hosted.server.trash([asset])
    assert hosted.keeper().news()
    hosted.server.restore([asset])
    hosted.full()
    look(hosted)
    assert files(anna) == ["a.jpg", "b.jpg"]
    hosted.server.trash([asset])
    assert hosted.keeper().news()
    hosted.server.restore([asset])
    hosted.clock.advance(60)
    look(hosted)
    assert files(anna) == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("meanwhile", ["a run", "a command"])
def test_what_was_told_while_something_else_began_is_asked_for_anew(
    hosted: Hosted, anna: Somebody, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    keeper, asset = hosted.keeper(), hosted.asset(anna, photo(1))
    hosted.server.trash([asset])
    told = keeper.pair.news

    def slowly(since: datetime) -> News:
        news = told(since)
        if meanwhile == "a run":
            hosted.server.restore([asset])
            hosted.full()
        else:
            with keeper.alone():
                hosted.server.restore([asset])
        return news

    monkeypatch.setattr(keeper.pair, "news", slowly)
    assert keeper.news()
    look(hosted)
    assert files(anna) == ["a.jpg", "b.jpg"]


def test_when_this_machine_gets_its_time_nothing_that_changes_afterwards_is_passed_over(
    hosted: Hosted, anna: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a battery it wakes up in the past; the first answer after the jump tells what is the server's time."""
    keeper, jump = hosted.keeper(), timedelta(hours=3)
    apart = timedelta(0)
    monkeypatch.setattr(Immich, "clock_offset", property(lambda client: apart))
    ask = keeper.pair.news

    def answered(since: datetime) -> News:
        nonlocal apart
        news, apart = ask(since), -jump
        return news

    monkeypatch.setattr(keeper.pair, "news", answered)
    hosted.clock.set_wall(hosted.clock.now() + jump)
    hosted.server.trash([hosted.asset(anna, photo(1))])
    assert keeper.news()
    look(hosted)
    hosted.clock.advance(60)
    hosted.server.trash([hosted.asset(anna, photo(2))])
    assert keeper.news()
    look(hosted)
    assert files(anna) == []
