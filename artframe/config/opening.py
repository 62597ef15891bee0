"""What does a configuration file say, byte for byte, for the person who edits it with an editor of their own?"""

from __future__ import annotations

from dataclasses import dataclass, field

from artframe.config.document import MAX_BYTES
from artframe.config.files import ConfigFiles, basis_of
from artframe.config.home import frame_text, secrets_text
from artframe.config.layout import FRAME, SECRETS
from artframe.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file as it is on the disk, secrets included. ``basis`` names these bytes when the new ones are saved."""

    file: str
    content: bytes = field(repr=False)
    basis: str


def opened(files: ConfigFiles, name: str) -> Opened:
    """Read the file that a person means. Raises UnknownFile, ConfigError.

    A ``frame.json`` or ``secrets.json`` that is not there begins as the one that a new frame gets.
    """
    file = files.name(name)
    content = files.raw(file)
    basis = basis_of(content)
    if content is None:
        fresh = {FRAME: frame_text, SECRETS: secrets_text}.get(file)
        content = fresh().encode() if fresh is not None else files.expected(file)
    if len(content) > MAX_BYTES:
        raise ConfigError(f"{file} is too large to be a configuration file; nothing was changed")
    return Opened(file=file, content=content, basis=basis)
