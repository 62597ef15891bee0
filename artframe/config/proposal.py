"""What would the settings be if a file said something else?"""

from __future__ import annotations

from dataclasses import dataclass, field

from artframe.config.document import Document
from artframe.config.layout import FRAME, SECRETS, instance_of
from artframe.config.problem import ConfigRefused
from artframe.config.secrets import Vault
from artframe.config.snapshot import Config
from artframe.config.survey import Surveyor


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The settings as they would be, and the file's text (another one than proposed if it had to be migrated)."""

    config: Config
    text: str = field(repr=False)


def propose(document: Document, config: Config, vault: Vault, surveyor: Surveyor) -> Proposal:
    """Judge the document as the new content of its file. Raises ConfigRefused with all that is wrong with it."""
    if document.file == SECRETS:
        return Proposal(config=_with_secrets(document, config, vault, surveyor), text=document.text)
    if document.file == FRAME:
        frame = surveyor.judge_frame(document)
        if frame.part is None:
            raise ConfigRefused(document.file, frame.problems)
        return Proposal(config=config.with_frame(frame.part), text=frame.migrated or document.text)
    plugin = surveyor.judge_plugin(vault)(document)
    if plugin.part is None:
        raise ConfigRefused(document.file, plugin.problems)
    return Proposal(config=config.with_plugin(plugin.part), text=plugin.migrated or document.text)


def _with_secrets(document: Document, config: Config, vault: Vault, surveyor: Surveyor) -> Config:
    """Other secrets must not break a plugin that works with those in force."""
    verdict = surveyor.judge_secrets(document)
    if verdict.part is None:
        raise ConfigRefused(SECRETS, verdict.problems)
    for file, finding in (surveyor.survey(vault).plugins or {}).items():
        works_now = finding.verdict.part is not None and instance_of(file) in config.plugins
        if not works_now or finding.reading.document is None:
            continue
        plugin = surveyor.judge_plugin(verdict.part)(finding.reading.document)
        if plugin.part is None:
            raise ConfigRefused(SECRETS, plugin.problems)
        config = config.with_plugin(plugin.part)
    return config
