"""What is wrong with the frame itself, apart from its plugins: settings, clock, library?"""

from __future__ import annotations

from collections.abc import Iterable

from artframe import logs
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem
from artframe.config.problem import Severity as ConfigSeverity
from artframe.config.snapshot import ConfigChanged, ConfigProblemsChanged, SecretsChanged
from artframe.config.store import ConfigStore
from artframe.core.clock import EARLIEST, Clock
from artframe.core.events import EventBus, Release
from artframe.core.sentence import Text, said
from artframe.host.problems import Problems, Severity
from artframe.library.database import Database
from artframe.library.photo import PhotoShown


class Notices:
    """Turns what other parts found into problems of the frame, and takes them back."""

    def __init__(self, store: ConfigStore, problems: Problems, database: Database, clock: Clock) -> None:
        self._store = store
        self._problems = problems
        self._database = database
        self._clock = clock
        self._shown: set[str] = set()
        self._secrets: set[str] = set()
        self._panel = store.config.frame.display.panel

    def start(self, events: EventBus, *, panel: str = "", library: str = "") -> Release:
        """Look at everything once, and listen. ``panel`` and ``library`` are what went wrong with them at the start."""
        self._show("panel", panel, said("panel.correct", "correct display.panel in frame.json and restart artframe"))
        self._show(
            "disk",
            library,
            said(
                "disk.make_room_goes_on",
                "make room on the disk (or mount it writable); artframe then goes on by itself",
            ),
        )
        self._config_problems(self._store.problems)
        self.look_at_clock()
        if self._database.rebuilt:
            self._problems.problem("frame", "library", self._database.rebuilt, severity=Severity.WARNING)
        self._mask()
        releases = (
            events.listen(ConfigChanged, lambda _: self._mask()),
            events.listen(SecretsChanged, lambda _: self._mask()),
            events.listen(ConfigProblemsChanged, lambda change: self._config_problems(change.problems)),
            # A machine without a battery learns the time minutes after its start: each picture is an occasion to look.
            events.listen(PhotoShown, lambda _: self.look_at_clock()),
        )

        def release() -> None:
            for one in releases:
                one()

        return release

    def configure(self, settings: FrameSettings) -> None:
        """Other settings of the frame are in force."""
        logs.set_level(settings.log.level)
        self._show(
            "panel",
            said(
                "panel.changed", "the panel was changed in frame.json; the one that is open stays until the next start"
            )
            if settings.display.panel != self._panel
            else "",
            said("frame.restart", "restart artframe"),
            Severity.NOTICE,
        )

    def look_at_clock(self) -> None:
        """A clock that lost its time (no battery, no network yet) makes dates and certificates wrong."""
        now = self._clock.now()
        text = said(
            "clock.wrong",
            "the clock says {day}, which cannot be right; pictures go on, secure connections may fail",
            day=now.date(),
        )
        hint = said("clock.set", "set the time, or let the frame reach a time server")
        self._show("clock", text if now < EARLIEST else "", hint)

    def _mask(self) -> None:
        # The ones before stay masked too: what still works with them may still log them.
        self._secrets |= self._store.known_secrets
        logs.set_secrets(self._secrets)

    def _config_problems(self, found: Iterable[ConfigProblem]) -> None:
        current = {f"config/{problem.place}/{problem.path}": problem for problem in found}
        for key in self._shown - current.keys():
            self._problems.clear("config", key)
        for key, problem in current.items():
            severity = Severity.NOTICE if problem.severity is ConfigSeverity.NOTICE else Severity.ERROR
            self._problems.problem("config", key, problem.message, problem.hint, severity)
        self._shown = set(current)

    def _show(self, key: str, message: Text, hint: Text, severity: Severity = Severity.WARNING) -> None:
        if message:
            self._problems.problem("frame", key, message, hint, severity)
        else:
            self._problems.clear("frame", key)
