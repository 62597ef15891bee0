"""Which fields and files does an upload bring? Files go to disk as they arrive, and the order of the parts counts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from artframe.immich.simulator.refusal import bad_request

_DISPOSITION = re.compile(r';\s*([\w*]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))')


@dataclass(frozen=True, kw_only=True)
class ReceivedFile:
    """One file part on the disk."""

    part: str
    name: str
    path: Path
    size: int
    sha1: bytes


@dataclass
class Form:
    """All parts of an upload. ``files`` by the name of their part."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, ReceivedFile] = field(default_factory=dict)


Placer = Callable[[str, str, dict[str, str]], Path]


class FormReader:
    """Reads one multipart body; ``place(part, file name, fields so far)`` says where a file goes, or refuses it."""

    def __init__(self, place: Placer) -> None:
        self.form = Form()
        self._place = place
        self._headers: dict[str, str] = {}
        self._header = [b"", b""]
        self._value: bytearray | None = None
        self._file: BinaryIO | None = None
        self._path = Path()
        self._part = self._name = ""
        self._size = 0
        self._digest = hashlib.sha1(usedforsecurity=False)
        self._ended = False

    def read(self, blocks: Iterator[bytes], boundary: str) -> Form:
        """The whole form; files of an upload that breaks off are removed again."""
        parser = MultipartParser(
            boundary.encode(),
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_name,
                "on_header_value": self._header_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._part_end,
                "on_end": self._end,
            },
            max_header_size=1 << 16,
        )
        try:
            for block in blocks:
                parser.write(block)
            if not self._ended:
                raise bad_request("Multipart: Unexpected end of form")
        except MultipartParseError:
            self._remove_files()
            raise bad_request("Multipart: Malformed part header") from None
        except BaseException:
            self._remove_files()
            raise
        return self.form

    def _remove_files(self) -> None:
        if self._file is not None:
            self._file.close()
            self._path.unlink(missing_ok=True)
        for file in self.form.files.values():
            file.path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _header_end(self) -> None:
        name, value = self._header
        if b"\0" in value:
            raise bad_request("Multipart: Malformed part header")
        self._headers[name.decode("latin-1").lower()] = value.decode("utf-8", "replace")
        self._header = [b"", b""]

    def _headers_finished(self) -> None:
        options = {
            name: (quoted or plain).replace('\\"', '"').replace("%22", '"')
            for name, quoted, plain in _DISPOSITION.findall(self._headers.get("content-disposition", ""))
        }
        self._part = options.get("name", "")
        if "filename" not in options:
            self._value = bytearray()
            return
        self._name = re.split(r"[/\\]", options["filename"])[-1]
        self._path = self._place(self._part, self._name, self.form.fields)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("wb")
        self._size = 0
        self._digest = hashlib.sha1(usedforsecurity=False)

    def _data(self, data: bytes, start: int, end: int) -> None:
        block = memoryview(data)[start:end]
        if self._file is not None:
            self._file.write(block)
            self._digest.update(block)
            self._size += len(block)
        elif self._value is not None:
            self._value += block

    def _part_end(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self.form.files[self._part] = ReceivedFile(
                part=self._part, name=self._name, path=self._path, size=self._size, sha1=self._digest.digest()
            )
        elif self._value is not None:
            self.form.fields[self._part] = self._value.decode("utf-8", "replace")
            self._value = None

    def _end(self) -> None:
        self._ended = True


def boundary_of(content_type: str) -> str | None:
    """The boundary of a multipart content type, or None when it is another type."""
    if not content_type.lower().startswith("multipart/form-data"):
        return None
    match = re.search(r'boundary=(?:"([^"]+)"|([^;\s]+))', content_type, re.IGNORECASE)
    return (match[1] or match[2]) if match else None
