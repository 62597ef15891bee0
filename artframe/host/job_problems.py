"""What does a failing job of a plugin mean for the plugin and for the person?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from artframe.core.failure import Blame, Failure
from artframe.core.sentence import Sentence, said
from artframe.host.calls import PluginLog
from artframe.host.parts import HostParts
from artframe.host.problems import Severity
from artframe.jobs.run import JobRun, Outcome


class JobProblems:
    """One problem line for each failing job, with the time of the first failure; the plugin goes on running.

    Jobs that fail for the same cause are one line, which stays until all of them work again; none where the plugin
    tells of it itself. Only what a person must mend (a refused key, a wrong setting) concerns the plugin as a whole.
    """

    def __init__(
        self, parts: HostParts, instance: str, *, log: PluginLog, on_failure: Callable[[Failure], None]
    ) -> None:
        self._parts = parts
        self._instance = instance
        self._log = log
        self._on_failure = on_failure
        self._failing: dict[str, _Line] = {}
        """What each job that fails says, the one that began first in front."""

    def ended(self, run: JobRun) -> None:
        """Told of every run of the plugin's jobs."""
        if run.outcome is Outcome.GOOD:
            if self._failing.pop(run.job, None) is not None:
                self._log.info("the job %s works again", run.job)
            self._parts.problems.clear(self._instance, f"job/{run.job}")
            self._show()
        elif run.failure is not None and run.outcome.is_failure:
            if run.failure.blame is Blame.PERSON:
                self._on_failure(run.failure)
            else:
                self._fails(run, run.failure)

    def _fails(self, run: JobRun, failure: Failure) -> None:
        is_world = failure.blame is Blame.WORLD
        line = _Line(
            said=failure.said
            if is_world
            else said("job.failed", "the job {job}: {failure}", job=run.job, failure=failure.said),
            advice=failure.advice,
            severity=Severity.WARNING if is_world else Severity.ERROR,
            since=run.failing_since,
        )
        if all(known.said.english != line.said.english for known in self._failing.values()):
            self._log.warning("the job %s failed: %s", run.job, failure.message)
        self._failing[run.job] = line
        self._show()

    def _show(self) -> None:
        shown: set[str] = set()
        by_plugin = [one.message for one in self._parts.problems.of(self._instance) if one.key.startswith("plugin/")]
        for job, line in self._failing.items():
            message = line.said.english
            if message in shown or any(message in theirs for theirs in by_plugin):
                self._parts.problems.clear(self._instance, f"job/{job}")
                continue
            shown.add(message)
            self._parts.problems.problem(
                self._instance, f"job/{job}", line.said, line.advice, line.severity, since=line.since
            )


@dataclass(frozen=True, kw_only=True)
class _Line:
    """Not the failure itself: that holds on to everything that was going on when it came."""

    said: Sentence
    advice: Sentence
    severity: Severity
    since: datetime | None
