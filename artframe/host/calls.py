"""How does artframe call into a plugin? Through here only: every call is contained, judged and counted."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.failure import Blame, CallFailed, Failure, classify
from artframe.errors import ArtframeError, CommandError, NotReady
from artframe.host.waiting import all_done

MOST_QUESTIONS = 16
"""So many questions of visitors a plugin answers at once: more than the pictures a page full of albums asks for."""
_PATIENCE_SECONDS = 5.0
"""How long a cancelled ``async def`` may take to tidy up."""


class CallHung(Exception):
    """A call did not come back in time and was left behind; ``work`` is done when it ends after all."""

    def __init__(self, what: str, seconds: float, work: asyncio.Future[Any]) -> None:
        super().__init__(f"{what} did not come back within {seconds:g} seconds")
        self.what = what
        self.work = work


class PluginLog(logging.LoggerAdapter[logging.Logger]):
    """Log lines say whose they are."""

    def __init__(self, instance: str, kind: str) -> None:
        super().__init__(logging.getLogger(f"artframe.plugins.{kind}"), {"instance": instance})
        self._instance = instance

    def process(self, msg: Any, kwargs: Any) -> tuple[Any, Any]:
        return f"[{self._instance}] {msg}", kwargs


class PluginCalls:
    """All calls into one configured plugin; thread-safe.

    Nothing that a plugin raises gets through, not even SystemExit or KeyboardInterrupt: it becomes CallFailed. A bug is
    logged with its traceback once, until the same call works again or fails in another way.
    """

    def __init__(self, instance: str, *, caller: Caller, clock: Clock, log: PluginLog) -> None:
        self._instance = instance
        self._caller = caller
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._told: dict[str, str] = {}
        self._questions = 0

    def as_question(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, which raises NotReady while a plugin that hangs keeps too many questions waiting.

        Each counts until it comes back, whether or not anybody waits for it any more.
        """
        answer: Callable[..., Any]
        if inspect.iscoroutinefunction(function):

            async def answer(*args: Any) -> Any:
                with self._question():
                    return await function(*args)
        else:

            def answer(*args: Any) -> Any:
                with self._question():
                    return function(*args)

        return answer

    @contextlib.contextmanager
    def _question(self) -> Iterator[None]:
        with self._lock:
            if self._questions >= MOST_QUESTIONS:
                raise NotReady(
                    f"'{self._instance}' still has {MOST_QUESTIONS} questions to answer, so this one was not put to it",
                    "try again later",
                    retry_after=30,
                )
            self._questions += 1
        try:
            yield
        finally:
            with self._lock:
                self._questions -= 1

    def guarded(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, contained; ``async def`` stays that. Raises CallFailed only."""
        contained: Callable[..., Any]
        if inspect.iscoroutinefunction(inspect.unwrap(function)):

            @functools.wraps(function)
            async def contained(*args: Any, **kwargs: Any) -> Any:
                try:
                    result = await function(*args, **kwargs)
                except (asyncio.CancelledError, GeneratorExit):
                    raise  # it is us who end it
                except BaseException as error:
                    raise CallFailed(self._failed(what, error)) from error
                self._worked(what)
                return result
        else:

            @functools.wraps(function)
            def contained(*args: Any, **kwargs: Any) -> Any:
                try:
                    result = function(*args, **kwargs)
                except BaseException as error:
                    raise CallFailed(self._failed(what, error)) from error
                self._worked(what)
                return result

        # The name of the thread, for whoever looks at a hanging frame.
        contained.__name__ = f"{self._instance}: {what}"
        return contained

    def for_caller(self, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Like ``guarded`` for a command: whoever ran it is told in an ArtframeError what went wrong."""
        guarded = self.guarded(what, function)
        answer: Callable[..., Any]
        if inspect.iscoroutinefunction(inspect.unwrap(function)):

            @functools.wraps(function)
            async def answer(*args: Any, **kwargs: Any) -> Any:
                try:
                    return await guarded(*args, **kwargs)
                except CallFailed as failed:
                    raise self._told_to_caller(what, failed.failure) from failed
        else:

            @functools.wraps(function)
            def answer(*args: Any, **kwargs: Any) -> Any:
                try:
                    return guarded(*args, **kwargs)
                except CallFailed as failed:
                    raise self._told_to_caller(what, failed.failure) from failed

        return answer

    async def call(self, what: str, function: Callable[..., Any], *args: Any, seconds: float) -> Any:
        """Call it in a thread of its own or on the loop. Raises CallFailed, or CallHung after so many seconds.

        A worker of the pool would do, but four plugins that hang would then be the end of decoding.
        """
        guarded = self.guarded(what, function)
        work = asyncio.ensure_future(self._caller.call_in_own_thread(guarded, *args))
        try:
            if await all_done([work], clock=self._clock, seconds=seconds):
                return work.result()
            if inspect.iscoroutinefunction(inspect.unwrap(function)):
                work.cancel()
                await all_done([work], clock=self._clock, seconds=_PATIENCE_SECONDS)
        except asyncio.CancelledError:
            work.cancel()
            raise
        if work.done() and not work.cancelled():
            return work.result()
        with self._lock:
            self._counts[what, "hung"] += 1
        work.add_done_callback(_look_at)
        raise CallHung(what, seconds, work)

    def counted(self) -> dict[str, dict[str, int]]:
        """How often each call was made, by how it went."""
        with self._lock:
            counts = sorted(self._counts.items())
        table: dict[str, dict[str, int]] = {}
        for (what, how), count in counts:
            table.setdefault(what, {})[how] = count
        return table

    def _told_to_caller(self, what: str, failure: Failure) -> ArtframeError:
        if isinstance(failure.error, ArtframeError):
            return failure.error
        return CommandError(f"{what} of '{self._instance}' was {failure.message}", failure.hint)

    def _worked(self, what: str) -> None:
        with self._lock:
            self._counts[what, "good"] += 1
            self._told.pop(what, None)

    def _failed(self, what: str, error: BaseException) -> Failure:
        failure = classify(error)
        with self._lock:
            self._counts[what, failure.blame.value] += 1
            is_news = self._told.get(what) != failure.signature
            self._told[what] = failure.signature
        if failure.blame is Blame.PROGRAMMER and is_news:
            self._log.error("%s failed because of a bug in the plugin", what, exc_info=error)
        else:
            self._log.debug("%s: %s", what, failure.message)
        return failure


def _look_at(work: asyncio.Future[Any]) -> None:
    """Nobody waits for a call that hung: asking for its exception keeps asyncio from complaining that nobody did."""
    if not work.cancelled():
        work.exception()
