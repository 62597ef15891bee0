"""Can what a configuration file says be used, and what does it amount to?"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, Generic, TypeVar

from artframe.config.describe import Schema
from artframe.config.document import Document
from artframe.config.layout import FRAME, SECRETS, instance_of
from artframe.config.migrate import (
    FORMATS,
    Data,
    Formats,
    PluginMigrate,
    VersionRefused,
    bring_forward,
    bring_settings_forward,
)
from artframe.config.models import FrameSettings, PluginFile
from artframe.config.problem import ConfigProblem, printable
from artframe.config.rewrite import rewrite
from artframe.config.schema import PluginSettings, examine, schema_of
from artframe.config.secrets import Vault, read_vault, resolve
from artframe.config.snapshot import PluginConfig
from artframe.core.near_names import did_you_mean
from artframe.errors import ArtframeError

log = logging.getLogger(__name__)

Part = TypeVar("Part", covariant=True)
Kinds = Callable[[str], type[PluginSettings] | None]
Migrations = Callable[[str], PluginMigrate | None]

ONLY_SETTINGS = (
    "this looks like a plugin's settings alone; they stand inside the plugin's file: "
    '{"version": 1, "plugin": "<kind>", "settings": { ... }}'
)


@dataclass(frozen=True, kw_only=True)
class Verdict(Generic[Part]):
    """``part`` is what the file amounts to, None if it cannot be used; ``migrated`` its text in the present form."""

    part: Part | None
    problems: tuple[ConfigProblem, ...] = ()
    migrated: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """Judges documents. ``kinds`` maps a kind of plugin to its settings model, ``migrations`` to its ``migrate``."""

    kinds: Kinds
    known_kinds: Callable[[], Iterable[str]] = tuple
    migrations: Migrations = lambda kind: None
    formats: Formats = FORMATS

    def secrets(self, document: Document, folder: FilePath) -> Verdict[Vault]:
        vault, problems = read_vault(document, folder)
        return Verdict(part=None if problems else vault, problems=tuple(problems))

    def frame(self, document: Document) -> Verdict[FrameSettings]:
        data, problem = _migrated(document, functools.partial(bring_forward, document.data, self.formats.frame))
        if problem:
            return Verdict(part=None, problems=(problem,))
        content = {name: value for name, value in data.items() if name != "version"}
        frame, problems = examine(FrameSettings, content, document)
        return Verdict(part=frame, problems=tuple(problems), migrated=_text(document, data))

    def plugin(self, document: Document, vault: Vault) -> Verdict[PluginConfig]:
        if "plugin" not in document.data and "settings" not in document.data and not _only_notes(document.data):
            return Verdict(part=None, problems=(document.problem((), ONLY_SETTINGS),))
        forward = functools.partial(bring_forward, document.data, self.formats.envelope, "format")
        data, problem = _migrated(document, forward)
        if problem:
            return Verdict(part=None, problems=(problem,))
        model, problem = self._model(document, data.get("plugin"))
        problems = [problem] if problem else []
        if model is not None:
            forward = functools.partial(
                bring_settings_forward, data, current=model.settings_version, migrate=self.migrations(data["plugin"])
            )
            data, problem = _migrated(document, forward)
            if problem:
                return Verdict(part=None, problems=(problem,))
        outer = {name: value for name, value in data.items() if name not in ("format", "settings")}
        inner = data.get("settings", {})
        envelope, wrong = examine(
            PluginFile, {**outer, "settings": inner if not isinstance(inner, dict) else {}}, document
        )
        problems += wrong
        settings = None
        if model is not None and isinstance(inner, dict):
            resolved, wrong = resolve(inner, vault, document, ("settings",))
            problems += wrong
            settings, wrong = examine(model, resolved, document, within=("settings",))
            problems += wrong
        if problems or envelope is None or settings is None:
            return Verdict(part=None, problems=tuple(problems))
        part = PluginConfig(
            instance=instance_of(document.file),
            kind=envelope.plugin,
            enabled=envelope.enabled,
            settings=settings,
            raw=data,
        )
        return Verdict(part=part, migrated=_text(document, data))

    def schema(self, file: str, data: Data) -> Schema:
        """The JSON schema of a whole file; of a plugin's file, that of the kind which the file names."""
        if file == SECRETS:
            return {"type": "object", "additionalProperties": {"type": "string", "format": "password"}}
        if file == FRAME:
            frame = schema_of(FrameSettings)
            return {**frame, "properties": {"version": {"type": "integer"}, **frame["properties"]}}
        envelope = schema_of(PluginFile)
        try:
            model = self.kinds(str(data.get("plugin")))
        except Exception:
            model = None
        if model is None:
            return envelope
        inner = dict(schema_of(model))
        definitions = inner.pop("$defs", {})
        properties = {**envelope["properties"], "format": {"type": "integer"}, "settings": inner}
        return {**envelope, "properties": properties, "$defs": definitions}

    def _model(self, document: Document, kind: Any) -> tuple[type[PluginSettings] | None, ConfigProblem | None]:
        if not isinstance(kind, str) or not kind:
            return None, None  # the envelope's own check tells
        try:
            model = self.kinds(kind)
        except ArtframeError as error:
            return None, document.problem(("plugin",), error.message, allowed=error.hint)
        except Exception as error:
            log.exception("the plugin kind %s cannot be loaded", printable(kind))
            what = f"the plugin {printable(kind)} cannot be loaded ({type(error).__name__}); the log says more"
            return None, document.problem(("plugin",), what)
        if model is not None:
            return model, None
        known = sorted(self.known_kinds())
        close = did_you_mean(kind, known)
        return None, document.problem(
            ("plugin",),
            f'no plugin of the kind "{printable(kind)}" is installed',
            allowed=", ".join(known),
            suggestion=f'"{close}"' if close else "",
        )


def _migrated(document: Document, step: Callable[[], Data]) -> tuple[Data, ConfigProblem | None]:
    try:
        return step(), None
    except VersionRefused as refused:
        return {}, document.problem(("version",), str(refused))
    except Exception as error:
        # Its text may hold a secret, so only the kind of failure is told; the traceback names the line.
        place = _innermost(error)
        what = (
            f"bringing it to the present form failed with {type(error).__name__}{place}; this is a fault of the program"
        )
        return {}, document.problem(("version",), what)


def _innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" in {FilePath(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno}" if trace else ""


def _text(document: Document, data: Data) -> str | None:
    return None if data is document.data else rewrite(document.text, document.data, data)


def _only_notes(data: Data) -> bool:
    return all(name.startswith("_") for name in data)
