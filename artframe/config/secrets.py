"""Which secret does a reference in the settings stand for?

A secret stands in the settings as plain text or as ``{"$secret": "name"}`` (from ``config/secrets.json``),
``{"$env": "NAME"}`` (from the environment) or ``{"$file": "path"}`` (the content of a file, without the line end).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from artframe.config.document import Document, read_bytes
from artframe.config.masking import REFERENCES, is_reference
from artframe.config.problem import ConfigProblem, Path, Severity, printable
from artframe.config.schema import Secret
from artframe.core.near_names import did_you_mean

MAX_SECRET = 64 * 1024
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
UNRESOLVED = Secret("?")
"""Stands in for a secret that is not there, so that everything else is checked as well."""


class Missing(Exception):
    """Why a reference leads nowhere; names it, never a value."""

    def __init__(self, *, what: str, suggestion: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.suggestion = suggestion


@dataclass(frozen=True, kw_only=True)
class Vault:
    """The secrets at hand: those of ``secrets.json``, the environment, and files (relative to ``folder``)."""

    folder: FilePath
    stored: Mapping[str, Secret] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def find(self, reference: Mapping[str, str]) -> Secret:
        """The secret that ``{"$secret": …}`` and its like stand for. Raises Missing."""
        [(way, name)] = reference.items()
        if way == "$secret":
            return self._stored(name)
        if way == "$env":
            return self._from_environment(name)
        return self._from_file(name)

    def _stored(self, name: str) -> Secret:
        if name not in self.stored:
            close = did_you_mean(name, self.stored)
            raise Missing(
                what=f'there is no secret "{printable(name)}" in secrets.json',
                suggestion=f'"{close}"' if close else "",
            )
        return self.stored[name]

    def _from_environment(self, name: str) -> Secret:
        if not VARIABLE.fullmatch(name):
            # Not quoted: perhaps the secret itself was written here.
            raise Missing(what="$env wants the name of an environment variable (letters, digits and _)")
        value = self.environment.get(name, "")
        if not value:
            raise Missing(what=f"the environment variable {printable(name)} is not set, or is empty")
        return Secret(value)

    def _from_file(self, name: str) -> Secret:
        shown = f"the file {printable(name, 200)}"
        try:
            content = read_bytes(self.folder / FilePath(name).expanduser())
            text = None if content is None else content.decode().rstrip("\r\n")
        except (OSError, RuntimeError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "it is not a readable text"
            raise Missing(what=f"{shown} cannot be read: {reason}") from None
        if text is None:
            raise Missing(what=f"{shown} is not there")
        if not text or len(text) > MAX_SECRET:
            raise Missing(what=f"{shown} is empty" if not text else f"{shown} is too large for a secret")
        return Secret(text)


def resolve(data: Any, vault: Vault, source: Document, within: Path = ()) -> tuple[Any, list[ConfigProblem]]:
    """A copy of the data with every reference replaced by its Secret, and what is wrong with the references."""
    problems: list[ConfigProblem] = []

    def visit(value: Any, path: Path) -> Any:
        if isinstance(value, list):
            return [visit(member, (*path, index)) for index, member in enumerate(value)]
        if not isinstance(value, dict):
            return value
        if is_reference(value):
            try:
                return vault.find(value)
            except Missing as missing:
                problems.append(source.problem(path, missing.what, suggestion=missing.suggestion))
                return UNRESOLVED
        dollars = [name for name in value if name.startswith("$")]
        if dollars:
            problems.append(_malformed(value, dollars[0], source, path))
            return UNRESOLVED
        return {
            name: member if name.startswith("_") else visit(member, (*path, name)) for name, member in value.items()
        }

    return visit(data, within), problems


def _malformed(value: Mapping[str, Any], name: str, source: Document, path: Path) -> ConfigProblem:
    if name not in REFERENCES:
        close = did_you_mean(name, REFERENCES)
        return source.problem(
            (*path, name),
            "there is no such kind of reference",
            at_key=True,
            allowed=", ".join(REFERENCES),
            suggestion=f'"{close}"' if close else "",
        )
    what = "a reference holds one name and nothing else" if len(value) > 1 else f"{name} wants a text in quotes"
    return source.problem(path, what, allowed=f'{{"{name}": "..."}}')


def read_vault(document: Document, folder: FilePath) -> tuple[Vault, list[ConfigProblem]]:
    """The secrets of ``secrets.json``: names and texts, notes aside."""
    stored: dict[str, Secret] = {}
    problems: list[ConfigProblem] = []
    for name, value in document.data.items():
        if name.startswith("_"):
            continue
        if isinstance(value, str) and value:
            stored[name] = Secret(value)
        else:
            problems.append(document.problem((name,), "a secret is a text that is not empty", allowed='"..."'))
    return Vault(folder=folder, stored=stored), problems


def tighten(path: FilePath, file: str, *, change: bool = True) -> ConfigProblem | None:
    """See to it that only the owner can read the file; what there is to say about that, if anything.

    ``change`` False only looks. File systems without permissions (FAT, some network shares) are told of, not fought.
    """
    try:
        loose = stat.S_IMODE(path.stat().st_mode) & 0o077
        if not loose:
            return None
        if not change:
            what = "others on this machine can read it; artframe takes that right away when it starts"
            return ConfigProblem(file=file, what=what, severity=Severity.NOTICE)
        path.chmod(0o600)
        still_loose = stat.S_IMODE(path.stat().st_mode) & 0o077
    except FileNotFoundError:
        return None
    except OSError:
        still_loose = True
    if still_loose:
        what = "others on this machine can read it, and artframe cannot change that; move it to another disk or owner"
    else:
        what = "others on this machine could read it; only its owner can now"
    return ConfigProblem(file=file, what=what, severity=Severity.NOTICE)
