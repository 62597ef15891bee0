"""Which settings are in force, and how do they change safely, whoever changes them?"""

from __future__ import annotations

import copy
import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from artframe.config.describe import Schema
from artframe.config.files import ConfigFiles, as_text
from artframe.config.guards import Guard, Guards
from artframe.config.history import History, Kind, Version
from artframe.config.layout import FRAME, PLUGINS, SECRETS, Layout, instance_of, is_dropping
from artframe.config.masking import masked
from artframe.config.migrate import FORMATS, Formats
from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError, SaveFailed, UnknownFile
from artframe.config.proposal import propose
from artframe.config.review import Kinds, Migrations, Reviewer
from artframe.config.rewrite import render, rewrite
from artframe.config.saving import delete, save
from artframe.config.schema import PluginSettings, secrets_in
from artframe.config.secrets import Vault, tighten
from artframe.config.snapshot import Config, ConfigChanged, ConfigProblemsChanged, PluginConfig, SecretsChanged
from artframe.config.standing import Standing
from artframe.config.survey import Surveyor
from artframe.config.versions import difference
from artframe.core.clock import Clock
from artframe.core.events import EventBus, Release

__all__ = ["Config", "ConfigChanged", "ConfigProblemsChanged", "ConfigStore", "PluginConfig"]

log = logging.getLogger(__name__)

Data = dict[str, Any]


class ConfigStore:
    """The configuration of one ARTFRAME_HOME. Safe to use from every thread; one save or reload at a time.

    Files are named ``frame.json``, ``secrets.json`` and ``plugins/<instance>.json`` (``family`` will do). ``kinds``
    maps a plugin's kind to its settings model (None: not installed), ``known_kinds`` lists those that are,
    ``migrations`` maps it to its ``migrate``. Listeners for the events are called while the store is busy: they only
    take note.
    """

    def __init__(
        self,
        home: Path,
        *,
        events: EventBus,
        clock: Clock,
        kinds: Kinds,
        known_kinds: Callable[[], Iterable[str]] = tuple,
        migrations: Migrations = lambda kind: None,
        formats: Formats = FORMATS,
    ) -> None:
        self.layout = Layout(home)
        self._events = events
        self._lock = threading.RLock()
        self._guards = Guards()
        self._history = History(self.layout.history, clock)
        self._reviewer = Reviewer(kinds=kinds, known_kinds=known_kinds, migrations=migrations, formats=formats)
        self._surveyor = Surveyor(self.layout, self._reviewer, self._history)
        self._standing = Standing(self.layout, self._surveyor, self._history)
        self.files = ConfigFiles(self.layout, self._history, lambda: tuple(self.config.plugins))

    def held(self) -> AbstractContextManager[object]:
        """For several steps that belong together: nobody else saves or reloads meanwhile."""
        return self._lock

    @property
    def config(self) -> Config:
        """The settings in force: a snapshot that never changes."""
        return self._standing.config

    @property
    def problems(self) -> tuple[ConfigProblem, ...]:
        """All that is wrong with the files as they were last read."""
        return self._standing.problems

    @property
    def vault(self) -> Vault:
        """The secrets in force; before anything was loaded, those on the disk."""
        return self._standing.vault if self._standing.loaded else self._surveyor.survey().vault

    def known_kinds(self) -> tuple[str, ...]:
        """The kinds of plugin that are installed."""
        return tuple(self._reviewer.known_kinds())

    def model(self, kind: str) -> type[PluginSettings] | None:
        """The settings model of a kind of plugin; None if it is not installed or broken. May import its code."""
        return self._reviewer.kinds(kind)

    def schema(self, file: str, data: Data) -> Schema:
        """The JSON schema of the whole file; of a plugin's file, that of the kind which ``data`` names."""
        return self._reviewer.schema(self.files.name(file), data)

    def unread(self, file: str) -> bool:
        """Whether somebody changed the file since it was last read."""
        return self.files.raw(file) != self._standing.seen(file)

    @property
    def known_secrets(self) -> frozenset[str]:
        """Every secret text that must not show: those of ``secrets.json``, and those in the plugins' settings."""
        used = (secret for plugin in self.config.plugins.values() for secret in secrets_in(plugin.settings))
        return frozenset(secret.reveal() for secret in (*self.vault.stored.values(), *used))

    def load(self) -> Config:
        """Read everything. Bad content never raises: what was good last stays in force, and ``problems`` tells."""
        return self.reload()

    def reload(self, paths: Iterable[Path] | None = None, *, reason: str = "hand edit") -> Config:
        """Take note of edits on the disk. ``paths``: what changed, if known; what editors leave behind is ignored."""
        with self._lock:
            if paths is None or not all(is_dropping(path.name) for path in paths):
                self._refresh(self._standing.config, reason=reason if self._standing.loaded else "found at start")
            return self.config

    def check(self) -> list[ConfigProblem]:
        """All problems of what is on the disk. Changes nothing, needs no running frame."""
        with self._lock:
            survey = self._surveyor.survey()
            found = [problem for finding in survey.findings for problem in finding.problems]
            loose = tighten(self.layout.path(SECRETS), SECRETS, change=False)
            return [*survey.problems, *found, *([loose] if loose else [])]

    def trial(self, file: str, raw: bytes, *, vault: Vault | None = None) -> tuple[ConfigProblem, ...]:
        """All that would be wrong if these were the file's bytes, and with these secrets. Changes nothing."""
        with self._lock:
            name = self.files.name(file)
            try:
                document = self.files.parsed(name, raw)
                proposal = propose(document, self.config, vault or self.vault, self._surveyor)
                self._ask_guards(name, self.config, proposal.config)
            except ConfigRefused as refused:
                return refused.problems
            return ()

    def guard(self, check: Guard) -> Release:
        """Ask ``check(old, new)`` before any change takes effect; it refuses by raising ArtframeError."""
        return self._guards.add(check)

    def read(self, file: str) -> str:
        """The file's text as it is on the disk, secrets included; empty if there is none. Raises ConfigError."""
        return as_text(self.files.raw(self.files.name(file)))

    def shown(self, file: str) -> Data:
        """What the file says, with every secret masked. Raises ConfigError if it cannot be read or is not there.

        A missing ``frame.json`` or ``secrets.json`` is no mistake: it says nothing.
        """
        name = self.files.name(file)
        data = self.files.document(name).data
        return dict(masked(data, self._reviewer.schema(name, data)))

    def modify(self, file: str, change: Callable[[Data], Data | None], *, reason: str) -> Config:
        """Change a copy of what the file says; it is checked, backed up, saved and put in force, or nothing happens.

        ``change`` alters the copy or returns another one. A file that is not there begins as ``{}``. Raises
        ConfigRefused (all that is wrong with the result), ConflictError, SaveFailed.
        """
        with self._lock:
            name = self.files.name(file)
            raw = self.files.raw(name)
            document = self.files.parsed(name, raw) if raw is not None else None
            old = document.data if document else {}
            edited = copy.deepcopy(old)
            returned = change(edited)
            new = edited if returned is None else returned
            text = rewrite(document.text, old, new) if document else render(new)
            return self._save(name, text, reason, expected=raw)

    def write(self, file: str, text: str, *, reason: str, basis: str | None = None) -> Config:
        """Replace the file's text under the same rules as ``modify``.

        ``basis`` is the text from which the new one was made, if it was read earlier: it must still be the file's.
        """
        with self._lock:
            name = self.files.name(file)
            return self._save(name, text, reason, expected=None if basis is None else basis.encode())

    def remove(self, file: str, *, reason: str) -> Config:
        """Delete a plugin's file, after keeping a copy: the instance is gone. Raises UnknownFile, ConflictError."""
        with self._lock:
            name = self.files.name(file)
            raw = self.files.raw(name)
            if not name.startswith(f"{PLUGINS}/") or raw is None:
                raise UnknownFile(f"{name} cannot be removed", "only the file of a plugin that is there can")
            self._expect_unchanged(name, raw, "")
            before = self.config
            self._ask_guards(name, before, before.without([instance_of(name)]))
            self._back_up(name, raw, reason)
            try:
                delete(self.layout.path(name))
            except OSError as error:
                raise _failed(name, error) from None
            return self._refresh(before, reason=reason)

    def history(self, file: str) -> list[Version]:
        """The kept versions of the file, newest first."""
        return self._history.versions(self.files.name(file))

    def keep(self, file: str, *, reason: str) -> None:
        """Keep a copy of the file as it is on the disk, before something else replaces it. Raises SaveFailed."""
        if (raw := self.files.raw(file)) is not None:
            self._back_up(file, raw, reason)

    def diff(self, file: str, a: str, b: str = "now") -> str:
        """What changed from version ``a`` to ``b`` (ids, or ``now``: the file on the disk), secrets masked."""
        with self._lock:
            name = self.files.name(file)
            one, other = (self.files.parsed(name, self.files.version(name, id)).data for id in (a, b))
            schemas = self._reviewer.schema(name, one), self._reviewer.schema(name, other)
            return difference(one, other, schemas, labels=(f"{name} {a}", f"{name} {b}"))

    def rollback(self, file: str, id: str) -> Config:
        """Put a kept version in force and in the file's place; what is replaced is kept. Raises like ``write``."""
        with self._lock:
            name = self.files.name(file)
            return self._save(name, as_text(self.files.version(name, id)), f"rollback to {id}", expected=None)

    # -- how a save happens

    def _save(self, file: str, text: str, reason: str, *, expected: bytes | None) -> Config:
        raw = self.files.raw(file)
        if expected is not None and raw != expected:
            raise ConflictError(file, ours=text, theirs=as_text(raw))
        self._expect_unchanged(file, raw, text)
        new = text.encode(errors="surrogatepass")
        if new == raw and not self._problems_of(file):
            return self.config
        before = self.config
        proposal = propose(self.files.parsed(file, new), before, self._standing.vault, self._surveyor)
        self._ask_guards(file, before, proposal.config)
        if raw is not None:
            self._back_up(file, raw, reason)
        # Asking and backing up took a while; an editor may have been quicker.
        if self.files.raw(file) != raw:
            raise ConflictError(file, ours=text, theirs=as_text(self.files.raw(file)))
        try:
            self.layout.path(file).parent.mkdir(parents=True, exist_ok=True)
            mode = 0o644 if file == FRAME else 0o600
            save(self.layout.path(file), proposal.text.encode(), mode=mode, keep_mode=file != SECRETS)
        except OSError as error:
            raise _failed(file, error) from None
        self._standing.adopt(proposal.config)
        return self._refresh(before, reason=reason)

    def _ask_guards(self, file: str, before: Config, candidate: Config) -> None:
        objection = self._guards.objection(before, candidate)
        if objection is not None:
            raise ConfigRefused(file, [ConfigProblem(file=file, what=objection.message, allowed=objection.hint)])

    def _back_up(self, file: str, raw: bytes, reason: str) -> None:
        kind = Kind.REPLACED if self._problems_of(file) else Kind.GOOD
        try:
            self._history.keep(file, raw, kind, f"before {reason}")
        except OSError as error:
            raise _failed(file, error) from None

    def _expect_unchanged(self, file: str, raw: bytes | None, ours: str) -> None:
        """What nobody has read yet must not be overwritten."""
        if raw != self._standing.seen(file):
            raise ConflictError(file, ours=ours, theirs=as_text(raw))

    def _refresh(self, before: Config, *, reason: str) -> Config:
        known, stored = self._standing.problems, self._standing.vault.stored
        first = not self._standing.loaded
        self._standing.refresh(reason=reason, objection=self._guards.objection)
        problems = self._standing.problems
        for problem in problems:
            if problem not in known:
                log.warning("%s", problem)
        for file in sorted({problem.file for problem in known} - {problem.file for problem in problems}):
            log.info("%s: nothing is wrong any more", file)
        if self._standing.vault.stored != stored:
            self._events.publish(SecretsChanged())
        change = ConfigChanged.between(before, self.config)
        if change is not None and not first:
            self._events.publish(change)
        if problems != known:
            self._events.publish(ConfigProblemsChanged(problems=problems))
        return self.config

    def _problems_of(self, file: str) -> bool:
        return any(problem.file == file and problem.effect for problem in self.problems)


def _failed(file: str, error: OSError) -> SaveFailed:
    return SaveFailed(
        f"{file} could not be saved: {error.strerror or type(error).__name__}; the file is as it was",
        "see that the disk has room and that artframe may write there",
    )
