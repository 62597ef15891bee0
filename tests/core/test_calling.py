import asyncio
import threading

import pytest

from artframe.core.calling import Caller


def test_def_runs_in_a_worker_and_async_def_on_the_loop() -> None:
    async def main() -> tuple[str, str, str]:
        caller = Caller(asyncio.get_running_loop())

        async def on_loop() -> str:
            return threading.current_thread().name

        def in_worker() -> str:
            return threading.current_thread().name

        try:
            return (
                await caller.call(on_loop),
                await caller.call(in_worker),
                await caller.call_in_own_thread(in_worker),
            )
        finally:
            caller.close()

    on_loop, in_worker, in_own = asyncio.run(main())
    assert on_loop == "MainThread"
    assert in_worker.startswith("worker")
    assert in_own == "in_worker"


def test_exceptions_pass_through_from_every_place() -> None:
    async def main() -> None:
        caller = Caller(asyncio.get_running_loop())

        def broken() -> None:
            raise KeyError("x")

        for call in (caller.call, caller.call_in_own_thread):
            with pytest.raises(KeyError):
                await call(broken)
        caller.close()

    asyncio.run(main())


def test_a_long_job_in_its_own_thread_leaves_every_worker_free() -> None:
    async def main() -> list[int]:
        caller = Caller(asyncio.get_running_loop(), workers=1)
        release = threading.Event()
        jobs = [asyncio.ensure_future(caller.call_in_own_thread(release.wait, 30)) for _ in range(8)]
        try:
            return [await asyncio.wait_for(caller.call(abs, -number), 60) for number in range(3)]
        finally:
            release.set()
            await asyncio.gather(*jobs)
            caller.close()

    assert asyncio.run(main()) == [0, 1, 2]


def test_calls_from_a_thread_after_the_loop_has_closed_are_harmless() -> None:
    loop = asyncio.new_event_loop()
    caller = Caller(loop)
    loop.close()
    caller.from_thread(print, "never")
    caller.close()
