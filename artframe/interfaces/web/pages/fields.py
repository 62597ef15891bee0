"""How do settings become the fields of a form, and what the person put in become changes of settings?

``config form`` describes the settings; ``config change`` takes what is different from what it said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from artframe.config.masking import MASK
from artframe.config.problem import ConfigProblem
from artframe.interfaces.web.forms import Form

_NULL = ("null",)
"""What stands in a number that is ``null``."""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Something to pick by what it looks like; ``value`` is what the settings say when it is picked."""

    value: str
    label: str
    detail: str = ""
    picture: str = ""
    picked: bool = False


@dataclass(frozen=True, kw_only=True)
class Field:
    """One setting as a field: ``facts`` are those of ``config form``, ``entered`` what stands in it, as texts.

    ``wrong`` says what is wrong with it; ``elsewhere`` is what somebody else saved meanwhile (None: nothing);
    ``again``: a secret was typed that was not saved and is not sent back; ``forgotten``: it is to be taken out.
    ``picks`` is None where there is nothing to pick from (or it could not be asked: then ``unasked`` says why).
    """

    facts: Mapping[str, Any]
    entered: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    elsewhere: str | None = None
    again: bool = False
    forgotten: bool = False
    picks: tuple[Pick, ...] | None = None
    unasked: str = ""

    @property
    def path(self) -> str:
        """The name of the input, and of the setting in its file."""
        return str(self.facts["path"])

    @property
    def text(self) -> str:
        """What stands in a field of one value."""
        return self.entered[0] if self.entered else ""

    @property
    def is_list(self) -> bool:
        return str(self.facts["widget"]) == "list"

    @property
    def may_be_null(self) -> bool:
        """Whether ``null`` means something else than the default, so that it has to be a choice of its own."""
        return _may_be_null(self.facts)

    @property
    def is_null(self) -> bool:
        return self.may_be_null and self.entered == _NULL

    @property
    def strangers(self) -> tuple[str, ...]:
        """Entered values that are not among the picks: they stay until somebody takes them out."""
        if self.picks is None:
            return self.entered
        known = {pick.value for pick in self.picks if pick.picked}
        return tuple(value for value in self.entered if value not in known and value)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading, and the fields under it."""

    title: str
    fields: Sequence[Field] = field(default_factory=list)


def fields_of(form: Mapping[str, Any]) -> list[Field]:
    """The fields as the file says."""
    return [Field(facts=facts, entered=_texts(facts)) for facts in form["fields"]]


def sections_of(fields: Iterable[Field]) -> list[Section]:
    """The fields under their headings, in order."""
    found: dict[str, list[Field]] = {}
    for one in fields:
        found.setdefault(str(one.facts.get("section") or ""), []).append(one)
    return [Section(title=title, fields=members) for title, members in found.items()]


def changes(form: Mapping[str, Any], sent: Form) -> list[str]:
    """What the person changed, as ``config change`` takes it: ``path=JSON``, or ``path=`` for the default again.

    A field that was not on the page at all is left alone.
    """
    shown = set(sent.all("field"))
    found = (_change(facts, sent) for facts in form["fields"] if facts["path"] in shown)
    return [change for change in found if change is not None]


def entered(fields: Sequence[Field], sent: Form) -> list[Field]:
    """The fields with what the person put in instead of what the file says; secrets are not given back."""
    shown = set(sent.all("field"))
    return [_entered(one, sent) if one.path in shown else one for one in fields]


def _entered(one: Field, sent: Form) -> Field:
    if not _is_secret(one.facts):
        return replace(one, entered=_sent_texts(one.facts, sent))
    return replace(
        one,
        again=bool(set(_sent_texts(one.facts, sent)) - {*one.entered, MASK}),
        forgotten=bool(sent.get(f"{one.path}.forget")),
    )


def with_problems(
    fields: Sequence[Field], problems: Iterable[ConfigProblem]
) -> tuple[list[Field], list[ConfigProblem]]:
    """The fields with what is wrong with each, and the problems that belong to none of them."""
    wrong: dict[str, list[str]] = {}
    others = []
    for problem in problems:
        owner = next((one.path for one in fields if _is_about(problem.path, one.path)), None)
        if owner is None:
            others.append(problem)
        else:
            wrong.setdefault(owner, []).append(f"{problem.what} ({problem.hint})" if problem.hint else problem.what)
    return [replace(one, wrong=tuple(wrong.get(one.path, ()))) for one in fields], others


def with_conflicts(fields: Sequence[Field], now: Mapping[str, Any]) -> list[Field]:
    """The fields with what stands in the file by now, where that is something else than what the person put in."""
    saved = {facts["path"]: facts for facts in now["fields"]}
    found = []
    for one in fields:
        facts = saved.get(one.path)
        differs = facts is not None and not _is_secret(facts) and _texts(facts) != one.entered
        found.append(replace(one, elsewhere=", ".join(_texts(facts)) if differs and facts is not None else None))
    return found


def with_picks(one: Field, choices: Iterable[Mapping[str, str]]) -> Field:
    """The field with what there is to pick from. A value may name its pick by the label, as people write albums."""
    by_label = {value.strip().casefold(): value for value in one.entered}
    picks = []
    for choice in choices:
        said = choice["value"] if choice["value"] in one.entered else by_label.get(choice["label"].strip().casefold())
        picks.append(
            Pick(
                value=said or choice["value"],
                label=choice["label"],
                detail=choice.get("detail", ""),
                picture=choice.get("picture", ""),
                picked=said is not None,
            )
        )
    return replace(one, picks=tuple(sorted(picks, key=lambda pick: not pick.picked)))


def _change(facts: Mapping[str, Any], sent: Form) -> str | None:
    path = facts["path"]
    if facts["secret"]:
        typed = sent.get(path)
        if typed and typed != MASK:
            return f"{path}={json.dumps(typed)}"
        return f"{path}=" if sent.get(f"{path}.forget") and facts["has_secret"] else None
    texts = _sent_texts(facts, sent)
    if texts == _texts(facts):
        return None
    if not texts and facts["widget"] != "list":
        return f"{path}="
    return f"{path}={json.dumps(_value(facts, texts), ensure_ascii=False)}"


def _value(facts: Mapping[str, Any], texts: tuple[str, ...]) -> Any:
    """The value that is meant; a text where it cannot be read, so that the settings' own check complains about it."""
    widget, text = facts["widget"], texts[0] if texts else ""
    if widget == "list":
        by_text = {_shown(option["value"]): option["value"] for option in facts["options"]}
        if facts["secrets"] and isinstance(facts["value"], list):
            # A reference to a secret stands in its line as JSON.
            by_text = {_shown(value): value for value in facts["value"] if not isinstance(value, str)}
        return [by_text.get(one, one) for one in texts]
    if widget == "switch":
        return text == "true"
    if widget == "choice":
        return next((option["value"] for option in facts["options"] if _shown(option["value"]) == text), text)
    if widget == "json":
        try:
            return json.loads(text)
        except ValueError:
            return text
    if widget == "number":
        if _may_be_null(facts) and texts == _NULL:
            return None
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            return text
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    return text


def _texts(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What the file says, as it stands in the field. A setting that is not set shows its default as a placeholder."""
    value, widget = facts["value"], facts["widget"]
    if facts["secret"]:
        return ()
    if value is None and facts["is_set"] and _may_be_null(facts):
        return _NULL
    if widget in ("switch", "choice", "colour"):  # a browser sends one of these whether or not it was touched
        return (_shown(facts["default"] if value is None else value),)
    if not facts["is_set"] or value is None:
        return ()
    if widget == "json":
        return (json.dumps(value, ensure_ascii=False, indent=2),)
    if widget == "list":
        return tuple(_shown(one) for one in value) if isinstance(value, list) else (_shown(value),)
    return (_shown(value),) if value != "" else ()


def _sent_texts(facts: Mapping[str, Any], sent: Form) -> tuple[str, ...]:
    path, widget = facts["path"], facts["widget"]
    if widget == "switch":
        return ("true" if sent.get(path) else "false",)
    if widget == "list":
        lines = [line.strip() for value in sent.all(path) for line in value.splitlines() if line.strip()]
        # A mask stands for another secret each time.
        return tuple(lines if facts["secrets"] else dict.fromkeys(lines))
    text = sent.get(path)
    if widget != "text":
        text = text.strip()
    # Of a number that was typed beside the tick that was there before, the number is meant.
    if _may_be_null(facts) and sent.get(f"{path}.null") and not (text and _texts(facts) == _NULL):
        return _NULL
    return (text,) if text else ()


def _may_be_null(facts: Mapping[str, Any]) -> bool:
    return bool(facts["widget"] == "number" and facts["nullable"] and facts["default"] is not None)


def _is_secret(facts: Mapping[str, Any]) -> bool:
    return bool(facts["secret"] or facts["secrets"])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_about(problem: str, field: str) -> bool:
    """Whether a problem's path is this field's, or within it."""
    return problem == field or problem.startswith((f"{field}.", f"{field}["))
