"""Which settings are in force, and what changed between two moments?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem
from artframe.config.schema import PluginSettings


@dataclass(frozen=True, kw_only=True)
class PluginConfig:
    """One configured plugin: what its file says, checked, secrets resolved.

    ``raw`` is the file's content as it stands there, references and notes included; it may hold plain secrets, so it
    is neither shown nor compared (a changed note is no change of the settings).
    """

    instance: str
    kind: str
    enabled: bool
    settings: PluginSettings
    raw: Mapping[str, Any] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings at one moment; never changes. ``plugins`` is sorted by instance."""

    frame: FrameSettings = field(default_factory=FrameSettings)
    plugins: Mapping[str, PluginConfig] = field(default_factory=lambda: MappingProxyType({}))

    def with_frame(self, frame: FrameSettings) -> Config:
        return replace(self, frame=frame)

    def with_plugin(self, plugin: PluginConfig) -> Config:
        return self._with({**self.plugins, plugin.instance: plugin})

    def without(self, instances: Iterable[str]) -> Config:
        gone = set(instances)
        return self._with({name: plugin for name, plugin in self.plugins.items() if name not in gone})

    def _with(self, plugins: Mapping[str, PluginConfig]) -> Config:
        return replace(self, plugins=MappingProxyType(dict(sorted(plugins.items()))))


@dataclass(frozen=True, kw_only=True)
class ConfigChanged:
    """Other settings are in force. ``added``, ``removed`` and ``changed`` name plugin instances."""

    config: Config = field(repr=False)
    frame: bool
    added: frozenset[str]
    removed: frozenset[str]
    changed: frozenset[str]

    @classmethod
    def between(cls, old: Config, new: Config) -> ConfigChanged | None:
        """What changed; None if nothing did that matters."""
        both = old.plugins.keys() & new.plugins.keys()
        event = cls(
            config=new,
            frame=old.frame != new.frame,
            added=frozenset(new.plugins.keys() - old.plugins.keys()),
            removed=frozenset(old.plugins.keys() - new.plugins.keys()),
            changed=frozenset(name for name in both if old.plugins[name] != new.plugins[name]),
        )
        return event if event.frame or event.added or event.removed or event.changed else None


@dataclass(frozen=True, kw_only=True)
class SecretsChanged:
    """Other secrets are at hand (``ConfigStore.known_secrets``), used by a plugin or not."""


@dataclass(frozen=True, kw_only=True)
class ConfigProblemsChanged:
    """The list of problems with the configuration is another one."""

    problems: tuple[ConfigProblem, ...]
