"""What does the form of one configuration file show: each setting, what stands there, and where secrets come from?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from artframe.config.describe import Schema
from artframe.config.fields import Field, fields_in
from artframe.config.files import UNUSABLE, basis_of
from artframe.config.layout import FRAME, SECRETS, instance_of
from artframe.config.masking import is_reference, masked
from artframe.config.models import FrameSettings
from artframe.config.problem import ConfigProblem, ConfigRefused, printable
from artframe.config.schema import PluginSettings, SourceSettings, schema_of
from artframe.config.setting_path import NOTHING, path_text, value_at
from artframe.config.store import ConfigStore
from artframe.core.near_names import meant
from artframe.errors import ArtframeError, CommandError, NotThere

_PLAIN = "the file itself"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A field with what stands in the file (``is_set``) or else its default; a secret's value is never given.

    ``secret_from``: where the secret comes from, empty if there is none.
    """

    setting: Field
    value: Any = field(repr=False)
    is_set: bool
    secret_from: str

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {
            **self.setting.as_json(),
            "value": self.value,
            "is_set": self.is_set,
            "has_secret": bool(self.secret_from),
            "secret_from": self.secret_from,
        }


@dataclass(frozen=True, kw_only=True)
class Form:
    """The form of a file; ``file``, ``instance`` and ``basis`` are empty for a plugin that is not there yet."""

    file: str
    kind: str
    instance: str
    enabled: bool
    basis: str
    title: str
    summary: str
    fields: tuple[Filled, ...]
    problems: tuple[ConfigProblem, ...]

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        names = ("file", "kind", "instance", "enabled", "basis", "title", "summary")
        return {
            **{name: getattr(self, name) for name in names},
            "fields": [one.as_json() for one in self.fields],
            "problems": [problem.as_json() for problem in self.problems],
        }


def form_of(store: ConfigStore, file: str) -> Form:
    """The form of a file that is there.

    Raises UnknownFile, ConfigRefused for what is no JSON or of a kind that is not installed: such a file can be edited
    as a text only; CommandError for ``secrets.json``.
    """
    with store.held():
        name = store.files.name(file)
        if name == SECRETS:
            raise CommandError("secrets.json has no form", "'artframe secret list' shows what is in it", exit_code=64)
        raw = store.files.raw(name)
        data = store.files.document(name).data
        problems = () if raw is None else store.trial(name, raw)
        shown = masked(data, store.schema(name, data))
        if name == FRAME:
            model: type[FrameSettings] | type[PluginSettings] = FrameSettings
            return Form(
                file=name,
                kind="",
                instance="",
                enabled=True,
                basis=basis_of(raw),
                title=store.config.frame.name,
                summary=_summary(schema_of(model)),
                fields=tuple(_filled(one, data, shown) for one in fields_in(schema_of(model))),
                problems=problems,
            )
        kind = data.get("plugin")
        found = store.model(kind) if isinstance(kind, str) else None
        if found is None:
            raise ConfigRefused(name, problems, said=UNUSABLE)
        return Form(
            file=name,
            kind=str(kind),
            instance=instance_of(name),
            enabled=data.get("enabled") is not False,
            basis=basis_of(raw),
            title=instance_of(name),
            summary=_summary(schema_of(found)),
            fields=tuple(_filled(one, data, shown) for one in _plugin_fields(found)),
            problems=problems,
        )


def form_of_kind(store: ConfigStore, kind: str) -> Form:
    """The form of a plugin that is not there yet. Raises CommandError for a kind that is not installed, or broken."""
    model = store.model(kind)
    if model is None:
        raise NotThere(
            f"there is no plugin of the kind '{printable(kind)}'",
            meant(kind, store.known_kinds(), "'artframe plugin list' shows what is installed"),
        )
    return Form(
        file="",
        kind=kind,
        instance="",
        enabled=True,
        basis="",
        title=kind,
        summary=_summary(schema_of(model)),
        fields=tuple(_filled(one, {}, {}) for one in _plugin_fields(model)),
        problems=(),
    )


def setting_names(store: ConfigStore, file: str) -> tuple[str, ...]:
    """The paths of all settings of a file as 'config set' takes them; none where the file says not what it is.

    Quick: it does not wait for a save that is under way.
    """
    try:
        name = store.files.name(file)
        if name == FRAME:
            found = fields_in(schema_of(FrameSettings))
        else:
            kind = store.files.document(name).data.get("plugin")
            model = store.model(kind) if isinstance(kind, str) and name != SECRETS else None
            found = iter(_plugin_fields(model) if model is not None else ())
    except ArtframeError:
        return ()
    return tuple(path_text(one.path) for one in found)


def _plugin_fields(model: type[PluginSettings]) -> list[Field]:
    """The plugin's own settings first, then those that the host reads from every photo source."""
    last = SourceSettings.model_fields if issubclass(model, SourceSettings) else ()
    return list(fields_in(schema_of(model), ("settings",), last=tuple(last)))


def _filled(one: Field, data: Any, shown: Any) -> Filled:
    found = value_at(data, one.path)
    if one.secret:
        return Filled(setting=one, value=None, is_set=found is not NOTHING, secret_from=_origin(found))
    value = one.default if found is NOTHING else value_at(shown, one.path)
    return Filled(setting=one, value=value, is_set=found is not NOTHING, secret_from="")


def _origin(value: Any) -> str:
    if value is NOTHING or value is None:
        return ""
    if not is_reference(value):
        return _PLAIN
    [(way, name)] = value.items()
    ways = {"$secret": f"secrets.json: {name}", "$env": f"environment {name}", "$file": f"file {name}"}
    return printable(ways[way], 200)


def _summary(schema: Schema) -> str:
    return str(schema.get("description", "")).partition("\n")[0].replace("``", "")
