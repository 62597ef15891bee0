"""A secret was typed in for a setting: where does it go, so that the file keeps a reference only?"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from artframe.config.describe import Schema, is_secret, node_at
from artframe.config.masking import is_reference
from artframe.config.problem import Path
from artframe.config.rewrite import same
from artframe.config.schema import Secret
from artframe.config.setting_path import NOTHING, put, value_at
from artframe.config.stored_secrets import Use, new_name


@dataclass(frozen=True, kw_only=True)
class Placement:
    """What goes into ``secrets.json`` by name, and the file's content with references to it.

    ``in_place``: the file stays as it is, since nothing but the values behind its own references is another.
    """

    stored: Mapping[str, str] = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    names: Mapping[Path, str]
    in_place: bool


def typed_secrets(new: Any, old: Any, schema: Schema, *, aside: Collection[Path] = ()) -> dict[Path, str]:
    """The secrets in ``new`` that were typed in: plain texts that ``old`` does not hold at that place."""
    return {path: value for path, value in _secrets(new, schema, ()) if path not in aside and _is_new(value, old, path)}


def place(
    typed: Mapping[Path, str],
    new: dict[str, Any],
    old: dict[str, Any],
    *,
    file: str,
    known: Mapping[str, Secret],
    taken: Collection[str],
    uses: Mapping[str, list[Use]],
) -> Placement:
    """Find a name for each typed secret.

    Where only secrets changed, and each has a reference that nothing else uses, their values change in place: one file
    is written, once. Otherwise they get names of their own, so that the old settings stay whole until the new ones
    are saved in one step, and so that nobody else who uses the old name notices anything.
    """
    data = copy.deepcopy(new)
    names: dict[Path, str] = {}
    stored: dict[str, str] = {}
    fresh = {path: value for path, value in typed.items() if not _stored_already(value, value_at(old, path), known)}
    for path in typed.keys() - fresh.keys():
        put(data, path, copy.deepcopy(value_at(old, path)))
    untouched = copy.deepcopy(data)
    for path in fresh:
        if value_at(old, path) is not NOTHING:
            put(untouched, path, copy.deepcopy(value_at(old, path)))
    in_place = bool(fresh) and same(untouched, old) and all(_is_own(old, path, file, uses) for path in fresh)
    for path, value in fresh.items():
        name = value_at(old, path)["$secret"] if in_place else new_name(file, path, {*taken, *names.values()})
        names[path], stored[name] = name, value
        put(data, path, {"$secret": name})
    return Placement(stored=stored, data=data, names=names, in_place=in_place)


def _secrets(value: Any, schema: Schema, path: Path) -> Iterator[tuple[Path, str]]:
    node = node_at(schema, path)
    if node is None:
        return
    if is_secret(node):
        if isinstance(value, str) and value:
            yield path, value
    elif isinstance(value, dict):
        for name, member in value.items():
            if not name.startswith("_"):
                yield from _secrets(member, schema, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _secrets(member, schema, (*path, index))


def _is_new(value: str, old: Any, path: Path) -> bool:
    return bool(value_at(old, path) != value)


def _stored_already(value: str, before: Any, known: Mapping[str, Secret]) -> bool:
    if not (is_reference(before) and "$secret" in before):
        return False
    secret = known.get(before["$secret"])
    return secret is not None and secret.reveal() == value


def _is_own(old: Any, path: Path, file: str, uses: Mapping[str, list[Use]]) -> bool:
    before = value_at(old, path)
    if not (is_reference(before) and "$secret" in before):
        return False
    return uses.get(before["$secret"]) == [Use(file=file, path=path)]
