"""What helps against a problem? The buttons that stand beside it, and a longer explanation where one is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from artframe.interfaces.web.pages.addresses import file_page, job_page, plugin_page
from artframe.interfaces.web.pages.rendering import link

_FILE_PROBLEM = re.compile(r"config/(?P<file>(?:plugins/)?[A-Za-z0-9_-]+\.json)(?::(?P<line>\d+))?(?::\d+)?(?:/.*)?")


@dataclass(frozen=True, kw_only=True)
class Remedy:
    """A button: ``label`` and ``question`` (asked before) are keys of texts; ``posts``: it does something at once."""

    label: str
    path: str
    posts: bool = False
    question: str = ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A problem as a page shows it."""

    said: Mapping[str, Any]
    """``message`` and ``hint``, and the phrases that they are made of."""
    severity: str
    since: str
    owner_name: str
    explanation: str
    remedies: tuple[Remedy, ...]


def told(problems: Iterable[Mapping[str, Any]], plugins: Iterable[Mapping[str, Any]] = ()) -> list[Told]:
    """The problems (rows of ``status``) with what helps; ``plugins`` are the rows that know the plugins' states."""
    states = {row["instance"]: row["state"] for row in plugins}
    return [_told(problem, states) for problem in problems]


def _told(problem: Mapping[str, Any], states: Mapping[str, str]) -> Told:
    owner, key = str(problem["owner"]), str(problem["key"])
    if owner == "config":
        explanation, remedies = "explain.config", _for_file(key)
    elif owner in ("frame", "artframe"):
        explanation, remedies = _for_frame(key)
    else:
        explanation, remedies = _for_plugin(owner, key, states.get(owner, ""))
    if problem.get("answer"):
        answer = Remedy(
            label="remedy.answer",
            path=link(f"{plugin_page(owner)}/answer", key=key),
            posts=True,
            question="ask.answer",
        )
        remedies = (answer, *remedies)
    return Told(
        said=problem,
        severity=problem["severity"],
        since=problem["since"],
        owner_name=owner,
        explanation=explanation,
        remedies=remedies,
    )


def _for_file(key: str) -> tuple[Remedy, ...]:
    found = _FILE_PROBLEM.fullmatch(key)
    if found is None:
        return (Remedy(label="remedy.files", path="/config"),)
    page = file_page(found["file"])
    line = f"#L{found['line']}" if found["line"] else ""
    return (
        Remedy(label="remedy.open_file", path=f"{page}{line}"),
        Remedy(label="remedy.versions", path=f"{page}/history"),
    )


def _for_frame(key: str) -> tuple[str, tuple[Remedy, ...]]:
    doctor = Remedy(label="remedy.doctor", path="/system/doctor")
    log = Remedy(label="remedy.log", path="/log")
    if key == "safe mode":
        return "explain.safe_mode", (Remedy(label="remedy.plugins", path="/plugins"), log)
    if key == "panel":
        return "explain.panel", (Remedy(label="remedy.settings", path="/settings#display.panel"),)
    if key == "clock":
        return "explain.clock", (doctor,)
    if key == "disk":
        return "explain.disk", (Remedy(label="remedy.system", path="/system"), doctor)
    if key == "library":
        return "explain.library", (log,)
    if key.startswith("face/"):
        section = {"face/web": "#web.host", "face/ssh": "#ssh.host"}.get(key, "")
        return "", (Remedy(label="remedy.settings", path=f"/settings{section}"), log)
    return "", (doctor, log)


def _for_plugin(instance: str, key: str, state: str) -> tuple[str, tuple[Remedy, ...]]:
    page = plugin_page(instance)
    edit = Remedy(label="remedy.edit", path=f"{page}/edit")
    test = Remedy(label="remedy.test", path=f"{page}/check")
    again = Remedy(label="remedy.retry", path=f"{page}/retry", posts=True)
    log = Remedy(label="remedy.log", path=link("/log", plugin=instance))
    if key == "sync/held":
        confirm = Remedy(label="remedy.confirm", path=f"{page}/confirm", posts=True, question="ask.confirm")
        return "explain.held", (confirm, test)
    if key == "sync/photos":
        return "explain.photos", (Remedy(label="remedy.stats", path=f"{page}#photos"), log)
    if key == "sync/folder":
        return "explain.folder", (log,)
    if key.startswith("job/"):
        job = job_page(key.removeprefix("job/"))
        return "", (Remedy(label="remedy.run", path=f"{job}/run", posts=True), Remedy(label="remedy.job", path=job))
    if key == "state":
        if state == "retrying":
            return "explain.retrying", (again, test)
        if state == "needs_attention":
            return "explain.needs_attention", (edit, again, test)
        return "explain.failed", (again, log)
    return "", (test, log)
