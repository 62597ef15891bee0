"""Which kinds of plugin are installed, and can they be used?"""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib.metadata
import importlib.util
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artframe.config.schema import PluginSettings
from artframe.core.failure import classify
from artframe.core.near_names import did_you_mean
from artframe.errors import ArtframeError, ConfigError
from artframe.plugin import Plugin

log = logging.getLogger(__name__)

GROUP = "artframe.plugins"


class KindBroken(ArtframeError):
    """The code of a kind cannot be imported, or is no plugin."""


@dataclass(frozen=True, kw_only=True)
class KindInfo:
    """An installed kind of plugin, from the metadata of the wheel that brought it. Nothing of it is imported yet."""

    kind: str
    distribution: str
    version: str
    summary: str
    source: Callable[[], Any] = field(repr=False, compare=False)

    def load(self) -> type[Plugin]:
        """Import the class and see that it is a plugin; blocks. Raises what the import raises, or KindBroken."""
        found = self.source()
        if not (isinstance(found, type) and issubclass(found, Plugin)):
            raise KindBroken(f"'{self.kind}' of {self.distribution} is no class derived from artframe.plugin.Plugin")
        settings = getattr(found, "Settings", None)
        if not (isinstance(settings, type) and issubclass(settings, PluginSettings)):
            raise KindBroken(f"Settings of '{self.kind}' ({self.distribution}) is not derived from PluginSettings")
        return found


class PluginKinds(Mapping[str, KindInfo]):
    """All installed kinds by name. A kind that cannot be imported is listed with its error and harms nobody.

    Thread-safe; ``load`` and what uses it import code, so call them off the loop.
    """

    def __init__(self, kinds: Iterable[KindInfo]) -> None:
        self._kinds: dict[str, KindInfo] = {}
        self._lock = threading.Lock()
        self._classes: dict[str, type[Plugin]] = {}
        self._errors: dict[str, str] = {}
        self._add_all(kinds)

    def _add_all(self, kinds: Iterable[KindInfo]) -> None:
        for info in kinds:
            if info.kind in self._kinds:
                first = self._kinds[info.kind]
                self._errors[info.kind] = f"{info.distribution} brings it too; the one of {first.distribution} is used"
                log.warning("two packages bring a plugin '%s': %s", info.kind, self._errors[info.kind])
                continue
            self._kinds[info.kind] = info

    @classmethod
    def installed(cls) -> PluginKinds:
        """What installed packages offer in the entry point group ``artframe.plugins``; artframe's own come first."""
        points = importlib.metadata.entry_points(group=GROUP)
        infos = [_info(point) for point in points]
        return cls(sorted(infos, key=lambda info: (info.distribution != "artframe", info.distribution, info.kind)))

    @classmethod
    def of(cls, classes: Mapping[str, type[Plugin]]) -> PluginKinds:
        """Kinds that need no package: for tests."""
        return cls(
            KindInfo(
                kind=kind,
                distribution="-",
                version="-",
                summary=_summary(found),
                source=functools.partial(_same, found),
            )
            for kind, found in classes.items()
        )

    def add(self, others: PluginKinds) -> None:
        """Know these kinds as well."""
        self._add_all(others.values())

    def __getitem__(self, kind: str) -> KindInfo:
        return self._kinds[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def load(self, kind: str) -> type[Plugin]:
        """The class of a kind; blocks at the first time. Raises ConfigError for an unknown kind, else what ails it."""
        info = self._kinds.get(kind)
        if info is None:
            meant = did_you_mean(kind, self._kinds)
            raise ConfigError(
                f"no plugin of the kind '{kind}' is installed, so this one is not started",
                f"did you mean '{meant}'?" if meant else f"installed: {', '.join(sorted(self._kinds)) or 'none'}",
            )
        with self._lock:
            known = self._classes.get(kind)
        if known is not None:
            return known
        # Not under the lock: an import that hangs must not keep other kinds from loading.
        try:
            found = info.load()
        except BaseException as error:
            with self._lock:
                self._errors[kind] = classify(error).message
            raise
        with self._lock:
            return self._classes.setdefault(kind, found)

    def settings(self, kind: str) -> type[PluginSettings] | None:
        """The settings model of a kind; None if it is unknown or broken (``error`` says why). Blocks."""
        try:
            return self.load(kind).Settings
        except ConfigError:
            return None
        except BaseException:
            log.debug("the plugin '%s' cannot be imported", kind, exc_info=True)
            return None

    def migrate(self, kind: str) -> Callable[[int, dict[str, Any]], dict[str, Any]] | None:
        """The ``migrate`` of a kind, None like ``settings``. Blocks."""
        return None if self.settings(kind) is None else self.load(kind).migrate

    def error(self, kind: str) -> str:
        """What is wrong with a kind; empty if nothing is known to be."""
        with self._lock:
            return self._errors.get(kind, "")


def _info(point: importlib.metadata.EntryPoint) -> KindInfo:
    metadata = point.dist.metadata if point.dist is not None else None
    told = metadata["Summary"] if metadata is not None and "Summary" in metadata else ""
    return KindInfo(
        kind=point.name,
        distribution=(metadata["Name"] if metadata is not None else None) or "unknown",
        version=(metadata["Version"] if metadata is not None else None) or "unknown",
        # A wheel that brings several kinds tells of all of them at once: then the kind's own package knows better.
        summary=(told if _is_alone(point) else _package_summary(point.module)) or told or "",
        source=point.load,
    )


def _is_alone(point: importlib.metadata.EntryPoint) -> bool:
    """Whether the wheel brings no other kind."""
    return point.dist is None or len(point.dist.entry_points.select(group=GROUP)) == 1


def _package_summary(module: str) -> str:
    """The first line of a module's docstring, read and not imported; empty if that cannot be had."""
    with contextlib.suppress(ImportError, OSError, SyntaxError, ValueError):
        spec = importlib.util.find_spec(module.partition(".")[0])
        if spec is not None and spec.origin is not None:
            text = ast.get_docstring(ast.parse(Path(spec.origin).read_text("utf-8")))
            return (text or "").partition("\n")[0]
    return ""


def _same(found: type[Plugin]) -> type[Plugin]:
    return found


def _summary(found: type[Plugin]) -> str:
    return (found.__doc__ or "").strip().partition("\n")[0]
