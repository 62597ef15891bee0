"""How does a face run a command? One way for all of them: who may, is it confirmed, how far is it, how did it end."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import inspect
import itertools
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.core.commands import Command, CommandRegistry, Effect
from artframe.core.events import EventBus
from artframe.core.exchange import Attachment
from artframe.core.failure import no_room
from artframe.core.task import Progress, Task
from artframe.errors import ArtframeError, AuthFailed, Cancelled, CommandError, NotReady
from artframe.jobs.progress import Throttle

log = logging.getLogger(__name__)

OnProgress = Callable[[Progress], None]
MOST_AT_ONCE = 12
"""So many commands of one actor are at work in threads at once; one actor's keep nobody else from theirs."""
MOST_ITEMS = 10_000
"""So many items of a command that streams make one answer; where there are more (or no end), they are a stream."""


class Scope(enum.Enum):
    """How much somebody may do; the names are those of API tokens."""

    READ = "read"
    CHANGE = "change"
    FULL = "full"

    def allows(self, command: Command) -> bool:
        """Whether somebody of this scope may run the command."""
        if self is Scope.FULL:
            return True
        if command.owner_only:
            return False
        return command.effect is Effect.READS or (self is Scope.CHANGE and command.effect is Effect.CHANGES)


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who runs commands: ``name`` is for the log and for people (``web: ada``, ``ssh: keeper@laptop``)."""

    name: str
    scope: Scope = Scope.FULL


OWNER = Actor(name="command line")
"""Who reaches the control socket owns the frame's files anyway."""


class ConfirmationNeeded(CommandError):
    """The command is dangerous and nobody has said yes yet; nothing was done."""

    def __init__(self, command: Command) -> None:
        super().__init__(
            f"'{command.name}' is not easily undone: {command.summary}", "say --yes to do it", exit_code=64
        )


class CommandBug(CommandError):
    """The command failed for a reason that is no fault of the caller's; the log has the traceback."""

    def __init__(self) -> None:
        super().__init__("the command failed for a reason that is a bug in artframe", "see the log")


class NotPermitted(AuthFailed):
    """Whoever asks has not the rights for this command; nothing was done."""


@dataclass(frozen=True, kw_only=True)
class CommandRun:
    """A command that runs, or ran. ``id`` counts up from 1 at each start of the frame."""

    id: int
    command: str
    actor: str
    started: datetime

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {"id": self.id, "command": self.command, "actor": self.actor, "started": self.started.isoformat()}


@dataclass(frozen=True, kw_only=True)
class CommandProgress:
    """Event: how far a running command is; at most a few in a second."""

    run: CommandRun
    progress: Progress


@dataclass(frozen=True, kw_only=True)
class CommandEnded:
    """Event: a command that reported progress is over; ``error`` is empty when it went well."""

    run: CommandRun
    error: str = ""


class Runner:
    """Runs the commands of a registry; lives on the loop."""

    def __init__(self, registry: CommandRegistry, caller: Caller, clock: Clock, events: EventBus) -> None:
        self.registry = registry
        self._caller = caller
        self._clock = clock
        self._events = events
        self._numbers = itertools.count(1)
        self._threads: dict[asyncio.Future[Any], str] = {}
        self._running: dict[int, tuple[CommandRun, Task, asyncio.Future[Any]]] = {}

    def running(self) -> tuple[CommandRun, ...]:
        """What runs now, the oldest first."""
        return tuple(run for run, _, _ in self._running.values())

    def cancel(self, id: int) -> bool:
        """Ask a running command to end at its next safe place; False if it does not run."""
        if id not in self._running:
            return False
        _, task, work = self._running[id]
        task.cancel()
        work.cancel()
        return True

    async def run(
        self,
        command: Command,
        arguments: Mapping[str, Any],
        *,
        actor: Actor,
        confirmed: bool = False,
        on_progress: OnProgress | None = None,
    ) -> Any:
        """Run it and return its result: JSON data or an Attachment. Cancelling this cancels the command.

        Raises ArtframeError only (and CancelledError); a bug becomes a CommandError, its traceback goes to the log.
        """
        self._permit(command, actor, confirmed)
        if command.streams:
            return await self._all_of(self.stream(command, arguments, actor=actor, confirmed=confirmed), command)
        run = CommandRun(id=next(self._numbers), command=command.name, actor=actor.name, started=self._clock.now())
        told = Throttle(lambda progress: self._events.publish(CommandProgress(run=run, progress=progress)), self._clock)
        task = Task(_both(on_progress, told) if on_progress is not None else told)
        bound = command.bind(arguments, task)
        # A thread cannot be cancelled: it goes on to its next safe place, and what it still makes is thrown away.
        in_thread = not inspect.iscoroutinefunction(inspect.unwrap(command.function))
        if in_thread:
            self._expect_room(command, actor)
        # Many a command waits for a server: it must not occupy a worker that decodes pictures.
        work = asyncio.ensure_future(self._caller.call_in_own_thread(command.function, **bound))
        if in_thread:
            self._threads[work] = actor.name
            work.add_done_callback(self._threads.pop)
        answer = asyncio.shield(work) if in_thread else work
        self._running[run.id] = (run, task, answer)
        error = ""
        try:
            return await answer
        except asyncio.CancelledError:
            task.cancel()
            work.add_done_callback(_throw_away)
            error = "cancelled"
            if (current := asyncio.current_task()) is not None and current.cancelling():
                raise  # whoever waited went away
            raise Cancelled from None
        except Exception as failure:
            wrong = self._told(command, failure)
            error = wrong.message
            raise wrong from failure
        finally:
            del self._running[run.id]
            if command.takes_task:
                told.flush()
                self._events.publish(CommandEnded(run=run, error=error))

    async def stream(
        self, command: Command, arguments: Mapping[str, Any], *, actor: Actor, confirmed: bool = False
    ) -> AsyncGenerator[Any, None]:
        """The items of a command that streams, as they come. Closing the iterator ends the command."""
        self._permit(command, actor, confirmed)
        try:
            async with contextlib.aclosing(command.function(**command.bind(arguments))) as items:
                async for item in items:
                    yield item
        except Exception as failure:
            raise self._told(command, failure) from failure

    def text(self, command: Command, result: Any) -> str | None:
        """The result (or one item of it) for people; None where the command has no text but its JSON.

        Raises CommandError for a result that its own text does not know what to do with: a bug.
        """
        if command.render is None or isinstance(result, Attachment):
            return None
        try:
            if command.streams and isinstance(result, list):
                return "\n".join(command.render(item) for item in result)
            return command.render(result)
        except Exception as failure:
            raise self._told(command, failure) from failure

    def permit(self, command: Command, actor: Actor) -> None:
        """Whether the actor may run it at all, for who asks before taking anything in. Raises NotPermitted."""
        if not actor.scope.allows(command):
            raise NotPermitted(
                f"'{command.name}' needs more rights than '{actor.name}' has; nothing was done",
                "use a token with a larger scope, or the web page",
            )

    def _permit(self, command: Command, actor: Actor, confirmed: bool) -> None:
        self.permit(command, actor)
        if command.effect is Effect.DANGEROUS and not confirmed:
            raise ConfirmationNeeded(command)

    async def _all_of(self, items: AsyncGenerator[Any, None], command: Command) -> list[Any]:
        found: list[Any] = []
        async with contextlib.aclosing(items):
            async for item in items:
                if len(found) == MOST_ITEMS:
                    raise CommandError(
                        f"'{command.name}' has more than {MOST_ITEMS:,} items, which do not come as one answer",
                        "take them one by one, or ask for fewer",
                    )
                found.append(item)
        return found

    def _expect_room(self, command: Command, actor: Actor) -> None:
        """What nobody waits for any more counts as well, until it has ended."""
        if list(self._threads.values()).count(actor.name) >= MOST_AT_ONCE:
            raise NotReady(
                f"{MOST_AT_ONCE} commands of {actor.name} are at work already, so '{command.name}' was not begun",
                "try again soon",
                retry_after=5,
            )

    def _told(self, command: Command, failure: Exception) -> ArtframeError:
        if isinstance(failure, ArtframeError):
            return failure
        if (full := no_room(failure)) is not None:
            return full
        log.error("the command '%s' failed because of a bug", command.name, exc_info=failure)
        return CommandBug()


def _both(one: OnProgress, other: OnProgress) -> OnProgress:
    def report(progress: Progress) -> None:
        one(progress)
        other(progress)

    return report


def _throw_away(work: asyncio.Future[Any]) -> None:
    if not work.cancelled() and work.exception() is None and isinstance(found := work.result(), Attachment):
        found.discard()
