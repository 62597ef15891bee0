"""What does an event of the frame look like as JSON, to whoever follows along?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from artframe.config.snapshot import ConfigChanged, ConfigProblemsChanged
from artframe.host.problems import ProblemsChanged
from artframe.host.states import PluginRemoved, PluginStateChanged
from artframe.interfaces.runner import CommandEnded, CommandProgress
from artframe.jobs.run import JobEnded, JobProgress, JobStarted
from artframe.library.photo import LibraryChanged, PhotoShown

Data = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of event: its name in the feed, and what is told of it.

    ``series``: only the latest event of the same series (a job's progress) is worth keeping; None: each one is.
    """

    name: str
    event: type[Any]
    data: Callable[[Any], Data]
    series: Callable[[Any], str] | None = None


def _plugin_state(event: PluginStateChanged) -> Data:
    return {
        "instance": event.instance,
        "kind": event.kind,
        "old": event.old.value,
        "new": event.new.value,
        "text": event.new.text,
        "reason": event.reason,
        "hint": event.hint,
        "next_try": event.next_try.isoformat() if event.next_try is not None else None,
    }


def _config_changed(event: ConfigChanged) -> Data:
    return {
        "frame": event.frame,
        "added": sorted(event.added),
        "removed": sorted(event.removed),
        "changed": sorted(event.changed),
    }


KINDS: tuple[Kind, ...] = (
    Kind(name="photo_shown", event=PhotoShown, data=lambda event: {**event.local.as_json(), "reason": event.reason}),
    Kind(name="library_changed", event=LibraryChanged, data=lambda event: {"source": event.source}),
    Kind(name="job_started", event=JobStarted, data=lambda event: {"job": event.job, "owner": event.owner}),
    Kind(
        name="job_progress",
        event=JobProgress,
        data=lambda event: {
            "job": event.job,
            "owner": event.owner,
            **event.progress.as_json(),
            **event.pace.as_json(),
        },
        series=lambda event: str(event.job),
    ),
    Kind(
        name="job_ended",
        event=JobEnded,
        data=lambda event: {"job": event.run.job, "owner": event.run.owner, **event.run.as_json()},
    ),
    Kind(name="plugin_state", event=PluginStateChanged, data=_plugin_state),
    Kind(
        name="plugin_removed",
        event=PluginRemoved,
        data=lambda event: {"instance": event.instance, "kind": event.kind},
    ),
    Kind(
        name="problems",
        event=ProblemsChanged,
        data=lambda event: {"problems": [problem.as_json() for problem in event.problems]},
        series=lambda event: "",
    ),
    Kind(name="config_changed", event=ConfigChanged, data=_config_changed),
    Kind(
        name="config_problems",
        event=ConfigProblemsChanged,
        data=lambda event: {"problems": [problem.as_json() for problem in event.problems]},
        series=lambda event: "",
    ),
    Kind(
        name="command_progress",
        event=CommandProgress,
        data=lambda event: {**event.run.as_json(), **event.progress.as_json()},
        series=lambda event: str(event.run.id),
    ),
    Kind(
        name="command_ended",
        event=CommandEnded,
        data=lambda event: {**event.run.as_json(), "error": event.error},
    ),
)
TYPES: tuple[str, ...] = tuple(kind.name for kind in KINDS)
"""All types of the feed, besides ``reload``."""
