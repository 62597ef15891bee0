"""Which settings are others than before, said without any secret?"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from artframe.config.describe import Schema
from artframe.config.masking import CHANGED, masked, revealing_changes
from artframe.config.problem import Path
from artframe.config.rewrite import same
from artframe.config.setting_path import NOTHING, path_text, value_at


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A setting that is another than before; NOTHING where it does not stand in the file. Secrets are masked."""

    path: Path
    before: Any
    after: Any

    def as_json(self) -> dict[str, Any]:
        """``before`` and ``after`` are left out where nothing stands."""
        values = {"before": self.before, "after": self.after}
        return {"path": path_text(self.path), **{name: value for name, value in values.items() if value is not NOTHING}}


@dataclass(frozen=True, kw_only=True)
class Edited:
    """What an edit came to. ``basis`` stands for the new content, ``secrets`` names what was stored, by setting."""

    file: str
    basis: str
    differences: tuple[Difference, ...]
    secrets: dict[Path, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {
            "file": self.file,
            "basis": self.basis,
            "changes": [one.as_json() for one in self.differences],
            "secrets": {path_text(path): name for path, name in self.secrets.items()},
        }


def differences(
    before: Any, after: Any, schemas: tuple[Schema, Schema], *, also: Collection[Path] = ()
) -> Iterator[Difference]:
    """All differences, in the order of ``after``. ``also``: settings whose reference leads to another secret now."""
    old = masked(before, schemas[0])
    new = revealing_changes(before, after, masked(after, schemas[1]))
    found = list(_differences(old, new, ()))
    yield from found
    told = {one.path for one in found}
    for path in also:
        if path not in told:
            yield Difference(path=path, before=value_at(old, path), after=CHANGED)


def _differences(old: Any, new: Any, path: Path) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in (*new, *(name for name in old if name not in new)):
            yield from _differences(old.get(name, NOTHING), new.get(name, NOTHING), (*path, name))
    elif isinstance(new, dict) and old is NOTHING and new:
        for name, value in new.items():
            yield from _differences(NOTHING, value, (*path, name))
    elif old is not new and not same(old, new):
        yield Difference(path=path, before=old, after=new)
