"""How does a photo source get its ``<instance>/sync`` job?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from artframe.core.sentence import Sentence, said
from artframe.core.task import Task
from artframe.errors import ArtframeError, AuthFailed, ConfigError, NotReady
from artframe.host.calls import PluginCalls
from artframe.host.parts import HostParts
from artframe.plugin import PhotoSource

SYNC = "sync"


@dataclass(frozen=True, kw_only=True)
class SyncJob:
    """What the scheduler needs: another ``fingerprint`` than that of the last good sync makes it due.

    ``overdue`` is what the folder says, whatever the history remembers: photos or library were lost since.
    """

    every: timedelta
    fingerprint: str
    overdue: bool
    function: Callable[[Task], Any]


async def sync_job(
    parts: HostParts, calls: PluginCalls, instance: str, plugin: PhotoSource, *, seconds: float
) -> SyncJob:
    """Ask the source how often and what; raises CallFailed or CallHung."""
    every: timedelta = await calls.call("sync_interval", lambda: plugin.sync_interval, seconds=seconds)
    scope: str = await calls.call("scope", lambda: plugin.scope, seconds=seconds)

    def sync(task: Task) -> Any:
        try:
            return parts.mirrors(instance).sync(plugin, task)
        except NotReady as error:
            raise NotReady(told(error), error.advice, retry_after=error.retry_after) from error
        except AuthFailed as error:
            raise AuthFailed(told(error), error.advice) from error
        except ConfigError as error:
            raise ConfigError(told(error), error.advice) from error

    def told(error: ArtframeError) -> Sentence:
        return _with_what_is_shown(error.said, parts.library.count(instance))

    def overdue() -> bool:
        try:
            return parts.mirrors(instance).due(plugin)
        except ArtframeError:
            return True  # the sync will tell what is wrong with the folder

    return SyncJob(
        every=every,
        overdue=await calls.call("due", overdue, seconds=seconds),
        fingerprint=hashlib.sha256(scope.encode()).hexdigest()[:16],
        function=calls.guarded(f"job {SYNC}", sync),
    )


def _with_what_is_shown(trouble: Sentence, count: int) -> Sentence:
    if count == 0:
        return said("sync.nothing_here", "{trouble}; no photo of it is here yet", trouble=trouble)
    if count == 1:
        return said("sync.one_here", "{trouble}; showing the one photo that is here", trouble=trouble)
    return said("sync.some_here", "{trouble}; showing the {count} photos that are here", trouble=trouble, count=count)
