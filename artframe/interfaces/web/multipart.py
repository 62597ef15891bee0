"""How does a form with files come in? Piece by piece, each file straight into a private folder, never into memory."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path, PurePosixPath

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from artframe.core.calling import Caller
from artframe.core.exchange import Upload
from artframe.errors import NotReady
from artframe.interfaces.web.failures import Refused
from artframe.interfaces.web.limits import MB

_PARTS = 1000
_FILES = 4
_FIELD_BYTES = 1 * MB
"""Of all fields together; the files have the body's limit."""
_WRITE_BYTES = 256 * 1024


class UploadFolder:
    """Where files stay until their request is answered; only we may look into it."""

    def __init__(self, home: Path) -> None:
        self._path = home / "state" / "uploads"

    def clear(self) -> None:
        """Delete what a crash left behind; blocks."""
        with contextlib.suppress(OSError):
            for left in self._path.iterdir():
                left.unlink()

    def create(self) -> tuple[int, Path]:
        """An empty file (0600): its handle and its path; blocks. Raises NotReady."""
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path)
        except OSError as error:
            raise no_room(error) from error
        return handle, Path(name)

    def keep(self, content: bytes, name: str) -> Upload:
        """A file of this content; blocks. Raises NotReady."""
        handle, path = self.create()
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise no_room(error) from error
        return Upload(path=path, name=name)


def no_room(error: OSError) -> NotReady:
    """The disk does not take a file that somebody sends."""
    return NotReady(
        f"the file cannot be kept for the moment: {error.strerror or error}; nothing was done",
        "make room on the disk and send it again",
    )


class _Part:
    def __init__(self) -> None:
        self.headers: dict[bytes, bytes] = {}
        self.header: list[bytes] = [b"", b""]
        self.name = ""
        self.file_name: str | None = None
        self.data: list[bytes] = []
        self.size = 0
        self.ended = False


class MultipartReader:
    """Reads one body of multipart/form-data: ``fields`` in order, ``files`` by field; without a folder no files."""

    def __init__(self, content_type: str, folder: UploadFolder | None, caller: Caller) -> None:
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary", b"")
        if not boundary:
            raise _broken()
        self.fields: list[tuple[str, str]] = []
        self.files: dict[str, Upload] = {}
        self._folder = folder
        self._caller = caller
        self._parts: list[_Part] = []
        self._sent: set[str] = set()
        self._count = 0
        self._field_bytes = 0
        self._ended = False
        self._handle: int | None = None
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_part_data": self._data,
                    "on_part_end": self._end,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_end,
                    "on_headers_finished": self._headers_end,
                    "on_end": self._all,
                },
            )
        except FormParserError:
            raise _broken() from None

    async def read(self, chunks: AsyncIterator[bytes]) -> None:
        """Take the whole body in. Raises Refused (400, 413) or NotReady; the files made so far are in ``files``."""
        try:
            async for chunk in chunks:
                self._parser.write(chunk)
                await self._keep()
            self._parser.finalize()
        except FormParserError:
            raise _broken() from None
        finally:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None
        if not self._ended:
            raise _broken()

    async def _keep(self) -> None:
        """Write what has come of files. At most one part is unfinished: the last one."""
        for part in self._parts:
            if part.file_name is not None and (part.ended or part.size >= _WRITE_BYTES):
                data, part.data, part.size = b"".join(part.data), [], 0
                writing = asyncio.ensure_future(self._caller.call(self._write, part, data))
                try:
                    await asyncio.shield(writing)
                except asyncio.CancelledError:
                    # The thread goes on. A descriptor that was closed under it may be another file's by now.
                    await asyncio.wait([writing])
                    raise
        self._parts = [part for part in self._parts if not part.ended]

    def _write(self, part: _Part, data: bytes) -> None:
        assert part.file_name is not None
        assert self._folder is not None
        if self._handle is None:
            self._handle, path = self._folder.create()
            self.files[part.name] = Upload(path=path, name=part.file_name)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError as error:
            raise no_room(error) from error
        if part.ended:
            os.close(self._handle)
            self._handle = None

    # ---- what the parser tells

    def _begin(self) -> None:
        self._count += 1
        if self._count > _PARTS:
            raise Refused(413, "the form has too many fields; nothing was done")
        self._parts.append(_Part())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._parts[-1].header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._parts[-1].header[1] += data[start:end]

    def _header_end(self) -> None:
        part = self._parts[-1]
        part.headers[part.header[0].lower()] = part.header[1]
        part.header = [b"", b""]

    def _headers_end(self) -> None:
        part = self._parts[-1]
        _, options = parse_options_header(part.headers.get(b"content-disposition", b"").decode("latin-1"))
        part.name = _text(options.get(b"name", b""))
        if not part.name:
            raise _broken()
        if b"filename" in options:
            if self._folder is None:
                raise Refused(400, "no file is taken here; nothing was done")
            part.file_name = safe_name(_text(options[b"filename"]))
            if part.name in self._sent or len(self._sent) >= _FILES:
                raise Refused(400, "the form has more files than it may; nothing was done")
            self._sent.add(part.name)

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self._parts[-1]
        part.data.append(data[start:end])
        part.size += end - start
        if part.file_name is None:
            self._field_bytes += end - start
            if self._field_bytes > _FIELD_BYTES:
                raise Refused(413, "the form's texts are too long; nothing was done")

    def _end(self) -> None:
        part = self._parts[-1]
        part.ended = True
        if part.file_name is None:
            self.fields.append((part.name, _text(b"".join(part.data))))

    def _all(self) -> None:
        self._ended = True


def safe_name(name: str) -> str:
    """What a file is called by whoever sends it, without folders and what no name should hold; for people only."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(letter for letter in last if letter.isprintable())[:200]


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise _broken() from None


def _broken() -> Refused:
    return Refused(400, "the form cannot be read; nothing was done", "send it as multipart/form-data, in UTF-8")
