"""Does the demo library hold what it promises?"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from artframe.demo.catalogue import pictures
from artframe.demo.colour import rgb
from artframe.demo.files import paint
from artframe.demo.library import build
from artframe.demo.picture import ALBUMS, DemoPicture, Kind

Library = tuple[Path, tuple[DemoPicture, ...]]
Opener = Callable[[Path], Image.Image]
pytestmark = pytest.mark.timeout(900)


def of_kind(library: Library, kind: Kind) -> list[tuple[Path, DemoPicture]]:
    folder, whole = library
    return [(folder / one.file_name, one) for one in whole if one.kind is kind]


def test_some_forty_pictures_of_every_shape_are_there(library: Library) -> None:
    folder, whole = library
    sizes = [one.size for one in whole if one.kind.shown]
    assert 38 <= len(sizes) <= 50
    assert sum(width * height >= 24_000_000 for width, height in sizes) >= 3
    assert any(width > height for width, height in sizes)
    assert any(width < height for width, height in sizes)
    assert any(width == height for width, height in sizes)
    assert any(width > 3 * height for width, height in sizes)
    names = [name for one in whole for name in one.file_names]
    assert len(set(names)) == len(names)
    assert sum((folder / name).stat().st_size for name in names) < 80_000_000
    assert {suffix for name in names for suffix in [name.rsplit(".")[-1]]} == {"jpg", "heic", "png", "webp", "mov"}
    assert sum(name.endswith(".heic") for name in names) == 2


def test_files_have_the_size_and_the_orientation_that_the_catalogue_says(library: Library) -> None:
    folder, whole = library
    seen = set()
    for one in whole:
        if not one.kind.shown:
            continue
        with Image.open(folder / one.file_name) as image:
            stored = image.size
            orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
        assert stored == (one.size if one.orientation < 5 else one.size[::-1])
        assert orientation == one.orientation
        seen.add(orientation)
    assert seen == set(range(1, 9))


def test_every_turned_file_looks_upright_when_its_orientation_is_honoured(library: Library, upright: Opener) -> None:
    folder, whole = library
    for one in whole:
        if one.orientation == 1:
            continue
        painted = np.asarray(paint(one).resize((60, 60), Image.Resampling.BOX), dtype=np.float32)
        shown = np.asarray(upright(folder / one.file_name).resize((60, 60), Image.Resampling.BOX), dtype=np.float32)
        assert np.abs(painted - shown).mean() < 3
        for wrong in (np.rot90(shown), shown[::-1], shown[:, ::-1]):
            assert np.abs(painted - wrong).mean() > 4, f"nobody would notice {one.file_name} lying wrong"


def test_dates_span_twenty_years_and_some_are_of_this_day(library: Library, today: date) -> None:
    folder, whole = library
    taken = {}
    for one in whole:
        if not one.kind.shown:
            continue
        with Image.open(folder / one.file_name) as image:
            camera = image.getexif().get_ifd(ExifTags.IFD.Exif)
        clock = camera[ExifTags.Base.DateTimeOriginal] + camera[ExifTags.Base.OffsetTimeOriginal]
        taken[one.file_name] = datetime.strptime(clock, "%Y:%m:%d %H:%M:%S%z")
        assert taken[one.file_name] == one.taken
    years = {moment.year for moment in taken.values()}
    assert max(years) - min(years) >= 19
    anniversaries = [moment for moment in taken.values() if (moment.month, moment.day) == (today.month, today.day)]
    assert len(anniversaries) >= 3 or (today.month, today.day) == (2, 29)
    assert all(moment.year < today.year for moment in anniversaries)


def test_leap_day_has_anniversaries_too() -> None:
    ago = [one.taken for one in pictures(date(2028, 2, 29)) if one.taken.month == 2 and one.taken.day == 28]
    assert len(ago) >= 3


def test_places_are_written_as_positions(library: Library) -> None:
    folder, whole = library
    placed = [one for one in whole if one.place is not None and one.file_name.endswith("jpg")]
    assert len(placed) >= 12
    for one in placed:
        assert one.place is not None
        with Image.open(folder / one.file_name) as image:
            place = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        degrees, minutes, seconds = (float(part) for part in place[ExifTags.GPS.GPSLatitude])
        sign = -1 if place[ExifTags.GPS.GPSLatitudeRef] == "S" else 1
        assert sign * (degrees + minutes / 60 + seconds / 3600) == pytest.approx(one.place.latitude, abs=1e-4)


def test_each_face_stands_in_its_box(library: Library, upright: Opener) -> None:
    folder, whole = library
    faces = 0
    for one in whole:
        if not one.people:
            continue
        shown = upright(folder / one.file_name)
        scale = shown.width / one.size[0]
        for (_, (x1, y1, x2, y2)), sitter in zip(one.face_boxes(), one.people, strict=True):
            assert 0 <= x1 < x2 <= one.size[0]
            assert 0 <= y1 < y2 <= one.size[1]
            face = shown.crop((int(x1 * scale), int(y1 * scale), int(x2 * scale), int(y2 * scale)))
            middle = np.asarray(face.resize((20, 20)), dtype=np.float32)[8:12, 8:12] / 255
            assert np.abs(np.median(middle.reshape(-1, 3), axis=0) - rgb(sitter.look.skin)).max() < 0.2
            faces += 1
    assert faces >= 12
    assert len({sitter.name for one in whole for sitter in one.people}) >= 6


def test_grey_picture_has_one_channel(library: Library) -> None:
    for path, _ in of_kind(library, Kind.GREY):
        with Image.open(path) as image:
            assert image.mode == "L"
    assert of_kind(library, Kind.GREY)


def test_wide_gamut_picture_needs_its_profile_for_the_right_colours(library: Library, upright: Opener) -> None:
    ((path, picture),) = of_kind(library, Kind.WIDE_GAMUT)
    with Image.open(path) as image:
        profile = image.info["icc_profile"]
    assert ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).startswith("Display P3")
    stored = upright(path).resize((90, 60), Image.Resampling.BOX)
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    right = ImageCms.profileToProfile(stored, source, ImageCms.createProfile("sRGB"))
    painted = np.asarray(paint(picture).resize((90, 60), Image.Resampling.BOX), dtype=np.float32)
    assert right is not None
    assert np.abs(np.asarray(right, dtype=np.float32) - painted).mean() < 2
    assert np.abs(np.asarray(stored, dtype=np.float32) - painted).mean() > 4


def test_unreadable_file_is_unreadable(library: Library) -> None:
    ((path, _),) = of_kind(library, Kind.BROKEN)
    assert path.suffix == ".jpg"
    with pytest.raises(UnidentifiedImageError):
        Image.open(path)


def test_every_album_holds_something_and_the_first_one_most() -> None:
    whole = pictures(date(2026, 1, 1))
    held = {name: sum(name in one.albums for one in whole) for name in ALBUMS}
    assert held[ALBUMS[0]] == len(whole)
    assert all(count >= 5 for count in held.values())


def test_building_again_leaves_what_is_there_alone(library: Library, today: date) -> None:
    folder, whole = library
    before = {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()}
    assert build(folder, today=today) == whole
    assert {path.name: (path.stat().st_mtime_ns, path.stat().st_ino) for path in folder.iterdir()} == before
