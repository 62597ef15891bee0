"""A form of settings: how is it opened, saved, and shown again where it could not be saved?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError
from artframe.errors import NotReady
from artframe.interfaces.web.context import run
from artframe.interfaces.web.forms import Form
from artframe.interfaces.web.pages.fields import Field, changes, entered, fields_of, with_conflicts, with_problems


@dataclass(frozen=True, kw_only=True)
class SettingsForm:
    """A form as a page shows it: ``facts`` are those of ``config form``, ``fields`` what stands in it.

    ``problems`` belong to none of the fields. ``conflict``: somebody else saved meanwhile. ``error``: nothing is wrong
    with it, but it could not be saved now. ``saved``: there is nothing to show again, and ``changed`` says whether
    anything was different from what the file said.
    """

    facts: Mapping[str, Any]
    fields: Sequence[Field]
    problems: Sequence[ConfigProblem] = ()
    conflict: bool = False
    error: NotReady | None = None
    saved: bool = False
    changed: bool = False

    @property
    def has_wrong(self) -> bool:
        """Whether something in it is wrong."""
        return bool(self.problems) or any(one.wrong for one in self.fields)

    @property
    def model(self) -> dict[str, Any]:
        """What the page's template uses of it, and the status that the page has."""
        status = 503 if self.error else 409 if self.conflict else 422 if self.has_wrong else 200
        return {
            "status": status,
            "form": self.facts,
            "problems": self.problems,
            "conflict": self.conflict,
            "error": self.error,
            "has_wrong": self.has_wrong,
        }


async def opened(request: Request, file: str, paths: Collection[str] | None = None) -> SettingsForm:
    """The file's settings as they are; only those of these ``paths`` (None: all). Raises ArtframeError."""
    facts = await run(request, "config form", file=file)
    return SettingsForm(facts=facts, fields=_chosen(facts, paths))


async def saved(request: Request, file: str, sent: Form, paths: Collection[str] | None = None) -> SettingsForm:
    """Save what the person changed; returns the form with what they put in, and what is in its way, if anything."""
    facts = await run(request, "config form", file=file)
    basis = sent.get("basis")
    wanted = changes(facts, sent)
    fields = entered(_chosen(facts, paths), sent)
    try:
        if wanted:
            await run(request, "config change", file=file, changes=wanted, basis=basis or None)
    except ConfigRefused as refused:
        fields, others = with_problems(fields, refused.problems)
        return SettingsForm(facts={**facts, "basis": basis}, fields=fields, problems=others)
    except NotReady as error:
        return SettingsForm(facts={**facts, "basis": basis}, fields=fields, error=error)
    except ConflictError:
        return SettingsForm(facts=facts, fields=with_conflicts(fields, facts), conflict=True)
    return SettingsForm(facts=facts, fields=fields, saved=True, changed=bool(wanted))


def _chosen(facts: Mapping[str, Any], paths: Collection[str] | None) -> list[Field]:
    return [one for one in fields_of(facts) if paths is None or one.path in paths]
