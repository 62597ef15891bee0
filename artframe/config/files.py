"""What stands in the configuration's files at this moment, and in their kept versions?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from artframe.config.document import Document, parse, read_bytes
from artframe.config.history import History, Kind
from artframe.config.layout import FRAME, PLUGINS, SECRETS, Layout, instance_of
from artframe.config.problem import ConfigRefused, UnknownFile
from artframe.core.near_names import meant
from artframe.errors import ConfigError

UNUSABLE = "cannot be used as it is, nothing was done"


class ConfigFiles:
    """The files of one ARTFRAME_HOME by name, read only. ``known``: the instances that are known, for suggestions."""

    def __init__(self, layout: Layout, history: History, known: Callable[[], tuple[str, ...]]) -> None:
        self._layout = layout
        self._history = history
        self._known = known

    def name(self, file: str) -> str:
        """The file that a person means, by its name relative to ``config/``. Raises UnknownFile."""
        return self._layout.file(file, (FRAME, SECRETS, *self._known()))

    def raw(self, file: str) -> bytes | None:
        """The file's bytes; None if it is not there. Raises ConfigError."""
        try:
            return read_bytes(self._layout.path(file))
        except OSError as error:
            raise ConfigError(f"{file} cannot be read: {error.strerror or type(error).__name__}") from None

    def expected(self, file: str) -> bytes:
        """The same of a file that should be there; a missing ``frame.json`` or ``secrets.json`` says nothing.

        Raises UnknownFile for a plugin's file that is not there.
        """
        raw = self.raw(file)
        if raw is None and file.startswith(f"{PLUGINS}/"):
            plugins = [instance_of(known) for known in self._layout.listing().plugins or ()]
            names = [*plugins, instance_of(FRAME), instance_of(SECRETS)]
            hint = meant(instance_of(file), names, "'artframe plugin list' shows which there are")
            raise UnknownFile(f"there is no configuration file {file}", hint)
        return raw or b""

    def document(self, file: str) -> Document:
        """What the file says; a missing ``frame.json`` or ``secrets.json`` says nothing.

        Raises UnknownFile, and ConfigRefused for what is no JSON.
        """
        try:
            return self.parsed(file, self.expected(file) or b"{}")
        except ConfigRefused as refused:
            raise ConfigRefused(file, refused.problems, said=UNUSABLE) from None

    def parsed(self, file: str, raw: bytes) -> Document:
        """What these bytes say. Raises ConfigRefused."""
        reading = parse(raw, file)
        if reading.document is None:
            raise ConfigRefused(file, reading.problems)
        return reading.document

    def version(self, file: str, id: str) -> bytes:
        """The bytes of a kept version, or of the file itself: ``now``. Raises UnknownFile."""
        if id != "now":
            version = self._history.find(file, id)
            if version.kind is Kind.REMOVED:
                what = f"version {version.id} of {file} only tells that the file was removed"
                raise UnknownFile(what, "choose an older one: 'artframe config history' lists them")
            return version.path.read_bytes()
        raw = self.raw(file)
        if raw is None:
            raise UnknownFile(f"{file} is not there", "compare two of its saved versions instead")
        return raw


def as_text(raw: bytes | None) -> str:
    """The bytes as text, whatever they are."""
    return (raw or b"").decode(errors="replace")


def basis_of(raw: bytes | None) -> str:
    """What tells one content of a file from every other: the SHA-256 of its bytes, in hex; those of a missing file."""
    return hashlib.sha256(raw or b"").hexdigest()
