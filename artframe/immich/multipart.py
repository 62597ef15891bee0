"""How does a file become an upload's body without ever being in memory?

Not requests-toolbelt's encoder: it needs the length beforehand, which a pipe does not have, and waits for ever for
the rest of a file that became shorter.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from urllib3.fields import RequestField

from artframe.immich.errors import SourceChanged

_PIECE = 256 * 1024


class UploadBody:
    """A multipart/form-data body, read once from front to back: fields, the file, a sidecar, then the file's name.

    The order is Immich's: it decides about a file's type by a ``filename`` field that came before, also about the
    sidecar's, so the field comes last. ``sha1`` is the hex digest of the file, complete once the body is read.
    Without ``size`` the body is sent in chunks.
    """

    def __init__(
        self,
        source: BinaryIO,
        *,
        file_name: str,
        size: int | None,
        fields: Mapping[str, str],
        sidecar: bytes | None = None,
    ) -> None:
        self._boundary = secrets.token_hex(16)
        self._source = source
        self._left = size
        self._digest = hashlib.sha1(usedforsecurity=False)
        self._head = b"".join(self._field(name, value) for name, value in fields.items())
        self._head += self._part_head("assetData", file_name)
        self._tail = b"\r\n"
        if sidecar is not None:
            self._tail += self._part_head("sidecarData", f"{file_name}.xmp") + sidecar + b"\r\n"
        self._tail += self._field("filename", file_name) + f"--{self._boundary}--\r\n".encode()
        self._pieces = self._generate()
        self._buffer = b""
        self.content_type = f"multipart/form-data; boundary={self._boundary}"
        # requests looks for an attribute of this name; without a number in it, it sends in chunks.
        self.len = None if size is None else len(self._head) + size + len(self._tail)

    @property
    def sha1(self) -> str:
        """Hex digest of what was read of the file."""
        return self._digest.hexdigest()

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes of the body; empty at its end. Raises SourceChanged when the file is shorter."""
        if not self._buffer:
            self._buffer = next(self._pieces, b"")
        if size < 0:
            rest, self._buffer = self._buffer + b"".join(self._pieces), b""
            return rest
        piece, self._buffer = self._buffer[:size], self._buffer[size:]
        return piece

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(_PIECE):
            yield piece

    def _generate(self) -> Iterator[bytes]:
        yield self._head
        while self._left is None or self._left > 0:
            piece = self._source.read(_PIECE if self._left is None else min(_PIECE, self._left))
            if not piece:
                if self._left:
                    raise SourceChanged(f"the file ended {self._left} bytes early", "it changed while it was read")
                break
            self._digest.update(piece)
            if self._left is not None:
                self._left -= len(piece)
            yield piece
        yield self._tail

    def _part_head(self, name: str, file_name: str | None = None) -> bytes:
        field = RequestField(name, b"", filename=file_name)
        field.make_multipart(content_type="application/octet-stream" if file_name is not None else None)
        return f"--{self._boundary}\r\n{field.render_headers()}".encode()

    def _field(self, name: str, value: str) -> bytes:
        return self._part_head(name) + value.encode() + b"\r\n"
