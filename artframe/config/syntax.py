"""Why is this text not JSON, in the words of somebody who edits it by hand?"""

from __future__ import annotations

import json
import re

from artframe.config.locate import Lines
from artframe.config.problem import ConfigProblem

MAX_DEPTH = 64
"""Deeper than any settings; far below what makes the parser give up."""

BRACKETS = re.compile(r'"(?:[^"\\\n]|\\.)*"|[\[\]{}]')
BLANK = " \t\r\n"

COMMENT = 'JSON has no comments; write a note as a setting whose name starts with "_", such as "_note": "..."'
QUOTES = 'texts and names stand in straight double quotes: "like this"'
NUMBER = "this is not a number as JSON writes it (12, 0.5, -3; no leading + or 0, no lonely point)"
BARE_WORDS = {
    "True": "write true, in small letters",
    "False": "write false, in small letters",
    "None": "write null",
    "undefined": "write null",
    "yes": "write true",
    "no": "write false",
    "on": "write true",
    "off": "write false",
}


def explain(file: str, text: str, error: json.JSONDecodeError) -> ConfigProblem:
    """Say what is wrong and where. The text itself is never quoted: it may hold a secret."""
    what, offset = _diagnose(text, error)
    return problem_at(file, text, offset, what)


def too_deep(file: str, text: str) -> ConfigProblem | None:
    """A problem if objects and lists are nested deeper than ``MAX_DEPTH``."""
    depth = 0
    for match in BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
        elif bracket in "]}":
            depth -= 1
        if depth > MAX_DEPTH:
            what = f"objects and lists are nested more than {MAX_DEPTH} deep; no setting needs that"
            return problem_at(file, text, match.start(), what)
    return None


def problem_at(file: str, text: str, offset: int, what: str) -> ConfigProblem:
    place = Lines(text).position(offset)
    return ConfigProblem(file=file, line=place.line, column=place.column, what=what)


def _diagnose(text: str, error: json.JSONDecodeError) -> tuple[str, int]:
    at = error.pos
    while at < len(text) and text[at] in BLANK:
        at += 1
    before = text[: error.pos].rstrip(BLANK)
    here, rest = text[at : at + 1], text[at:]
    merge = re.match(r"(<<<<<<<|=======|>>>>>>>)", rest)

    if rest.startswith(("//", "/*", "#")):
        return COMMENT, at
    if merge:
        return "this is left over from a merge of two versions; keep one of them and delete the marks", at
    if error.msg.startswith("Unterminated string"):
        return "this text has no closing double quote", error.pos
    if error.msg.startswith("Invalid control character"):
        return _control_character(text, error.pos), error.pos
    if error.msg.startswith("Invalid \\"):
        return "a backslash in a text is written twice (C:\\\\photos); better still, use / in paths", error.pos
    if before.endswith(",") and here in ("}", "]", ","):
        return "there is a comma too many", len(before) - 1
    if error.msg.startswith("Illegal trailing comma"):
        return "there is a comma too many", error.pos
    if here in ("'", "\u2018", "\u2019", "\u201c", "\u201d", "\u201e", "`"):
        return QUOTES, at
    if not here:
        return _unfinished(text), max(len(before) - 1, 0)
    return _by_expectation(error, before, here, rest, at)


def _by_expectation(error: json.JSONDecodeError, before: str, here: str, rest: str, at: int) -> tuple[str, int]:
    if error.msg.startswith("Extra data"):
        return "the settings end here, yet more text follows (a bracket too many, or a second copy of the file?)", at
    if error.msg.startswith("Expecting ',' delimiter"):
        if here.isdigit() and error.pos == at and before.endswith("0"):
            return NUMBER, at - 1
        if here in "]}":
            return f"this {here} closes something that was opened with another kind of bracket", at
        if here == ":":
            return "a colon does not belong here", at
        return "a comma is missing after this", max(len(before) - 1, 0)
    if error.msg.startswith("Expecting ':' delimiter"):
        return "a colon is missing between the name of the setting and its value", at
    word = re.match(r"[\w.+-]+", rest)
    if error.msg.startswith("Expecting property name"):
        return (f"the name of a setting is missing here; {QUOTES}" if not word else QUOTES), at
    if before.endswith(":") and here in "}],":
        return "a value is missing after the colon", len(before) - 1
    if word and word.group() in BARE_WORDS:
        return BARE_WORDS[word.group()], at
    if word and re.match(r"[+.0-9-]", word.group()):
        return NUMBER, at
    return f"a value is expected here; {QUOTES}", at


def _control_character(text: str, offset: int) -> str:
    if text[offset] in "\r\n":
        return "a text must end on the line on which it began (is a double quote missing?)"
    if text[offset] == "\t":
        return "a tab inside a text is written \\t (or use a space)"
    return f"an invisible character (U+{ord(text[offset]):04X}) stands inside this text; delete it"


def _unfinished(text: str) -> str:
    depth: list[str] = []
    for match in BRACKETS.finditer(text):
        if match.group() in ("{", "["):
            depth.append(match.group())
        elif match.group() in ("}", "]") and depth:
            depth.pop()
    missing = " ".join("}" if bracket == "{" else "]" for bracket in reversed(depth))
    return f"the file ends too early; what is missing at the end: {missing}" if missing else "the file ends too early"
