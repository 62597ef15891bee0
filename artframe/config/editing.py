"""How is a configuration file edited setting by setting, by every face alike?"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from artframe.config.describe import Schema, node_at
from artframe.config.differences import Edited, differences
from artframe.config.document import Document
from artframe.config.files import basis_of
from artframe.config.layout import PLUGINS, SECRETS
from artframe.config.masked_text import mask_problem, origins
from artframe.config.masking import masked
from artframe.config.problem import ConfigRefused, ConflictError, Path
from artframe.config.rewrite import render, rewrite
from artframe.config.schema import Secret
from artframe.config.setting_path import NOTHING, put, resolved, take, unknown_setting, value_at
from artframe.config.showing import Showing
from artframe.config.store import ConfigStore, Data
from artframe.config.stored_secrets import StoredSecrets
from artframe.config.typed_change import Change, read_value
from artframe.config.typed_secrets import Placement, place, typed_secrets
from artframe.errors import ArtframeError, CommandError


@dataclass(frozen=True, kw_only=True)
class SettingValue:
    """What one setting of a file is: what stands there (secrets masked), or else the default."""

    file: str
    path: Path
    value: Any = field(repr=False)
    is_set: bool


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """A file as it would be."""

    old: Data = field(repr=False)
    text: str = field(repr=False)
    placement: Placement


class SettingsEditor:
    """Edits settings in the files of a store."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store
        self._showing = Showing(store)
        self._secrets = StoredSecrets(store)

    def content(self, file: str) -> tuple[Document, Schema]:
        """What the file says, secrets included, and its schema. Raises UnknownFile, ConfigRefused for what is no JSON.

        A missing ``frame.json`` or ``secrets.json`` says nothing.
        """
        document = self._store.files.document(self._store.files.name(file))
        return document, self._store.schema(document.file, document.data)

    def value(self, file: str, path: Path) -> SettingValue:
        """One setting. ``settings.`` may be left out in a plugin's file. Raises CommandError if there is none such."""
        document, schema = self.content(file)
        full = resolved(path, schema, _short_for(document.file))
        found = value_at(masked(document.data, schema), full)
        node = node_at(schema, full)
        if found is NOTHING and node is None:
            raise unknown_setting(full, schema)
        default = (node or {}).get("default")
        return SettingValue(
            file=document.file, path=full, value=default if found is NOTHING else found, is_set=found is not NOTHING
        )

    def change(
        self, file: str, changes: Sequence[Change], *, reason: str, basis: str = "", start: Data | None = None
    ) -> Edited:
        """Make all the changes, or none. ``start``: what a new plugin's file begins with; there must be no such file.

        Secrets that are typed in go to ``secrets.json``, a reference stays in the file. A mask means: as it is.
        Raises CommandError for what cannot be understood, ConfigRefused for what is wrong with the result,
        ConflictError with both versions ``shown`` if ``basis`` stands for another content, SaveFailed.
        """
        with self._store.held(), self._showing.conflicts():
            name = self._store.files.name(file)
            stale = self._showing.is_stale(name, basis)
            try:
                draft = self._draft(name, changes, start)
            except ArtframeError:
                if stale:
                    raise ConflictError(name, ours="", theirs=self._store.read(name)) from None
                raise
            if stale:
                raise ConflictError(name, ours=draft.text, theirs=self._store.read(name))
            self._save(name, draft.text, draft.placement, reason)
            raw, names = self._store.files.raw(name), draft.placement.names
            new = self._store.files.parsed(name, raw or b"{}").data
            schemas = self._store.schema(name, draft.old), self._store.schema(name, new)
            found = differences(draft.old, new, schemas, also=names)
            return Edited(file=name, basis=basis_of(raw), differences=tuple(found), secrets=dict(names))

    def _draft(self, name: str, changes: Sequence[Change], start: Data | None) -> _Draft:
        if start is not None and self._store.files.raw(name) is not None:
            raise CommandError(f"{name} is there already; nothing was done", "choose another name")
        document = self._store.files.document(name) if start is None else self._store.files.parsed(name, b"{}")
        old: Data = document.data
        new = copy.deepcopy(old if start is None else start)
        for change in changes:
            self._apply(new, change, name)
        restored = self._restore(new, old, name)
        placement = self._place(new, old, name, restored)
        text = rewrite(document.text, old, placement.data) if old else render(placement.data)
        return _Draft(old=old, text=text, placement=placement)

    def _apply(self, new: Data, change: Change, name: str) -> None:
        schema = self._store.schema(name, new)
        path = resolved(change.path, schema, _short_for(name))
        node = node_at(schema, path)
        if change.text is not None:
            put(new, path, read_value(change.text, node))
        elif take(new, path) is NOTHING and node is None:
            raise unknown_setting(path, schema)

    def _restore(self, new: Data, old: Data, name: str) -> list[Path]:
        """Put what is masked back; returns where."""
        found = list(origins(new, old, self._store.schema(name, old)))
        if unknown := [origin.path for origin in found if not origin.known]:
            document = self._store.files.parsed(name, render(new).encode())
            problems = [mask_problem(document, path) for path in unknown]
            raise ConfigRefused(name, [replace(problem, line=None, column=None) for problem in problems])
        for origin in found:
            value = origin.value if origin.source is None else copy.deepcopy(value_at(old, origin.source))
            put(new, origin.path, value)
        return [origin.path for origin in found]

    def _place(self, new: Data, old: Data, name: str, restored: Sequence[Path]) -> Placement:
        typed = typed_secrets(new, old, self._store.schema(name, new), aside=restored) if name != SECRETS else {}
        if not typed:
            return Placement(stored={}, data=new, names={}, in_place=False)
        uses = self._secrets.uses()
        taken = {*self._secrets.names(), *uses}
        return place(typed, new, old, file=name, known=self._store.vault.stored, taken=taken, uses=uses)

    def _save(self, name: str, text: str, placement: Placement, reason: str) -> None:
        """Secrets first: until the file refers to them, nobody goes by them."""
        if not placement.stored:
            self._store.write(name, text, reason=reason)
            return
        if not placement.in_place:
            stored = {**self._store.vault.stored, **{key: Secret(value) for key, value in placement.stored.items()}}
            vault = replace(self._store.vault, stored=stored)
            if problems := self._store.trial(name, text.encode(errors="surrogatepass"), vault=vault):
                raise ConfigRefused(name, problems)
        self._store.modify(SECRETS, lambda data: {**data, **placement.stored}, reason=reason)
        if placement.in_place:
            return
        try:
            self._store.write(name, text, reason=reason)
        except ArtframeError:
            # Nobody refers to them, so they could stay as well; it is only tidier.
            with contextlib.suppress(ArtframeError):
                self._store.modify(SECRETS, lambda data: _without(data, placement), reason=f"{reason} failed")
            raise


def _short_for(name: str) -> str:
    return "settings" if name.startswith(f"{PLUGINS}/") else ""


def _without(data: Data, placement: Placement) -> Data:
    return {name: value for name, value in data.items() if name not in placement.stored}
