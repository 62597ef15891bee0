"""How does a photo source get its ``<instance>/sync`` job?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

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
            raise NotReady(told(error), error.hint, retry_after=error.retry_after) from error
        except AuthFailed as error:
            raise AuthFailed(told(error), error.hint) from error
        except ConfigError as error:
            raise ConfigError(told(error), error.hint) from error

    def told(error: ArtframeError) -> str:
        return error.message + _what_is_shown(parts.library.count(instance))

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


def _what_is_shown(count: int) -> str:
    if count == 0:
        return "; no photo of it is here yet"
    return f"; showing the {count} photos that are here" if count > 1 else "; showing the one photo that is here"
