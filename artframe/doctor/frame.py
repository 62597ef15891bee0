"""What is wrong with the frame itself: its settings, what it reports, its plugins?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from artframe.config.problem import ConfigProblem
from artframe.config.problem import Severity as ConfigSeverity
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding
from artframe.host.entry import Entry
from artframe.host.problems import Problem, Severity
from artframe.host.states import State

SETTINGS = Area("settings")
PROBLEMS = Area("problems")
PLUGINS = Area("plugins")
_TOLD_ELSEWHERE = (("frame", "clock"), ("frame", "panel"), ("frame", "stalled"))
"""Problems that other probes find as well; those of the configuration are found by ``settings``."""


def settings(problems: Iterable[ConfigProblem]) -> Iterator[Finding]:
    """All that is wrong with the configuration files."""
    found = list(problems)
    for problem in found:
        if problem.severity is ConfigSeverity.NOTICE:
            yield SETTINGS.notice(problem.message, problem.hint)
        else:
            yield SETTINGS.warning(
                problem.message,
                problem.hint or said("settings.correct", "correct {file}; saved is applied", file=problem.file),
            )
    if not found:
        yield SETTINGS.fine(said("settings.fine", "all configuration files are fine"))


def problems(current: Iterable[Problem]) -> Iterator[Finding]:
    """What the parts of the frame report at this moment."""
    found = [
        problem
        for problem in current
        if problem.owner != "config" and (problem.owner, problem.key) not in _TOLD_ELSEWHERE
    ]
    for problem in found:
        if problem.severity is Severity.NOTICE:
            yield PROBLEMS.notice(problem.line, problem.hint)
        elif problem.severity is Severity.WARNING:
            yield PROBLEMS.warning(problem.line, problem.hint)
        else:
            yield PROBLEMS.error(problem.line, problem.hint)
    if not found:
        yield PROBLEMS.fine(said("problems.none", "no part of the frame reports a problem"))


async def plugin(entry: Entry) -> list[Finding]:
    """What the plugin finds when it tries its connection and its permissions."""
    if entry.state is State.DISABLED:
        return [
            PLUGINS.fine(said("plugins.disabled", "{instance}: disabled, so it is left alone", instance=entry.instance))
        ]
    found = [
        PLUGINS.fine(f"{entry.instance}: {one.text}")
        if one.ok
        else PLUGINS.error(f"{entry.instance}: {one.text}", one.hint or f"artframe plugin check {entry.instance}")
        for one in await entry.check()
    ]
    return found or [
        PLUGINS.fine(said("plugins.silent", "{instance}: it found nothing to say", instance=entry.instance))
    ]
