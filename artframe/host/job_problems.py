"""What does a failing job of a plugin mean for the plugin and for the person?"""

from __future__ import annotations

from collections.abc import Callable

from artframe.core.failure import Blame, Failure
from artframe.host.calls import PluginLog
from artframe.host.parts import HostParts
from artframe.host.problems import Severity
from artframe.jobs.run import JobRun, Outcome


class JobProblems:
    """One problem line for each failing job, with the time of the first failure; the plugin goes on running.

    Only what a person must mend (a refused key, a wrong setting) concerns the plugin as a whole.
    """

    def __init__(
        self, parts: HostParts, instance: str, *, log: PluginLog, on_failure: Callable[[Failure], None]
    ) -> None:
        self._parts = parts
        self._instance = instance
        self._log = log
        self._on_failure = on_failure
        self._told: dict[str, str] = {}

    def ended(self, run: JobRun) -> None:
        """Told of every run of the plugin's jobs."""
        if run.outcome is Outcome.GOOD:
            self._parts.problems.clear(self._instance, f"job/{run.job}")
            if self._told.pop(run.job, None) is not None:
                self._log.info("the job %s works again", run.job)
        elif run.failure is not None and run.outcome.is_failure:
            if run.failure.blame is Blame.PERSON:
                self._on_failure(run.failure)
            else:
                self._tell(run, run.failure)

    def _tell(self, run: JobRun, failure: Failure) -> None:
        self._parts.problems.problem(
            self._instance,
            f"job/{run.job}",
            failure.message if failure.blame is Blame.WORLD else f"the job {run.job}: {failure.message}",
            failure.hint,
            Severity.WARNING if failure.blame is Blame.WORLD else Severity.ERROR,
            since=run.failing_since,
        )
        if self._told.get(run.job) != failure.signature:
            self._log.warning("the job %s failed: %s", run.job, failure.message)
        self._told[run.job] = failure.signature
