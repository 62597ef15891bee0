"""What is in force after files changed: the new settings where they are good, else the last good ones?"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from artframe.config.document import read_bytes
from artframe.config.history import History, Kind
from artframe.config.layout import FRAME, PLUGINS, SECRETS, Layout, instance_of
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem, Severity
from artframe.config.saving import save
from artframe.config.secrets import Vault, tighten
from artframe.config.snapshot import Config
from artframe.config.survey import Finding, Survey, Surveyor
from artframe.errors import ArtframeError

log = logging.getLogger(__name__)

Objection = Callable[[Config, Config], ArtframeError | None]

KEEPS = "the last good settings stay in force"
DEFAULTS = "artframe goes by its defaults"
NOT_RUNNING = "this plugin does not run until that is mended"
NO_SECRETS = "no secret is known until that is mended"
MISSING = "the file is missing; bring it back with: artframe config rollback {file}; or write {{}} into a new one"


class Standing:
    """The settings in force, the problems, and what was last seen of each file. Locked by the store that owns it."""

    def __init__(self, layout: Layout, surveyor: Surveyor, history: History) -> None:
        self._layout = layout
        self._surveyor = surveyor
        self._history = history
        self._seen: dict[str, bytes | None] = {}
        self._frame_known = False
        self._vault: Vault | None = None
        self._draft = Config()
        self._reason = ""
        self._objection: Objection = lambda before, after: None
        self.loaded = False
        self.config = Config()
        self.problems: tuple[ConfigProblem, ...] = ()

    @property
    def vault(self) -> Vault:
        return self._vault or self._surveyor.empty_vault()

    def seen(self, file: str) -> bytes | None:
        """The file as it was when it was last read; None if it was not there."""
        return self._seen.get(file)

    def adopt(self, config: Config) -> None:
        """Take settings that were just saved as those in force, before the disk is looked at again."""
        self.config = config

    def refresh(self, *, reason: str, objection: Objection) -> None:
        """Look at the disk and put in force what is good there, all at once."""
        survey = self._surveyor.survey(self._vault)
        problems: list[ConfigProblem] = list(survey.problems)
        self._seen = {finding.file: finding.reading.raw for finding in survey.findings}
        self._draft, self._reason, self._objection = self.config, reason, objection

        problems += self._take_secrets(survey)
        problems += self._take_frame(survey.frame)
        if survey.plugins is None:
            self._recall_plugins(survey.vault)
        else:
            self._forget_removed({instance_of(file) for file in survey.plugins})
            for finding in survey.plugins.values():
                problems += self._take_plugin(finding, survey.vault)
        self.config = self._draft
        self.problems = tuple(problems)
        self.loaded = True

    def _recall_plugins(self, vault: Vault) -> None:
        """A folder that cannot be read says nothing about the plugins in it: those that were known go on."""
        if self.loaded:
            return
        for file in self._history.files(PLUGINS):
            last = self._surveyor.last_good_plugin(file, vault)
            if last is not None:
                self._draft = self._draft.with_plugin(last)

    def _forget_removed(self, present: set[str]) -> None:
        """With its file a plugin is gone, and an older copy of the file no longer counts as its last good settings."""
        gone = self.config.plugins.keys() - present
        self._draft = self._draft.without(gone)
        try:
            known = {instance_of(file) for file in self._history.files(PLUGINS)} if not self.loaded else gone
            for instance in known - present:
                self._history.mark_removed(f"{PLUGINS}/{instance}.json")
        except OSError as error:
            log.warning("no note could be made of removed plugins: %s", error.strerror)

    def _take_secrets(self, survey: Survey) -> list[ConfigProblem]:
        finding = survey.secrets
        said = tighten(self._layout.path(SECRETS), SECRETS)
        notices = [said] if said else []
        self._vault = survey.vault
        if finding.verdict.part is not None:
            return notices + self._keep(finding)
        if finding.missing and not survey.vault.stored:
            return notices
        return notices + _held(finding, KEEPS if survey.vault.stored else NO_SECRETS)

    def _take_frame(self, finding: Finding) -> list[ConfigProblem]:
        if finding.verdict.part is not None:
            candidate = self._draft.with_frame(finding.verdict.part)
            refused = self._refused(finding, candidate)
            if refused:
                return refused
            self._draft, self._frame_known = candidate, True
            return self._keep(finding)
        if not self._frame_known:
            last: FrameSettings | None = self._surveyor.last_good(FRAME, self._surveyor.judge_frame)
            if last is not None:
                self._draft, self._frame_known = self._draft.with_frame(last), True
        if finding.missing and not self._frame_known:
            return []
        return _held(finding, KEEPS if self._frame_known else DEFAULTS)

    def _take_plugin(self, finding: Finding, vault: Vault) -> list[ConfigProblem]:
        if finding.verdict.part is not None:
            candidate = self._draft.with_plugin(finding.verdict.part)
            refused = self._refused(finding, candidate)
            if refused:
                return refused
            self._draft = candidate
            return self._keep(finding)
        instance = instance_of(finding.file)
        if instance not in self._draft.plugins:
            last = self._surveyor.last_good_plugin(finding.file, vault)
            if last is None:
                return _held(finding, NOT_RUNNING)
            self._draft = self._draft.with_plugin(last)
        return _held(finding, KEEPS)

    def _refused(self, finding: Finding, candidate: Config) -> list[ConfigProblem]:
        if candidate == self._draft:
            return []
        reason = self._objection(self._draft, candidate)
        if reason is None:
            return []
        known = finding.file == FRAME or instance_of(finding.file) in self._draft.plugins
        effect = KEEPS if known else NOT_RUNNING
        return [ConfigProblem(file=finding.file, what=reason.message, allowed=reason.hint, effect=effect)]

    def _keep(self, finding: Finding) -> list[ConfigProblem]:
        """Keep a copy of a good file, and put a migrated one into its place."""
        raw, text = finding.reading.raw, finding.verdict.migrated
        assert raw is not None
        try:
            if text is None:
                self._history.keep(finding.file, raw, Kind.GOOD, self._reason)
                return []
            self._history.keep(finding.file, raw, Kind.ARCHIVED, "before migration")
            if read_bytes(self._layout.path(finding.file)) != raw:
                return []  # an editor was quicker; its version comes with the next look
            save(self._layout.path(finding.file), text.encode(), mode=0o600)
            self._seen[finding.file] = text.encode()
            self._history.keep(finding.file, text.encode(), Kind.GOOD, "migration")
            log.info("%s was brought to the present version; the old one is kept in its history", finding.file)
        except OSError as error:
            what = f"it is in force, but no copy could be kept: {error.strerror or type(error).__name__}"
            return [ConfigProblem(file=finding.file, what=what, severity=Severity.NOTICE)]
        return []


def _held(finding: Finding, effect: str) -> list[ConfigProblem]:
    """The file's problems, saying what artframe does meanwhile."""
    problems = finding.problems
    if finding.missing:
        problems = (ConfigProblem(file=finding.file, what=MISSING.format(file=finding.file)),)
    return [replace(problem, effect=effect) for problem in problems]
