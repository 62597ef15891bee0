"""What may be shown of a configuration file as it is, sound or broken, and of two versions that exclude each other?"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from artframe.config.broken_text import Remains, kind_in, masked_remains
from artframe.config.document import parse
from artframe.config.files import as_text, basis_of
from artframe.config.layout import instance_of
from artframe.config.masked_text import masked_text
from artframe.config.problem import ConflictError, Texts
from artframe.config.store import ConfigStore


class Showing:
    """Shows the files of one store without their secrets."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def text(self, name: str, raw: bytes) -> str:
        """These bytes of the file ``name`` as a text, secrets masked, formatting kept; in doubt, it is masked."""
        document = parse(raw, name).document
        if document is None:
            return self.remains(name, raw).text
        return masked_text(document, self._store.schema(name, document.data))

    def remains(self, name: str, raw: bytes) -> Remains:
        """The same for what is no JSON."""
        text = as_text(raw)
        in_force = self._store.config.plugins.get(instance_of(name))
        kind = kind_in(text) or (in_force.kind if in_force is not None else "")
        return masked_remains(text, self._store.schema(name, {"plugin": kind}), tuple(self._store.known_secrets))

    def is_stale(self, name: str, basis: str) -> bool:
        """Whether the file is another one than the one ``basis`` stands for (empty: for any).

        What somebody edited by hand and ``basis`` stands for has been seen, so it is taken note of at once.
        """
        if not basis:
            return False
        if basis != basis_of(self._store.files.raw(name)):
            return True
        if self._store.unread(name):
            self._store.reload()
        return False

    @contextlib.contextmanager
    def conflicts(self) -> Iterator[None]:
        """Give conflicts that come from inside both versions as they may be shown, and what to build upon next."""
        try:
            yield
        except ConflictError as conflict:
            raw = self._store.files.raw(conflict.file)
            ours = self.text(conflict.file, conflict.texts.ours.encode(errors="replace"))
            shown = Texts(ours=ours, theirs=self.text(conflict.file, raw or b""))
            raise ConflictError(
                conflict.file, ours=conflict.texts.ours, theirs=as_text(raw), shown=shown, basis=basis_of(raw)
            ) from None
