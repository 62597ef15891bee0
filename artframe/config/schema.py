"""How is a set of settings declared, so that checks, the web form, the documentation and editors follow from it?"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    ValidationError,
    model_validator,
)

from artframe.config.describe import Setting, settings_in
from artframe.config.document import Document
from artframe.config.masking import MASK, REFERENCES, secret_texts
from artframe.config.problem import ConfigProblem, Path
from artframe.config.wording import hidden, problem_for
from artframe.errors import ArtframeError

__all__ = [
    "PluginSettings",
    "Secret",
    "SettingsModel",
    "SourceSettings",
    "examine",
    "problems_of",
    "secrets_in",
    "setting",
]

MAX_PROBLEMS = 50
"""More than anybody reads; a list of ten thousand wrong entries must not fill the log."""

Model = TypeVar("Model", bound="SettingsModel")


class Secret:
    """A text that never shows: not when printed, logged, compared in a test report, serialised or pickled.

    Only ``reveal`` gives it away: call that at the last moment, where it is sent.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> str:
        raise TypeError("a secret is not pickled")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        def accept(value: object) -> Secret:
            if isinstance(value, Secret) and value:
                return value
            if isinstance(value, str) and value:
                return Secret(value)
            raise ValueError("a secret is a text that is not empty")

        return handler.generate_schema(Annotated[Any, PlainValidator(accept), PlainSerializer(str, when_used="json")])

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        references = [
            {"type": "object", "properties": {name: {"type": "string"}}, "required": [name], "maxProperties": 1}
            for name in REFERENCES
        ]
        return {"oneOf": [{"type": "string", "minLength": 1}, *references], "format": "password", "writeOnly": True}


def _make_strict(schema: Any) -> None:
    """No ``"6"`` for 6, no 1 for true. Lists and paths are still read from JSON, so the whole is not made strict."""
    if isinstance(schema, dict):
        if schema.get("type") in ("int", "float", "bool"):
            schema["strict"] = True
        for part in schema.values():
            _make_strict(part)
    elif isinstance(schema, (list, tuple)):
        for part in schema:
            _make_strict(part)


class SettingsModel(BaseModel):
    """A group of settings: unknown names are refused, nothing is converted, nothing changes after it was read.

    Names that start with ``_`` are notes: they stay in the file and are not looked at.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True, protected_namespaces=()
    )

    @model_validator(mode="before")
    @classmethod
    def _without_notes(cls, data: Any) -> Any:
        if isinstance(data, Mapping):
            return {name: value for name, value in data.items() if not str(name).startswith("_")}
        return data

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> Any:
        schema = handler(source)
        _make_strict(schema)
        return schema


class PluginSettings(SettingsModel):
    """Base of a plugin's settings: a frozen pydantic model, one field for each setting, made with ``setting``.

    ``settings_version`` is what ``"version"`` says in the files that this model reads; raise it together with a new
    step in the plugin's ``migrate``.
    """

    settings_version: ClassVar[int] = 1


def setting(
    default: Any = ...,
    *,
    title: str,
    help: str = "",
    unit: str = "",
    allowed: str = "",
    section: str = "",
    picker: bool = False,
    labels: Mapping[str, str] | None = None,
    **limits: Any,
) -> Any:
    """Declare one setting: its default (none: it must be given), its name for people, what it does, its unit.

    ``limits`` are pydantic's (``ge``, ``le``, ``min_length``, ``pattern``, …); ``allowed`` says in words what a pattern
    or a validator of your own lets pass. ``section`` is the heading of the form under which it and those after it
    stand. ``picker``: the plugin's ``choices`` names the values to pick from. ``labels``: what people call the values
    that may be chosen (``{"de": "Deutsch"}``), where the value itself is not good enough, and what ``null`` means.
    """
    texts = (("unit", unit), ("allowed", allowed), ("section", section))
    extra: dict[str, Any] = {name: text for name, text in texts if text}
    if picker:
        extra["picker"] = True
    if labels:
        extra["labels"] = dict(labels)
    return Field(default, title=title, description=help or None, json_schema_extra=extra or None, **limits)


class SourceSettings(PluginSettings):
    """What the host reads from every photo source."""

    sync_interval_hours: int = setting(
        6,
        section="Syncing",
        title="Sync interval",
        help="How often the server is asked for new and removed photos.",
        unit="hours",
        ge=1,
        le=168,
    )
    quota_mb: int = setting(
        0,
        title="Disk quota",
        help="How much disk the photos of this source may take; those not seen for longest make room. 0: no limit.",
        unit="MB",
        ge=0,
    )


def examine(
    model: type[Model], data: Any, source: Document, *, within: Path = ()
) -> tuple[Model | None, list[ConfigProblem]]:
    """Validate what stands in ``source`` at ``within``: the settings, or all that is wrong with them at once.

    ``data`` is that part of the source with its references to secrets resolved.
    """
    try:
        return model.model_validate(data), []
    except Exception as error:
        return None, _explained(error, model, data, source, within)


def _explained(
    error: Exception, model: type[SettingsModel], data: Any, source: Document, within: Path
) -> list[ConfigProblem]:
    schema = schema_of(model)
    hide = tuple(sorted(secret_texts(data, schema), key=len, reverse=True))
    if isinstance(error, ValidationError):
        found: dict[tuple[str, ...], ConfigProblem] = {}
        for entry in error.errors(include_url=False, include_input=False):
            problem = problem_for(dict(entry), schema=schema, data=data, source=source, within=within, hide=hide)
            # The members of a union each complain about the same value: once is enough.
            found.setdefault((problem.place, problem.path, problem.what), problem)
        problems = sorted(found.values(), key=lambda problem: (problem.line or 0, problem.column or 0))
        more = len(problems) - MAX_PROBLEMS
        return problems[:MAX_PROBLEMS] + ([source.problem(within, f"and {more} more problems")] if more > 0 else [])
    if isinstance(error, ArtframeError):
        return [source.problem(within, hidden(error.message, hide), allowed=hidden(error.hint, hide))]
    # A check of the plugin's own that is broken: its text may hold anything, so only its type is told.
    what = f"these settings could not be checked: the plugin's own check failed with {type(error).__name__}"
    return [source.problem(within, what)]


def problems_of(model: type[SettingsModel], data: Any, source: Document, *, within: Path = ()) -> list[ConfigProblem]:
    """Everything that is wrong, at once: file, line, column, setting, what is allowed, what was probably meant."""
    return examine(model, data, source, within=within)[1]


@functools.cache
def schema_of(model: type[SettingsModel]) -> dict[str, Any]:
    """The model's JSON schema (2020-12), notes allowed, for editor completion and for everything that describes it."""
    schema = model.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        if part.get("type") == "object":
            part["patternProperties"] = {"^_": {}}
    return schema


def settings_of(model: type[SettingsModel]) -> tuple[Setting, ...]:
    """Every setting of the model, as people see it."""
    return tuple(settings_in(schema_of(model)))


def secrets_in(settings: Any) -> Iterator[Secret]:
    """Every secret in a value of settings, wherever it sits."""
    if isinstance(settings, Secret):
        yield settings
    elif isinstance(settings, BaseModel):
        yield from secrets_in([value for _, value in settings])
    elif isinstance(settings, Mapping):
        yield from secrets_in(list(settings.values()))
    elif isinstance(settings, list | tuple | set | frozenset):
        for value in settings:
            yield from secrets_in(value)
