"""Does a function run on the loop or in a worker thread? Decided once, here, for every call into foreign code."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
R = TypeVar("R")


class Caller:
    """Runs ``async def`` on the loop and ``def`` in the worker pool, so that a slow ``def`` never holds up the loop.

    Create it on the loop's thread. ``workers`` is the size of the pool for sync code (decoding, requests, file I/O).
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, workers: int = 4) -> None:
        self.loop = loop
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="worker")

    async def call(self, function: Callable[P, R | Awaitable[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function where it belongs and return what it returns; its exceptions pass through."""
        if inspect.iscoroutinefunction(inspect.unwrap(function)):
            return await cast("Awaitable[R]", function(*args, **kwargs))
        bound = functools.partial(function, *args, **kwargs)
        return cast("R", await self.loop.run_in_executor(self._pool, bound))

    async def call_in_own_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Like ``call``, for what runs for minutes (a job): it must not occupy a worker that decodes pictures."""
        if inspect.iscoroutinefunction(inspect.unwrap(function)):
            return await cast("Awaitable[R]", function(*args, **kwargs))
        answer: Future[R] = Future()
        # As running it cannot be cancelled: a caller who gives up leaves the thread a place to put its answer.
        answer.set_running_or_notify_cancel()

        def run() -> None:
            try:
                answer.set_result(function(*args, **kwargs))
            except BaseException as error:
                answer.set_exception(error)

        threading.Thread(target=run, name=getattr(function, "__name__", "work"), daemon=True).start()
        return await asyncio.wrap_future(answer, loop=self.loop)

    def from_thread(self, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Ask the loop to call a function soon; any thread. Silently nothing once the loop is closed."""
        try:
            self.loop.call_soon_threadsafe(functools.partial(function, *args, **kwargs))
        except RuntimeError:
            if not self.loop.is_closed():
                raise

    def close(self) -> None:
        """Take no new work; what runs is left to end by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)
