"""The setup card and the problems follow how one gets in: another code, another address, a disk that takes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from artframe.access import Access
from artframe.access.passwords import Cost
from artframe.core.calling import Caller
from artframe.core.commands import CommandRegistry
from artframe.core.events import EventBus
from artframe.display.first_steps import Reach
from artframe.host.problems import Problems
from artframe.reaching import Reaching, reach_lines
from artframe.testing import ManualClock

FINGERPRINT = "SHA256:Zr0N3pYcD8bQk7sXhJ5mW2vT9uLfA1gE6iOoCqRyBtM"


class Wall:
    """Stands in for the picture: notes what the card says each time it is drawn."""

    def __init__(self) -> None:
        self.slideshow = self
        self.drawn: list[Reach] = []
        self.reach: Callable[[], Reach] = Reach

    def reached(self, reach: Callable[[], Reach]) -> None:
        self.reach = reach

    def library_changed(self) -> None:
        self.drawn.append(self.reach())


class House:
    def __init__(self, folder: Path, *, demo: bool = False) -> None:
        self.clock = ManualClock()
        self.events = EventBus()
        self.caller = Caller(asyncio.get_running_loop())
        self.access = Access(folder, self.clock, self.events, cost=Cost(n=16, r=1, p=1))
        self.problems = Problems(folder / "problems.json", clock=self.clock, events=self.events)
        self.wall = Wall()
        self.facts: dict[str, Any] = {"web": {"running": True, "urls": ["http://10.0.0.5:8080", "http://frame:8080"]}}
        self.reaching = Reaching(
            access=self.access,
            facts=lambda: self.facts,
            picture=self.wall,  # type: ignore[arg-type]
            problems=self.problems,
            caller=self.caller,
            clock=self.clock,
            events=self.events,
            demo=demo,
        )

    @property
    def card(self) -> Reach:
        return self.wall.drawn[-1]

    async def rest(self) -> None:
        """Until everybody who has something to do has done it and waits for the clock."""
        for _ in range(5):
            await asyncio.to_thread(self.clock.wait_for_sleepers)
            await asyncio.sleep(0)

    async def pass_time(self, seconds: float) -> None:
        await self.rest()
        self.clock.advance(seconds)
        await self.rest()


@asynccontextmanager
async def house(folder: Path, *, demo: bool = False) -> AsyncIterator[House]:
    new = House(folder, demo=demo)
    new.reaching.start()
    await new.rest()
    try:
        yield new
    finally:
        await new.reaching.stop()
        new.caller.close()


def test_the_card_is_drawn_anew_when_the_code_runs_out_and_only_then(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            first = frame.card
            assert first == Reach(address="http://10.0.0.5:8080", code=frame.access.pairing.code)
            for _ in range(119):
                await frame.pass_time(15)
            assert len(frame.wall.drawn) == 1
            await frame.pass_time(15)
            assert len(frame.wall.drawn) == 2
            assert frame.card.code == frame.access.pairing.code != first.code

    asyncio.run(tell())


def test_no_code_is_shown_a_moment_longer_than_it_is_good(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            await frame.pass_time(7)
            opened = frame.access.pairing.open()
            await frame.rest()
            for _ in range(180):
                await frame.pass_time(10)
            assert frame.card.code == frame.access.pairing.code != opened.code

    asyncio.run(tell())


def test_the_card_follows_pairing_at_once(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            opened = frame.access.pairing.open()
            await frame.rest()
            assert frame.card.code == opened.code
            await asyncio.to_thread(frame.access.pair, opened.code, "Ada", "correct horse", address="10.0.0.9")
            await frame.rest()
            assert (frame.card.code, frame.card.address) == ("", "http://10.0.0.5:8080")
            frame.access.accounts.remove("Ada")
            await frame.rest()
            assert frame.card.code == frame.access.pairing.code != ""

    asyncio.run(tell())


def test_the_card_follows_address_and_host_key(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            frame.facts = {
                "web": {"running": True, "urls": ["http://10.0.0.77:8080"]},
                "ssh": {"running": True, "port": 8022, "fingerprint": FINGERPRINT},
            }
            await frame.pass_time(15)
            assert (frame.card.address, frame.card.fingerprint) == ("http://10.0.0.77:8080", FINGERPRINT)
            frame.facts = {"web": {"running": False, "urls": []}, "ssh": {"running": False, "fingerprint": FINGERPRINT}}
            await frame.pass_time(15)
            assert (frame.card.address, frame.card.fingerprint) == ("", "")
            assert frame.reaching.pages() == ()

    asyncio.run(tell())


def test_the_demo_shows_no_code(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path, demo=True) as frame:
            assert frame.card.code == ""
            assert frame.reaching.as_json()["pairing_until"] is None

    asyncio.run(tell())


def test_what_is_wrong_with_the_list_of_users_is_a_problem_until_it_is_mended(tmp_path: Path) -> None:
    (tmp_path / "access.json").write_text("{")

    async def tell() -> None:
        async with house(tmp_path) as frame:
            (problem,) = frame.problems
            assert "damaged" in problem.message and "artframe pair" in problem.hint
            await asyncio.to_thread(
                frame.access.pair, frame.access.pairing.code, "Ada", "correct horse", address="10.0.0.9"
            )
            await frame.rest()
            assert not list(frame.problems)

    asyncio.run(tell())


def test_visits_are_kept_through_the_end(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            secret, _ = frame.access.pair(
                frame.access.pairing.code, "Ada", "correct horse", address="10.0.0.9", user_agent="Firefox/1 iPad"
            )
            await frame.pass_time(600)
            frame.access.sessions.find(secret)
            seen = frame.clock.now()
        again = Access(tmp_path, frame.clock)
        assert again.sessions.list()[0].seen == seen

    asyncio.run(tell())


def test_a_face_that_fails_to_tell_stops_nothing(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            broken, frame.facts = frame.facts, None  # type: ignore[assignment]
            await frame.pass_time(15)
            frame.facts = broken | {"web": {"running": True, "urls": ["http://10.0.0.6:8080"]}}
            await frame.pass_time(15)
            assert frame.card.address == "http://10.0.0.6:8080"

    asyncio.run(tell())


def test_status_never_tells_the_code_and_says_how_to_get_it(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            told = frame.reaching.as_json()
            text = "\n".join(reach_lines(told))
            assert frame.access.pairing.code not in f"{told}{text}".replace(str(told["pairing_until"]), "")
            assert "http://10.0.0.5:8080" in text and "'artframe pair' shows the code" in text
            assert "SSH is not up" in text
            frame.access.accounts.add("Ada", "correct horse")
            frame.facts["ssh"] = {"running": True, "port": 8022, "fingerprint": FINGERPRINT}
            text = "\n".join(reach_lines(frame.reaching.as_json()))
            assert f"port 8022, host key {FINGERPRINT}" in text and "1 user" in text and "pair" not in text

    asyncio.run(tell())


def test_the_names_that_are_known_are_suggested(tmp_path: Path) -> None:
    async def tell() -> None:
        async with house(tmp_path) as frame:
            registry = CommandRegistry()
            frame.reaching.register(registry)
            user = frame.access.accounts.add("Ada", "correct horse")
            _, session = frame.access.sessions.create(user)
            frame.access.tokens.create("Home Assistant")
            known = {what: registry.suggestions(what) for what in ("user", "session", "token")}
            assert known == {"user": ("Ada",), "session": (session.id,), "token": ("Home Assistant",)}

    asyncio.run(tell())
