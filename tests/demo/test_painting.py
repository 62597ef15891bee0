"""Are pictures painted the same every time, whole or not at all?"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from artframe.demo.catalogue import pictures
from artframe.demo.files import write
from artframe.demo.library import Painters, PaintingFailed
from artframe.demo.movie import quicktime
from artframe.demo.picture import DemoPicture, Kind

TODAY = date(2026, 3, 4)
WHOLE = pictures(TODAY)


def small(picture: DemoPicture) -> DemoPicture:
    """The same picture at a size that is painted in a moment."""
    width, height = picture.size
    scale = (60_000 / (width * height)) ** 0.5
    return replace(picture, size=(round(width * scale), round(height * scale)))


@pytest.mark.parametrize("picture", WHOLE, ids=lambda one: one.file_name)
def test_same_picture_comes_out_the_same_byte_for_byte(picture: DemoPicture, tmp_path: Path) -> None:
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write(small(picture), tmp_path / folder)
    for name in picture.file_names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(picture.file_names)


def boxes(data: bytes) -> dict[bytes, bytes]:
    found, at = {}, 0
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        found[name] = data[at + 8 : at + size]
        at += size
    return found


def test_film_is_a_quicktime_file_whose_frames_are_pictures(tmp_path: Path) -> None:
    (film,) = (one for one in WHOLE if one.kind is Kind.VIDEO)
    write(film, tmp_path)
    data = (tmp_path / film.file_name).read_bytes()
    top = boxes(data)
    assert list(top) == [b"ftyp", b"mdat", b"moov"]
    movie = boxes(top[b"moov"])
    scale, length = struct.unpack_from(">II", movie[b"mvhd"], 12)
    assert length / scale == pytest.approx(3.0)
    table = boxes(boxes(boxes(boxes(movie[b"trak"])[b"mdia"])[b"minf"])[b"stbl"])
    (count,) = struct.unpack_from(">I", table[b"stsz"], 8)
    sizes = struct.unpack_from(f">{count}I", table[b"stsz"], 12)
    (start,) = struct.unpack_from(">I", table[b"stco"], 8)
    assert count == 36
    for size in sizes:
        with Image.open(io.BytesIO(data[start : start + size])) as frame:
            frame.load()
            assert frame.size == film.size
        start += size


def test_film_of_a_live_photo_stands_beside_its_still(tmp_path: Path) -> None:
    (live,) = (one for one in WHOLE if one.kind is Kind.LIVE)
    write(small(live), tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} == {".jpg", ".mov"}
    assert len({path.stem for path in tmp_path.iterdir()}) == 1


def test_film_of_no_frames_is_still_well_formed() -> None:
    assert list(boxes(quicktime([], (16, 16), rate=12, taken=WHOLE[0].taken))) == [b"ftyp", b"mdat", b"moov"]


def test_painters_yield_at_once_what_is_there_and_paint_the_rest(tmp_path: Path) -> None:
    there, missing = WHOLE[0], WHOLE[6]
    (tmp_path / there.file_name).write_bytes(b"kept as it is")
    with Painters(tmp_path, TODAY, workers=1) as painters:
        assert list(painters.paint([there, missing])) == [there, missing]
    assert (tmp_path / there.file_name).read_bytes() == b"kept as it is"
    with Image.open(tmp_path / missing.file_name) as image:
        assert image.size == missing.size


def test_painter_that_cannot_write_is_reported_with_a_hint(tmp_path: Path) -> None:
    with (
        Painters(tmp_path / "not there", TODAY, workers=1) as painters,
        pytest.raises(PaintingFailed, match="could not be painted"),
    ):
        list(painters.paint(WHOLE[:1]))


def test_stopped_painters_leave_no_half_picture(tmp_path: Path) -> None:
    with Painters(tmp_path, TODAY, workers=1) as painters:
        done = painters.paint(WHOLE[:8])
        first = next(iter(done))
        painters.stop()
    names = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".part")}
    assert first.file_name in names
    for name in names:
        with Image.open(tmp_path / name) as image:
            image.load()
