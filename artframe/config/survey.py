"""What does the whole configuration on the disk say at this moment, and what is wrong with it? Changes nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from artframe.config.document import Document, Reading, parse, read_file
from artframe.config.history import History
from artframe.config.layout import FRAME, SECRETS, Layout
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem
from artframe.config.review import Reviewer, Verdict
from artframe.config.secrets import Vault
from artframe.config.snapshot import PluginConfig

Part = TypeVar("Part")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One file as it is: what was read, what it amounts to (``verdict.part``), and all its problems."""

    file: str
    reading: Reading
    verdict: Verdict[Any]

    @property
    def missing(self) -> bool:
        return self.reading.raw is None and not self.reading.problems

    @property
    def problems(self) -> tuple[ConfigProblem, ...]:
        return self.reading.problems + self.verdict.problems


@dataclass(frozen=True, kw_only=True)
class Survey:
    """All files. ``plugins`` is None when their folder cannot be read; ``problems`` are those of no single file."""

    secrets: Finding
    frame: Finding
    plugins: dict[str, Finding] | None
    vault: Vault = field(repr=False)
    problems: tuple[ConfigProblem, ...]

    @property
    def findings(self) -> list[Finding]:
        return [self.secrets, self.frame, *(self.plugins or {}).values()]


class Surveyor:
    """Reads and judges the files of one ARTFRAME_HOME."""

    def __init__(self, layout: Layout, reviewer: Reviewer, history: History) -> None:
        self._layout = layout
        self._reviewer = reviewer
        self._history = history

    def survey(self, known_vault: Vault | None = None) -> Survey:
        """Look at everything. ``known_vault``: the secrets in force, for while ``secrets.json`` cannot be used."""
        secrets = self._look(SECRETS, self.judge_secrets)
        vault = secrets.verdict.part or known_vault or self.last_good(SECRETS, self.judge_secrets) or self.empty_vault()
        listing = self._layout.listing()
        plugins = None
        if listing.plugins is not None:
            plugins = {file: self._look(file, self.judge_plugin(vault)) for file in listing.plugins}
            # A file that was deleted since the folder was listed is simply gone.
            plugins = {file: finding for file, finding in plugins.items() if not finding.missing}
        return Survey(
            secrets=secrets,
            frame=self._look(FRAME, self.judge_frame),
            plugins=plugins,
            vault=vault,
            problems=listing.problems,
        )

    def judge_secrets(self, document: Document) -> Verdict[Vault]:
        return self._reviewer.secrets(document, self._layout.config)

    def judge_frame(self, document: Document) -> Verdict[FrameSettings]:
        return self._reviewer.frame(document)

    def judge_plugin(self, vault: Vault) -> Callable[[Document], Verdict[PluginConfig]]:
        return lambda document: self._reviewer.plugin(document, vault)

    def vaults(self, newest: Vault) -> Iterator[Vault]:
        """The secrets at hand, then older ones: what was good last may need a secret that was since removed."""
        yield newest
        with contextlib.suppress(OSError):
            for version in self._history.in_force(SECRETS):
                document = parse(version.path.read_bytes(), SECRETS).document
                vault = self.judge_secrets(document).part if document else None
                if vault is not None:
                    yield vault

    def last_good_plugin(self, file: str, newest: Vault) -> PluginConfig | None:
        """What the newest kept version of a plugin's file amounts to, with the newest secrets that fit it."""
        candidates = (self.last_good(file, self.judge_plugin(vault)) for vault in self.vaults(newest))
        return next((part for part in candidates if part is not None), None)

    def empty_vault(self) -> Vault:
        return Vault(folder=self._layout.config)

    def last_good(self, file: str, judge: Callable[[Document], Verdict[Part]]) -> Part | None:
        """What the newest kept version that can still be used amounts to."""
        try:
            for version in self._history.in_force(file):
                document = parse(version.path.read_bytes(), file).document
                part = judge(document).part if document else None
                if part is not None:
                    return part
        except OSError:
            return None
        return None

    def _look(self, file: str, judge: Callable[[Document], Verdict[Any]]) -> Finding:
        reading = read_file(self._layout.path(file), file)
        verdict = judge(reading.document) if reading.document else Verdict(part=None)
        return Finding(file=file, reading=reading, verdict=verdict)
