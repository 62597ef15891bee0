"""How is a configuration file edited as a whole text, in which masks stand for its secrets?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from artframe.config.differences import Edited, differences
from artframe.config.document import parse
from artframe.config.files import as_text, basis_of
from artframe.config.masked_text import PutBack, mask_problem, origins, origins_in_broken, put_back
from artframe.config.problem import ConfigProblem, ConfigRefused, ConflictError
from artframe.config.showing import Showing
from artframe.config.store import ConfigStore, Data
from artframe.config.versions import difference


@dataclass(frozen=True, kw_only=True)
class ShownText:
    """A file's text that may be shown. ``basis`` stands for the content it was made from."""

    file: str
    text: str
    basis: str
    problems: tuple[ConfigProblem, ...]

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        problems = [problem.as_json() for problem in self.problems]
        return {"file": self.file, "text": self.text, "basis": self.basis, "problems": problems}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What saving a text would come to. ``stale``: the file is another one than the text was made from."""

    file: str
    problems: tuple[ConfigProblem, ...]
    difference: str
    stale: bool
    basis: str

    def as_json(self) -> dict[str, Any]:
        """As every face of the frame hands it on."""
        return {
            "file": self.file,
            "problems": [problem.as_json() for problem in self.problems],
            "difference": self.difference,
            "stale": self.stale,
            "basis": self.basis,
        }


class TextEditor:
    """Edits whole files of a store."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store
        self._showing = Showing(store)

    def text(self, file: str) -> ShownText:
        """The file's text, secrets masked, formatting kept, and what is wrong with it. Raises UnknownFile."""
        with self._store.held():
            name = self._store.files.name(file)
            raw = self._store.files.raw(name)
            problems = () if raw is None else self._store.trial(name, raw)
            shown = self._showing.text(name, self._store.files.expected(name))
            return ShownText(file=name, text=shown, basis=basis_of(raw), problems=problems)

    def write(self, file: str, content: bytes, *, reason: str, basis: str = "") -> Edited:
        """Replace the file's text by an edited one, in which masks stand for what the file holds at their places.

        ``basis`` is that of the text which was edited. Raises ConfigRefused with the problems at their lines in
        ``content``, ConflictError with both versions ``shown``, SaveFailed.
        """
        with self._store.held(), self._showing.conflicts():
            name = self._store.files.name(file)
            if self._showing.is_stale(name, basis):
                raise ConflictError(name, ours=as_text(content), theirs=self._store.read(name))
            back, old = self._with_secrets(name, content)
            try:
                self._store.write(name, back.text, reason=reason)
            except ConfigRefused as refused:
                raise ConfigRefused(refused.file, _placed(refused.problems, name, back)) from None
            raw = self._store.files.raw(name)
            new = self._store.files.parsed(name, raw or b"{}").data
            schemas = self._store.schema(name, old), self._store.schema(name, new)
            return Edited(file=name, basis=basis_of(raw), differences=tuple(differences(old, new, schemas)))

    def preview(self, file: str, content: bytes, *, basis: str = "") -> Preview:
        """What ``write`` would come to. Changes nothing."""
        with self._store.held():
            name = self._store.files.name(file)
            now = basis_of(self._store.files.raw(name))
            stale = bool(basis) and basis != now
            try:
                back, old = self._with_secrets(name, content)
                raw = back.text.encode()
                new = self._store.files.parsed(name, raw).data
            except ConfigRefused as refused:
                return Preview(file=name, problems=refused.problems, difference="", stale=stale, basis=now)
            problems = _placed(self._store.trial(name, raw), name, back)
            schemas = self._store.schema(name, old), self._store.schema(name, new)
            told = difference(old, new, schemas, labels=(f"{name} now", f"{name} edited"))
            return Preview(file=name, problems=problems, difference=told, stale=stale, basis=now)

    def _with_secrets(self, name: str, content: bytes) -> tuple[PutBack, Data]:
        """The edited text with its secrets in it, and what the file says now (nothing if it is no JSON)."""
        raw = self._store.files.raw(name)
        if raw is not None and b"\r\n" not in raw:
            content = content.replace(b"\r\n", b"\n")  # as web pages and some editors send it
        edited = self._store.files.parsed(name, content)
        source = parse(raw, name).document if raw is not None else None
        old = source.data if source is not None else {}
        if raw is not None and source is None:
            found = list(origins_in_broken(edited.data, self._showing.remains(name, raw)))
        else:
            found = list(origins(edited.data, old, self._store.schema(name, old)))
        if unknown := [origin.path for origin in found if not origin.known]:
            raise ConfigRefused(name, [mask_problem(edited, path) for path in unknown])
        return put_back(edited, found, source), old


def _placed(problems: Sequence[ConfigProblem], name: str, back: PutBack) -> tuple[ConfigProblem, ...]:
    """The same problems at their places in the text that the person edited."""
    placed = []
    for problem in problems:
        if problem.file == name and problem.line is not None:
            place = back.place(problem.line, problem.column or 1)
            problem = replace(problem, line=place.line, column=place.column)
        placed.append(problem)
    return tuple(placed)
