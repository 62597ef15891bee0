"""What does a configuration file say, byte for byte, for the person who edits it with an editor of their own?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from artframe.config.document import MAX_BYTES, read_bytes
from artframe.config.home import frame_text, secrets_text
from artframe.config.layout import FRAME, SECRETS, Layout, instance_of
from artframe.config.problem import UnknownFile, did_you_mean
from artframe.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file as it is on the disk, secrets included. ``basis`` names these bytes when the new ones are saved."""

    file: str
    content: bytes = field(repr=False)
    basis: str


def basis_of(content: bytes) -> str:
    """The name of a file's content: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def opened(layout: Layout, name: str) -> Opened:
    """Read the file that a person means. Raises UnknownFile, ConfigError.

    A ``frame.json`` or ``secrets.json`` that is not there begins as the one that a new frame gets.
    """
    known = [instance_of(file) for file in layout.listing().plugins or ()]
    file = layout.file(name, ("frame", "secrets", *known))
    try:
        content = read_bytes(layout.path(file))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror or type(error).__name__}") from None
    if content is not None and len(content) > MAX_BYTES:
        raise ConfigError(f"{file} is too large to be a configuration file; nothing was changed")
    if content is None:
        if file not in (FRAME, SECRETS):
            close = did_you_mean(instance_of(file), known)
            hint = f"did you mean {close}?" if close else "'artframe plugin add' makes one"
            raise UnknownFile(f"there is no configuration file {file}", hint)
        fresh = frame_text() if file == FRAME else secrets_text()
        return Opened(file=file, content=fresh.encode(), basis=basis_of(b""))
    return Opened(file=file, content=content, basis=basis_of(content))
