"""How is a file that an older artframe wrote brought to the present form?

One table per kind of file: version that a step leads to -> the step, a function from the file's whole content to its
new content. A plugin's settings are brought forward by the plugin's own ``migrate``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Data = dict[str, Any]
Step = Callable[[Data], Data]
PluginMigrate = Callable[[int, Data], Data]


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The way from old to new: ``current`` is what this artframe writes, ``table`` holds a step for each target."""

    current: int = 1
    table: Mapping[int, Step] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert all(1 < target <= self.current for target in self.table), "a step leads to a version that is not known"


@dataclass(frozen=True, kw_only=True)
class Formats:
    """The tables of both kinds of file. ``envelope`` is the outer form of a plugin's file, named by its ``format``."""

    frame: Steps = field(default_factory=Steps)
    envelope: Steps = field(default_factory=Steps)


FORMATS = Formats()


class VersionRefused(Exception):
    """The file's version is none that this artframe can read; the text says which and what to do."""


def version_of(data: Mapping[str, Any], name: str, newest: int) -> int:
    """The version that a file names; a file that names none is of version 1. Raises VersionRefused."""
    version = data.get(name, 1)
    if type(version) is not int or version < 1:
        raise VersionRefused(f"{name} is a whole number, at least 1 and at most {newest}")
    if version > newest:
        raise VersionRefused(
            f"this file was written for a newer artframe ({name} {version}; this one knows up to {newest}); "
            "update artframe, or bring an older file back with: artframe config rollback"
        )
    return version


def bring_forward(data: Data, steps: Steps, name: str = "version") -> Data:
    """The data as the present version has it; the very same object if nothing was to be done.

    Raises VersionRefused, and whatever a broken step raises.
    """
    version = version_of(data, name, steps.current)
    if version == steps.current:
        return data
    result = copy.deepcopy(data)
    for target in sorted(steps.table):
        if target > version:
            result = steps.table[target](result)
    return {**result, name: steps.current} if name in result else {name: steps.current, **result}


def bring_settings_forward(data: Data, current: int, migrate: PluginMigrate | None) -> Data:
    """The same for a plugin's file: the envelope stays, ``settings`` go through the plugin's own ``migrate``."""
    version = version_of(data, "version", current)
    settings = data.get("settings", {})
    if version == current or not isinstance(settings, dict):
        return data
    moved = migrate(version, copy.deepcopy(settings)) if migrate else copy.deepcopy(settings)
    if not isinstance(moved, dict):
        raise TypeError("migrate did not return the settings")
    head = {} if "version" in data else {"version": current}
    return {**head, **data, "version": current, "settings": moved}
