"""What commands that hang cost everybody else: no worker that decodes pictures, and no other actor's commands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from artframe.core.calling import Caller
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry, command
from artframe.core.events import EventBus
from artframe.errors import NotReady
from artframe.interfaces.runner import MOST_AT_ONCE, OWNER, Actor, Runner, Scope

PATIENCE = 60.0
WORKERS = 2
PROGRAM = Actor(name="token: automation", scope=Scope.READ)


class Albums:
    def __init__(self) -> None:
        self.server_answers = threading.Event()
        self.asking = 0

    @command("albums")
    def albums(self) -> int:
        """Ask a server that does not answer."""
        self.asking += 1
        assert self.server_answers.wait(PATIENCE)
        return 1

    @command("note")
    def note(self) -> int:
        """Write to a disk that is full, without a thought of that."""
        return Path("/dev/full").write_text("x")

    @command("here")
    def here(self) -> int:
        """Ask nobody."""
        return 2


def with_runner(test: Callable[[Runner, Caller], Awaitable[None]], albums: Albums) -> None:
    async def run() -> None:
        caller = Caller(asyncio.get_running_loop(), workers=WORKERS)
        registry = CommandRegistry()
        registry.add_all(albums)
        try:
            async with asyncio.timeout(PATIENCE):
                await test(Runner(registry, caller, SystemClock(), EventBus()), caller)
        finally:
            albums.server_answers.set()
            caller.close()

    asyncio.run(run())


def test_commands_that_wait_for_a_server_leave_the_workers_to_the_pictures() -> None:
    albums = Albums()

    async def test(runner: Runner, caller: Caller) -> None:
        name = runner.registry.get("albums")
        waiting = [asyncio.ensure_future(runner.run(name, {}, actor=PROGRAM)) for _ in range(MOST_AT_ONCE)]
        while albums.asking < WORKERS:
            await asyncio.sleep(0)
        assert await caller.call(lambda: "decoded") == "decoded"
        albums.server_answers.set()
        assert await asyncio.gather(*waiting) == [1] * MOST_AT_ONCE

    with_runner(test, albums)


def test_a_disk_that_is_full_is_no_bug_of_the_command() -> None:
    async def test(runner: Runner, caller: Caller) -> None:
        with pytest.raises(NotReady, match="the disk is full"):
            await runner.run(runner.registry.get("note"), {}, actor=PROGRAM)

    with_runner(test, Albums())


def test_one_actor_has_only_so_many_at_once_given_up_ones_included_and_the_others_go_on() -> None:
    albums = Albums()

    async def test(runner: Runner, caller: Caller) -> None:
        name, here = runner.registry.get("albums"), runner.registry.get("here")
        visits = [asyncio.ensure_future(runner.run(name, {}, actor=PROGRAM)) for _ in range(MOST_AT_ONCE)]
        while albums.asking < MOST_AT_ONCE:
            await asyncio.sleep(0)
        for visit in visits:
            visit.cancel()  # the visitor has gone
        await asyncio.gather(*visits, return_exceptions=True)
        assert runner.running() == ()
        with pytest.raises(NotReady, match="at work already"):
            await runner.run(here, {}, actor=PROGRAM)
        assert await runner.run(here, {}, actor=OWNER) == 2
        albums.server_answers.set()
        while True:
            try:
                assert await runner.run(here, {}, actor=PROGRAM) == 2
                return
            except NotReady:
                await asyncio.sleep(0)

    with_runner(test, albums)
