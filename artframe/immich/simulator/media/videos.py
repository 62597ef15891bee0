"""What does a video file say about itself? Read from the boxes of MP4 and QuickTime files, nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from artframe.immich.simulator.media.facts import Facts

BETWEEN_1904_AND_1970 = 2_082_844_800
LARGEST_BOX = 1 << 20


def read_video(path: Path) -> Facts:
    """Duration, size and date of an MP4; empty facts for other containers and broken files."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            for name, start, stop in _boxes(file, 0, end):
                if name == b"moov":
                    return _read_movie(file, start, stop)
    except (struct.error, OSError, ValueError, ZeroDivisionError):
        pass
    return Facts()


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while start + 8 <= end:
        file.seek(start)
        size, name = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield name, start + head, min(start + size, end)
        start += size


def _content(file: BinaryIO, start: int, stop: int) -> bytes:
    file.seek(start)
    return file.read(min(stop - start, LARGEST_BOX))


def _read_movie(file: BinaryIO, start: int, stop: int) -> Facts:
    duration = taken = width = height = None
    for name, first, last in _boxes(file, start, stop):
        if name == b"mvhd":
            data = _content(file, first, last)
            layout = ">QQIQ" if data[0] == 1 else ">IIII"
            created, _, scale, length = struct.unpack_from(layout, data, 4)
            duration = round(length * 1000 / scale)
            taken = (created - BETWEEN_1904_AND_1970) * 1_000_000 if created > BETWEEN_1904_AND_1970 else None
        elif name == b"trak":
            for inner, begin, until in _boxes(file, first, last):
                if inner == b"tkhd":
                    across, down = struct.unpack(">II", _content(file, begin, until)[-8:])
                    if across and down:
                        width, height = across >> 16, down >> 16
    zone = "UTC" if taken is not None else None
    return Facts(
        width=width,
        height=height,
        raw_width=width,
        raw_height=height,
        orientation="1",
        taken=taken,
        local=taken,
        time_zone=zone,
        duration=duration,
        thumbhash=None if width is None else "1wcGBwAIiIeAeIh3iHd3d4eHCIiHdw==",
    )
