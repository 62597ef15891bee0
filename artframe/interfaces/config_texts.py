"""How is a result about the configuration said to a person?"""

from __future__ import annotations

import json
from typing import Any

from artframe.config.masking import CHANGED
from artframe.core.moments import minute


def problem_lines(result: dict[str, Any]) -> str:
    """All that is wrong, one problem a line."""
    return "\n".join(problem["text"] for problem in result["problems"]) or "all configuration files are fine"


def version_lines(result: dict[str, Any]) -> str:
    """The kept versions of a file, one a line."""
    lines = [
        f"{version['id']:>6}  {minute(version['saved_at'])}  {version['kind']:8} {version['size']:>7} B"
        f"  {version['reason']}"
        for version in result["versions"]
    ]
    return "\n".join(lines) or f"no version of {result['file']} is kept yet"


def value_text(result: dict[str, Any]) -> str:
    """One setting's value, nothing else, so that scripts can use it."""
    return plain(result["value"])


def edit_lines(result: dict[str, Any]) -> str:
    """What changed in a file."""
    lines = [_change(change) for change in result["changes"]]
    lines += [f"the secret is stored in secrets.json as {name}" for name in dict.fromkeys(result["secrets"].values())]
    if not lines:
        return f"{result['file']} says so already; nothing has changed"
    return "\n".join([f"{result['file']} was changed:", *(f"  {line}" for line in lines)])


def preview_lines(result: dict[str, Any]) -> str:
    """What saving a text would come to."""
    lines = [problem["text"] for problem in result["problems"]]
    if result["stale"]:
        lines.append(f"{result['file']} was changed by somebody else in the meantime")
    return "\n".join([*lines, result["difference"]]).strip() or "it says the same as the file"


def form_lines(result: dict[str, Any]) -> str:
    """Every setting of a file under its heading, with what stands there."""
    lines: list[str] = []
    section = ""
    for one in result["fields"]:
        if one["section"] != section:
            section = one["section"]
            lines += ["", section]
        lines.append(f"  {one['path']} = {_field(one)}")
        lines.append(f"      {one['help'] or one['title']}")
    return "\n".join([f"{result['title']}: {result['summary']}", *lines, *(one["text"] for one in result["problems"])])


def plain(value: Any) -> str:
    """A value as people read it: texts without quotes, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _change(change: dict[str, Any]) -> str:
    if "after" not in change:
        return f"{change['path']} is not set any more (it was {plain(change['before'])})"
    if change["after"] == CHANGED:
        return f"{change['path']} is another secret now"
    before = f" (it was {plain(change['before'])})" if "before" in change else ""
    return f"{change['path']} is {plain(change['after'])}{before}"


def _field(one: dict[str, Any]) -> str:
    if one["secret"]:
        return f"a secret from {one['secret_from']}" if one["has_secret"] else "no secret"
    if one["required"] and not one["is_set"]:
        return "(required)"
    return plain(one["value"]) + ("" if one["is_set"] else " (default)")
