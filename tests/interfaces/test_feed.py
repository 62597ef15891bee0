"""What happens on the frame, numbered, for whoever follows along and comes back."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem
from artframe.config.snapshot import Config, ConfigChanged, ConfigProblemsChanged
from artframe.core.calling import Caller
from artframe.core.commands import CommandRegistry, command, describe
from artframe.core.events import EventBus
from artframe.core.task import Progress, Task
from artframe.host.problems import Problems
from artframe.host.states import PluginRemoved, PluginStateChanged, State
from artframe.interfaces.feed import Feed, Follower, Item
from artframe.interfaces.feed_events import KINDS
from artframe.interfaces.runner import OWNER, CommandEnded, CommandProgress, CommandRun, Runner
from artframe.jobs.pace import Pace
from artframe.jobs.run import JobEnded, JobProgress, JobRun, JobStarted, Outcome
from artframe.library.photo import LibraryChanged, LocalPhoto, Photo, PhotoShown
from artframe.testing import ManualClock

CLOCK = ManualClock()
RUN = CommandRun(id=7, command="job run", actor="web: ada", started=CLOCK.now())
PHOTO = LocalPhoto(source="family", path=Path("/secret/place/a.jpg"), photo=Photo(id="1", name="a.jpg", version="1"))
HAPPENED = [
    PhotoShown(local=PHOTO, reason="the newest"),
    LibraryChanged(source="family"),
    JobStarted(job="family/sync", owner="family"),
    JobProgress(
        job="family/sync",
        owner="family",
        progress=Progress(done=3, total=9, message="a.jpg"),
        pace=Pace(CLOCK).reading(),
    ),
    JobEnded(run=JobRun(job="family/sync", owner="family", outcome=Outcome.GOOD, started=CLOCK.now(), seconds=1.5)),
    PluginStateChanged(instance="family", kind="immich", old=State.STARTING, new=State.RUNNING),
    PluginRemoved(instance="family", kind="immich"),
    ConfigChanged(
        config=Config(frame=FrameSettings()),
        frame=True,
        added=frozenset({"b", "a"}),
        removed=frozenset(),
        changed=frozenset(),
    ),
    ConfigProblemsChanged(problems=(ConfigProblem(file="frame.json", what="is wrong"),)),
    CommandProgress(run=RUN, progress=Progress(done=1, total=2)),
    CommandEnded(run=RUN),
]


def progress_of(owner: str, done: int) -> JobProgress:
    progress = Progress(done=done)
    return JobProgress(job=f"{owner}/sync", owner=owner, progress=progress, pace=Pace(CLOCK).reading())


Test = Callable[[Feed, EventBus], Awaitable[None]]


def with_feed(test: Test, clock: ManualClock | None = None, **sizes: int) -> None:
    async def run() -> None:
        caller = Caller(asyncio.get_running_loop())
        events = EventBus()
        feed = Feed(events, caller, clock or ManualClock(), **sizes)
        try:
            async with asyncio.timeout(10):
                await test(feed, events)
        finally:
            feed.stop()
            caller.close()
        assert events.listener_count == 0, "somebody was forgotten"

    asyncio.run(run())


async def settled() -> None:
    """What was handed to the loop so far has been done."""
    for _ in range(3):
        await asyncio.sleep(0)


async def after(follower: Follower, count: int) -> list[Item]:
    found = [await follower.next() for _ in range(count)]
    return [item for item in found if item is not None]


def test_everything_that_happens_is_told_in_order() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        follower = feed.follow()
        problems = Problems(Path("/nowhere/problems.json"), clock=ManualClock(), events=events)
        problems.problem("frame", "panel", "there is no screen")
        for event in HAPPENED:
            events.publish(event)
        told = await after(follower, 1 + len(HAPPENED))
        assert {item.type for item in told} == {kind.name for kind in KINDS}
        assert [int(item.id.partition("-")[2]) for item in told] == list(range(1, len(told) + 1))
        assert all("secret" not in str(item.as_json()) for item in told), "no path of this machine"
        by_type = {item.type: item.as_json() for item in told}
        expected = {"job": "family/sync", "owner": "family", "done": 3, "total": 9, "message": "a.jpg"}
        assert by_type["job_progress"]["data"].items() >= expected.items()
        assert by_type["config_changed"]["data"]["added"] == ["a", "b"]
        assert by_type["problems"]["data"]["problems"][0]["message"] == "there is no screen"

    with_feed(test)


def test_events_of_other_threads_arrive_too() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        follower = feed.follow()
        threading.Thread(target=events.publish, args=(HAPPENED[0],)).start()
        (item,) = await after(follower, 1)
        assert item.data["name"] == "a.jpg"

    with_feed(test)


def test_who_comes_back_is_told_what_was_missed() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        feed.tell("photo_shown", {"name": "a"})
        known = feed.latest
        feed.tell("photo_shown", {"name": "b"})
        feed.tell("job_started", {"job": "c"})
        assert [item.type for item in await after(feed.follow(known), 2)] == ["photo_shown", "job_started"]
        assert [item.type for item in await after(feed.follow(known, ["job_started"]), 1)] == ["job_started"]
        late = feed.follow(feed.latest)
        feed.tell("photo_shown", {"name": "d"})
        assert [item.data for item in await after(late, 1)] == [{"name": "d"}]

    with_feed(test)


@pytest.mark.parametrize(
    "since", ["", "1", "x-1", "-", "0badcafe-1", "{epoch}-99", "{epoch}--1", "{epoch}-x", "{epoch}-" + "9" * 50]
)
def test_who_knows_nothing_of_this_start_is_told_to_look_at_everything(since: str) -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        feed.tell("photo_shown", {})
        epoch = feed.latest.partition("-")[0]
        (item,) = await after(feed.follow(since.replace("{epoch}", epoch), ["job_started"]), 1)
        assert (item.type, item.id) == ("reload", feed.latest)

    with_feed(test)


def test_who_was_away_for_too_long_is_told_to_look_at_everything() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        feed.tell("photo_shown", {})
        known = feed.latest
        for _ in range(5):
            feed.tell("photo_shown", {})
        assert (await after(feed.follow(known), 1))[0].type == "photo_shown"
        feed.tell("photo_shown", {})
        assert (await after(feed.follow(known), 1))[0].type == "reload"

    with_feed(test, kept=5, waiting=50)


def test_of_progress_only_the_latest_is_remembered() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        feed.tell("photo_shown", {})
        known = feed.latest
        for done in range(1000):
            events.publish(progress_of("a", done))
            events.publish(progress_of("b", done))
        await settled()
        told = await after(feed.follow(known), 2)
        assert [(item.data["job"], item.data["done"]) for item in told] == [("a/sync", 999), ("b/sync", 999)]

    with_feed(test, kept=5)


def test_a_command_that_reports_each_step_does_not_drown_the_others() -> None:
    clock = ManualClock()

    @command("work")
    async def work(task: Task) -> None:
        """Report ten thousand steps at once, and three a moment later."""
        task.plan(10_003)
        for _ in range(10_000):
            task.step()
        clock.advance(0.3)
        for _ in range(3):
            task.step()

    async def test(feed: Feed, events: EventBus) -> None:
        follower = feed.follow()
        caller = Caller(asyncio.get_running_loop())
        await Runner(CommandRegistry(), caller, clock, events).run(describe(work), {}, actor=OWNER)
        caller.close()
        told = await after(follower, 4)
        assert [item.data.get("done") for item in told] == [0, 10_001, 10_003, None]

    with_feed(test, clock)


def test_who_is_too_slow_is_let_go_and_holds_up_nobody() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        slow, quick = feed.follow(), feed.follow()
        for number in range(5):
            feed.tell("photo_shown", {"number": number})
            assert (await after(quick, 1))[0].data["number"] == number
        assert slow.dropped
        assert await slow.next() is None
        assert not quick.dropped

    with_feed(test, waiting=3)


def test_who_has_left_is_told_nothing_more() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        follower = feed.follow()
        feed.leave(follower)
        feed.leave(follower)
        feed.tell("photo_shown", {})
        assert feed.followers == 0
        feed.stop()
        feed.stop()

    with_feed(test)


def test_the_end_lets_everybody_go() -> None:
    async def test(feed: Feed, events: EventBus) -> None:
        waiting = asyncio.ensure_future(feed.follow().next())
        await settled()
        feed.stop()
        assert await waiting is None

    with_feed(test)
