"""How is a short film written without a video encoder? As JPEG pictures in a QuickTime container."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime

_SECONDS_1904_TO_1970 = 2_082_844_800
_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def quicktime(frames: Sequence[bytes], size: tuple[int, int], *, rate: int, taken: datetime) -> bytes:
    """A ``.mov`` of the frames (JPEG files of ``size``), ``rate`` per second, dated ``taken``.

    Layout after the QuickTime File Format Specification (2001): ftyp, mdat with the frames one after the other, moov.
    """
    head = _box(b"ftyp", b"qt  " + struct.pack(">I", 0x20050300) + b"qt  ")
    media = _box(b"mdat", b"".join(frames))
    return head + media + _movie(frames, size, rate, taken, len(head) + 8)


def _movie(frames: Sequence[bytes], size: tuple[int, int], rate: int, taken: datetime, start: int) -> bytes:
    moment = int(taken.timestamp()) + _SECONDS_1904_TO_1970
    scale, count = 600, len(frames)
    length = scale * count // rate
    times = struct.pack(">II", moment, moment)
    header = _full(
        b"mvhd",
        times + struct.pack(">IIIH10x", scale, length, 0x10000, 0x100) + _MATRIX + bytes(24) + struct.pack(">I", 2),
    )
    width, height = size
    track = _full(
        b"tkhd",
        times
        + struct.pack(">IIIQHHHH", 1, 0, length, 0, 0, 0, 0, 0)
        + _MATRIX
        + struct.pack(">II", width << 16, height << 16),
        flags=7,
    )
    media_header = _full(b"mdhd", times + struct.pack(">IIHH", scale, length, 0, 0))
    handler = _full(b"hdlr", b"mhlrvide" + bytes(12) + b"\x05Video")
    picture = _full(b"vmhd", struct.pack(">HHHH", 0, 0, 0, 0), flags=1)
    here = _box(b"dinf", _full(b"dref", struct.pack(">I", 1) + _full(b"url ", b"", flags=1)))
    table = _box(b"stbl", _samples(frames, size, scale // rate, start))
    media = _box(
        b"mdia",
        media_header + handler + _box(b"minf", picture + _full(b"hdlr", b"dhlralis" + bytes(13)) + here + table),
    )
    return _box(b"moov", header + _box(b"trak", track + media))


def _samples(frames: Sequence[bytes], size: tuple[int, int], step: int, start: int) -> bytes:
    count, (width, height) = len(frames), size
    name = b"Photo - JPEG"
    entry = bytes(6) + struct.pack(">HHH4sII", 1, 0, 0, b"\0" * 4, 0, 512)
    entry += struct.pack(">HHIIIH", width, height, 72 << 16, 72 << 16, 0, 1)
    entry += bytes([len(name)]) + name.ljust(31, b"\0") + struct.pack(">Hh", 24, -1)
    return (
        _full(b"stsd", struct.pack(">I", 1) + _box(b"jpeg", entry))
        + _full(b"stts", struct.pack(">III", 1, count, step))
        + _full(b"stsc", struct.pack(">IIII", 1, 1, count, 1))
        + _full(b"stsz", struct.pack(">II", 0, count) + b"".join(struct.pack(">I", len(frame)) for frame in frames))
        + _full(b"stco", struct.pack(">II", 1, start))
    )


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def _full(name: bytes, content: bytes, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", flags) + content)
