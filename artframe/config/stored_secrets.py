"""Which secrets are kept in ``secrets.json``, who uses them, and under which name does a new one go there?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from artframe.config.document import read_file
from artframe.config.layout import FRAME, SECRETS, instance_of
from artframe.config.masking import MASK, is_reference
from artframe.config.problem import Path, printable
from artframe.config.secrets import MAX_SECRET
from artframe.config.store import ConfigStore
from artframe.core.near_names import meant
from artframe.errors import CommandError, NotThere

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONGEST = 64


@dataclass(frozen=True, kw_only=True)
class Use:
    """A place that refers to a stored secret. ``path`` None: somewhere in a file that is no JSON, or was until now."""

    file: str
    path: Path | None


class StoredSecrets:
    """The secrets of one ARTFRAME_HOME; never shows one."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def names(self) -> list[str]:
        """All that are stored, as the file has them. Raises ConfigError if it cannot be read."""
        return [name for name in self._store.shown(SECRETS) if not name.startswith("_")]

    def uses(self) -> dict[str, list[Use]]:
        """Who refers to which name: files on the disk, and settings in force whose file is broken now."""
        found: dict[str, list[Use]] = {}
        layout = self._store.layout
        for file in (FRAME, *(layout.listing().plugins or ())):
            reading = read_file(layout.path(file), file)
            if reading.document is not None:
                for path, name in references_in(reading.document.data):
                    found.setdefault(name, []).append(Use(file=file, path=path))
            elif reading.raw is not None:
                for name in re.findall(r'"\$secret"\s*:\s*"((?:[^"\\]|\\.)*)"', reading.raw.decode(errors="replace")):
                    found.setdefault(name, []).append(Use(file=file, path=None))
        for instance, plugin in self._store.config.plugins.items():
            file = f"plugins/{instance}.json"
            for _, name in references_in(plugin.raw):
                if all(use.file != file for use in found.get(name, ())):
                    found.setdefault(name, []).append(Use(file=file, path=None))
        return found

    def users(self) -> dict[str, list[str]]:
        """The same as people say it: the instances by name of the secret, each once; ``frame`` for the frame."""
        return {name: sorted({instance_of(use.file) for use in uses}) for name, uses in self.uses().items()}

    def set(self, name: str, value: str, *, reason: str) -> bool:
        """Store it; True if it is a new one. Whoever uses the name goes by the new value at once.

        Raises CommandError, ConfigRefused (also if a plugin that uses it could not work with it), ConflictError.
        """
        with self._store.held():
            known = self.names()
            _check(name, value, known)
            self._store.modify(SECRETS, lambda data: {**data, name: value}, reason=reason)
            return name not in known

    def delete(self, name: str, *, reason: str) -> None:
        """Forget it. Raises CommandError if there is none, or if anything uses it; who does is named."""
        with self._store.held():
            known = self.names()
            if name not in known:
                hint = meant(name, known, "'artframe secret list' shows which there are")
                raise NotThere(f"there is no secret '{printable(name)}'; nothing was done", hint)
            users = self.users().get(name)
            if users:
                raise CommandError(
                    f"the secret '{printable(name)}' is used by {', '.join(users)}; it was not deleted",
                    "give them another one first, or remove them",
                )
            self._store.modify(SECRETS, lambda data: _without(data, (name,)), reason=reason)


def references_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every reference to a stored secret, with where it stands; notes are left aside."""
    if is_reference(value) and "$secret" in value:
        yield path, value["$secret"]
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if not str(name).startswith("_"):
                yield from references_in(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from references_in(member, (*path, index))


def new_name(file: str, path: Path, taken: Collection[str]) -> str:
    """A name that nobody has for the secret at this path: ``family-immich-api-key``.

    One that is stored is never taken again, even if nobody uses it: an older version of a file may come back.
    """
    parts = [str(part) for part in path if part != "settings"]
    words = re.sub(r"[^a-z0-9]+", "-", "-".join([instance_of(file), *parts]).lower()).strip("-")
    base = words[: _LONGEST - 4] or "secret"
    candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in candidates if name not in taken)


def _check(name: str, value: str, known: Collection[str]) -> None:
    if name not in known and not _NAME.fullmatch(name):
        raise CommandError(
            f"'{printable(name)}' cannot be the name of a secret; nothing was done",
            "letters, digits, -, _ and ., at most 64 of them",
            exit_code=64,
        )
    if value == MASK:
        raise CommandError("this is the mask, not a secret; nothing was done", "type the secret itself", exit_code=64)
    if not value or len(value) > MAX_SECRET:
        what = "a secret cannot be empty" if not value else "this is too large for a secret"
        raise CommandError(f"{what}; nothing was done", exit_code=64)


def _without(data: dict[str, Any], names: Collection[str]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}
