"""One of several people's keys is refused after the start: who is still synced, and who waits for a person?"""

from __future__ import annotations

import threading

import pytest

from artframe.host.states import State
from artframe.jobs.run import Outcome
from artframe.testing import ManualClock
from artframe_folder_sync.following import Following
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.hosted import Hosted, Somebody

LATER = 3600


@pytest.fixture
def anna(hosted: Hosted) -> Somebody:
    return hosted.somebody("Anna")


@pytest.fixture
def ben(hosted: Hosted, anna: Somebody) -> Somebody:
    """The second one; nothing but the test looks at the two folders."""
    ben = hosted.somebody("Ben")
    hosted.put(anna, "first.jpg", photo(1))
    hosted.run(anna, ben, watch=False, remote_poll_seconds=LATER)
    return ben


def revoke(hosted: Hosted, *people: Somebody) -> None:
    """In Immich, their keys are deleted."""
    with hosted.server.site.store.writing() as database:
        for one in people:
            database.execute("DELETE FROM api_key WHERE user_id = ?", (one.user_id,))


def look(hosted: Hosted, index: int) -> None:
    """A quick run for one of them."""
    hosted.keeper(index).has_news = True
    hosted.host.command("job run", job="one/changes", wait=False)


def test_a_key_that_is_refused_when_only_its_own_folder_is_looked_at_stops_nobody_else(
    hosted: Hosted, anna: Somebody, ben: Somebody
) -> None:
    revoke(hosted, anna)
    look(hosted, 0)
    hosted.wait_for_runs("changes", 1)
    hosted.put(ben, "b.jpg", photo(2))
    assert hosted.full().outcome is Outcome.GOOD
    assert hosted.names(ben) == ["b.jpg"]
    assert hosted.problems()[f"off/{anna.user_id}"].startswith("Anna: ")


def test_when_the_last_key_is_refused_the_plugin_waits_for_a_person(
    hosted: Hosted, anna: Somebody, ben: Somebody
) -> None:
    revoke(hosted, anna, ben)
    look(hosted, 0)
    hosted.wait_for_runs("changes", 1)
    look(hosted, 1)
    hosted.host.wait_for("one", State.NEEDS_ATTENTION)


def test_nothing_is_due_for_one_who_waits_for_a_person(hosted: Hosted, anna: Somebody, ben: Somebody) -> None:
    (anna.folder / "first.jpg").unlink()
    hosted.settle()
    hosted.full()
    revoke(hosted, anna)
    assert hosted.full().outcome is Outcome.GOOD
    hosted.settle()
    keepers = hosted.plugin().keepers
    assert keepers[0].look_again is not None, "its deletion would be due now"
    begun: list[bool] = []

    def start(full: bool) -> bool:
        begun.append(full)
        return True

    clock = ManualClock(hosted.clock.now())
    following = Following(
        lambda: keepers,
        clock=clock,
        poll_seconds=LATER,
        watching=False,
        told=lambda keeper: None,
        start=start,
        reopen=lambda: None,
    )
    thread = threading.Thread(target=following.follow)
    thread.start()
    clock.wait_for_sleepers()
    following.stop()
    thread.join()
    assert begun == [True]
