"""The body of an upload, as a server reads it."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_multipart.multipart import FormParser, parse_options_header

from artframe.immich import SourceChanged
from artframe.immich.multipart import UploadBody

Part = tuple[str, str | None, bytes]


def parse(body: bytes, content_type: str) -> list[Part]:
    """What a server makes of a body, in order."""
    parts: list[Part] = []
    boundary = parse_options_header(content_type)[1][b"boundary"]

    def on_field(field: object) -> None:
        parts.append((field.field_name.decode(), None, field.value or b""))  # type: ignore[attr-defined]

    def on_file(file: object) -> None:
        file.file_object.seek(0)  # type: ignore[attr-defined]
        name = file.file_name.decode()  # type: ignore[attr-defined]
        parts.append((file.field_name.decode(), name, file.file_object.read()))  # type: ignore[attr-defined]

    parser = FormParser("multipart/form-data", on_field, on_file, boundary=boundary)
    parser.write(body)
    parser.finalize()
    return parts


@given(st.binary(max_size=2000), st.booleans(), st.none() | st.binary(min_size=1, max_size=50), st.integers(1, 700))
def test_body_arrives_as_it_was_sent(data: bytes, sized: bool, sidecar: bytes | None, step: int) -> None:
    body = UploadBody(
        io.BytesIO(data),
        file_name="größe.jpg",
        size=len(data) if sized else None,
        fields={"fileCreatedAt": "2024-01-01T00:00:00.000Z"},
        sidecar=sidecar,
    )
    sent = b"".join(iter(lambda: body.read(step), b""))
    assert body.len == (len(sent) if sized else None)
    assert body.sha1 == hashlib.sha1(data).hexdigest()
    expected: list[Part] = [
        ("fileCreatedAt", None, b"2024-01-01T00:00:00.000Z"),
        ("assetData", "größe.jpg", data),
        ("filename", None, "größe.jpg".encode()),
    ]
    if sidecar is not None:
        expected.insert(2, ("sidecarData", "größe.jpg.xmp", sidecar))
    assert parse(sent, body.content_type) == expected


def test_quotes_and_line_ends_in_a_name_cannot_break_the_form() -> None:
    name = 'a"; name="x\r\n\r\nb.jpg'
    body = UploadBody(io.BytesIO(b"1"), file_name=name, size=1, fields={})
    parts = parse(body.read(), body.content_type)
    assert [part[0] for part in parts] == ["assetData", "filename"]
    assert parts[1][2].decode() == name


def test_file_that_became_shorter_is_noticed() -> None:
    body = UploadBody(io.BytesIO(b"123"), file_name="a.jpg", size=5, fields={})
    with pytest.raises(SourceChanged):
        body.read()


def test_file_that_grows_is_sent_as_it_was_announced() -> None:
    body = UploadBody(io.BytesIO(b"12345"), file_name="a.jpg", size=3, fields={})
    assert parse(body.read(), body.content_type)[0] == ("assetData", "a.jpg", b"123")


def test_source_is_read_in_small_pieces() -> None:
    class Endless(io.RawIOBase):
        largest = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 1 << 20
            return bytes(size)

    body = UploadBody(cast(BinaryIO, Endless()), file_name="a.mp4", size=1 << 40, fields={})
    assert sum(len(body.read(1 << 16)) for _ in range(100)) <= 100 * (1 << 16)
