"""How do the runs of several people's folders go one after the other, so that one's trouble is not another's?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from artframe.plugin import ArtframeError, AuthFailed, Cancelled, ConfigError, NotReady, Task, said
from artframe_folder_sync import sayings
from artframe_folder_sync.files.unrest import Changes
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.records import RunReport
from artframe_folder_sync.run.scope import OtherFolder
from artframe_folder_sync.settings import FolderSyncSettings
from artframe_folder_sync.telling import Telling

EVERYTHING = Changes(folders=frozenset(), everything=True)
_FULL, _QUICK = "folder", "changes"


class Runs:
    """The work of the two jobs. Each runs in a thread of its own; a pair is run by one of them at a time.

    ``pictures_changed`` is called when a run did something: there may be other pictures to show. ``request`` has one of
    the two run soon.
    """

    def __init__(
        self,
        telling: Telling,
        log: logging.LoggerAdapter[logging.Logger],
        settings: FolderSyncSettings,
        *,
        pictures_changed: Callable[[], None],
        request: Callable[[str], None],
    ) -> None:
        self._telling = telling
        self._log = log
        self._enabled = settings.sync_enabled
        self._pictures_changed = pictures_changed
        self._request = request
        self._failing: set[str] = set()
        self._logged: dict[str, str] = {}
        self._tasks: list[Task] = []

    @property
    def current(self) -> Task | None:
        """The run that goes on, if there is one."""
        return next(iter(self._tasks), None)

    def cancel(self) -> None:
        """Have every run end at its next safe place."""
        for task in tuple(self._tasks):
            task.cancel()

    def full(self, keepers: Sequence[Keeper], task: Task) -> None:
        """Everything on both sides."""
        with self._noticed(_FULL):
            self._run_each(keepers, [(keeper, EVERYTHING) for keeper in keepers], task)

    def quick(self, keepers: Sequence[Keeper], task: Task) -> None:
        """What changed; where nothing is known to have changed (somebody asked for it), a short look at all."""
        with self._noticed(_QUICK):
            due = [(keeper, keeper.due()) for keeper in keepers]
            wanted = [(keeper, changes) for keeper, changes in due if changes or keeper.has_news]
            self._run_each(keepers, wanted or due, task)

    @contextmanager
    def _noticed(self, job: str) -> Iterator[None]:
        """Each of the two jobs tries again by itself, with growing pauses: when one works again, so may the other."""
        try:
            yield
        except Cancelled:
            raise
        except Exception:
            self._failing.add(job)
            raise
        recovered = job in self._failing
        self._failing.discard(job)
        if job == _FULL and _QUICK in self._failing:
            self._request(_QUICK)
        elif recovered and _FULL in self._failing:
            self._request(_FULL)

    def _run_each(self, keepers: Sequence[Keeper], wanted: Sequence[tuple[Keeper, Changes]], task: Task) -> None:
        if not self._enabled:
            task.say(said("folder_sync.off", "sync is switched off: nothing is changed on either side"))
            return
        failures: list[Exception] = []
        reports: list[RunReport] = []
        left = list(wanted)
        self._tasks.append(task)
        try:
            while left:
                keeper, changes = left[0]
                if not keeper.off:
                    try:
                        reports.append(self._run(keeper, changes, task))
                    except Cancelled:
                        raise
                    except Exception as error:
                        failures.append(error)
                        self._failed(keeper, changes, error, alone=len(keepers) == 1)
                left.pop(0)
        finally:
            self._tasks.remove(task)
            for keeper, changes in left:
                self._give_back(keeper, changes)
        # As long as others go on, what is refused to one concerns that one only.
        self._end(task, reports, failures, others=len(keepers) > 1 and not all(one.off for one in keepers))

    def _run(self, keeper: Keeper, changes: Changes, task: Task) -> RunReport:
        keeper.has_news = False
        report = keeper.run(task, full=changes.everything, folders=changes.folders)
        self._telling.report(keeper, report)
        self._logged.pop(keeper.person.user_id, None)
        if told := sayings.done({kind.value: count for kind, count in report.done.items()}):
            self._log.info("%s: %s", keeper.name, told)
        if any(report.done.values()):
            self._pictures_changed()
        return report

    def _give_back(self, keeper: Keeper, changes: Changes) -> None:
        # A job that was to look at everything is tried again by itself; not so one that a person cancelled.
        if changes is not EVERYTHING:
            keeper.give_back(changes)

    def _failed(self, keeper: Keeper, changes: Changes, error: Exception, *, alone: bool) -> None:
        if changes is not EVERYTHING:
            keeper.owe(changes)
        if isinstance(error, OtherFolder):
            self._telling.other_folder(keeper, error.said)
        if isinstance(error, AuthFailed | ConfigError) and not alone:
            # A person must act for this one; the others go on.
            keeper.off = error.message
            self._telling.off(keeper, error.said, error.advice)
        # A disk that is full for days is tried again and again, and is news once.
        if self._logged.get(keeper.person.user_id) != str(error):
            self._logged[keeper.person.user_id] = str(error)
            self._log.info("the run of %s's folder ended early: %s", keeper.name, error)

    def _end(self, task: Task, reports: Sequence[RunReport], failures: Sequence[Exception], *, others: bool) -> None:
        bugs = [error for error in failures if not isinstance(error, ArtframeError)]
        waiting = [error for error in failures if isinstance(error, NotReady)]
        refused = [error for error in failures if isinstance(error, AuthFailed | ConfigError)]
        if bugs or waiting:
            raise (bugs or waiting)[0]
        if failures and not reports and not (refused and others):
            raise (refused or failures)[0]
        total: dict[str, int] = {}
        for report in reports:
            for kind, count in report.done.items():
                total[kind.value] = total.get(kind.value, 0) + count
        waits = sum(held.count for report in reports for held in report.held)
        task.say(sayings.done(total, waits) or said("folder_sync.in_step", "both sides are in step"))
