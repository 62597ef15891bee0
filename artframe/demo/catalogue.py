"""Which pictures are in the demo library?

The first ones are quick to paint: they are what a frame shows while the others are still being painted.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

from artframe.demo import scenes_alps as alps
from artframe.demo import scenes_country as country
from artframe.demo import scenes_family as family
from artframe.demo import scenes_mountains as mountains
from artframe.demo import scenes_night as night
from artframe.demo import scenes_prints as prints
from artframe.demo import scenes_sea as sea
from artframe.demo import scenes_still as still
from artframe.demo import scenes_village as village
from artframe.demo.canvas import Canvas
from artframe.demo.picture import FAMILY, LIVING_ROOM, SUMMER, DemoPicture, Kind, Place
from artframe.demo.sitter import Sitter

ZURICH = Place(city="Zürich", latitude=47.377, longitude=8.541)
MUNICH = Place(city="Munich", latitude=48.137, longitude=11.575)
LISBON = Place(city="Lisbon", latitude=38.722, longitude=-9.139)
COPENHAGEN = Place(city="Copenhagen", latitude=55.676, longitude=12.568)
OSLO = Place(city="Oslo", latitude=59.913, longitude=10.746)
REYKJAVIK = Place(city="Reykjavik", latitude=64.146, longitude=-21.942)
HAMBURG = Place(city="Hamburg", latitude=53.55, longitude=9.993)
ROME = Place(city="Rome", latitude=41.893, longitude=12.483)
TOKYO = Place(city="Tokyo", latitude=35.69, longitude=139.692)
NEW_YORK = Place(city="New York", latitude=40.714, longitude=-74.006)
SYDNEY = Place(city="Sydney", latitude=-33.868, longitude=151.207)

BOTH = (LIVING_ROOM, FAMILY)
HOLIDAY = (LIVING_ROOM, SUMMER)
LARGE, TALL, LAND, SQUARE = (6000, 4000), (3000, 4000), (4500, 3000), (3000, 3000)


def pictures(today: date) -> tuple[DemoPicture, ...]:
    """All pictures in the order they are painted. Some were taken on this very day some years before ``today``."""
    return (
        *_photos(today),
        _picture("IMG_0031.mov", sea.sea_sunset, (640, 360), "2022-07-19 21:10", "Evening swell", LISBON,
            kind=Kind.VIDEO, albums=HOLIDAY),
        _picture("IMG_0032.jpg", mountains.tuscan_morning, (1800, 1200), "2016-05-07 07:15",
            "Damaged on an old card", kind=Kind.BROKEN),
    )  # fmt: skip


def _photos(today: date) -> tuple[DemoPicture, ...]:
    return (
        _picture("DSC_0102.jpg", sea.sea_sunset, LAND, "2019-08-14 20:42", "Sailing home", LISBON,
            albums=HOLIDAY, favourite=True),
        _picture("DSC_0240.jpg", mountains.blue_hour_hills, (3600, 2400), "2021-11-06 17:20",
            "Somebody is still awake"),
        _picture("IMG_1044.jpg", mountains.misty_forest, (2400, 3200), "2014-10-03 08:05",
            "Fog between the spruces", MUNICH, orientation=6),
        _picture("IMG_2210.jpg", night.cat_at_the_window, LAND, _ago(today, 1, 18, 30),
            "Minka watches the evening", favourite=True),
        _picture("DSC_0377.jpg", alps.alpenglow_lake, LARGE, "2017-09-02 19:31", "Last light on the summit",
            ZURICH, favourite=True),
        _picture("IMG_3001.jpg", family.garden_party, (4032, 3024), "2023-06-24 18:12",
            "Midsummer in the garden", MUNICH, people=family.GARDEN, albums=BOTH),
        _picture("still-life-01.jpg", still.bottles, (3000, 2400), "2012-02-18 11:00", "Five vessels"),
        _picture("DSC_0519.jpg", night.northern_lights, LAND, "2015-03-17 23:48", "Northern lights", REYKJAVIK,
            orientation=3),
        _picture("IMG_4120.heic", country.lavender_field, (2016, 1512), "2024-07-03 20:55",
            "Lavender, the evening before the harvest", albums=HOLIDAY),
        _picture("print-arches.jpg", prints.sun_and_arches, (2400, 3000), "2010-01-09 12:00", "Sun and arches"),
        _picture("DSC_0611.jpg", sea.lighthouse, TALL, "2013-08-21 21:04", "The lamp is lit", HAMBURG,
            orientation=8, albums=HOLIDAY),
        _picture("IMG_5007.jpg", family.beach_children, (3600, 2400), "2018-07-29 15:20",
            "The castle held until the flood", COPENHAGEN, people=family.BEACH, albums=(*BOTH, SUMMER)),
        _picture("DSC_0702.jpg", village.balloons, LAND, _ago(today, 3, 7, 40), "Seven balloons", favourite=True),
        _picture("PANO_0003.jpg", alps.alpine_panorama, (7800, 2000), "2011-06-12 12:30", "The whole chain", ZURICH),
        _picture("DSC_0815.jpg", country.winter_cabin, LAND, "2020-12-27 16:44", "Snowed in", OSLO, orientation=2),
        _picture("still-life-02.jpg", still.tulips, (2800, 3500), "2009-04-11 10:15",
            "Tulips on the kitchen table", orientation=5),
        _picture("IMG_6033.jpg", family.portrait, TALL, "2022-09-10 16:02", "Amara", people=family.PORTRAIT,
            albums=BOTH),
        _picture("DSC_0900.jpg", alps.dunes, LARGE, "2016-11-19 17:10", "Caravan", kind=Kind.WIDE_GAMUT),
        _picture("print-silk.png", prints.silk, (1500, 1500), "2024-01-20 09:00", "Silk"),
        _picture("DSC_0933.jpg", country.cherry_blossom, LAND, "2019-04-05 13:37", "Hanami", TOKYO,
            orientation=4, favourite=True),
        _picture("IMG_7100.jpg", family.grandparents, (4032, 3024), _ago(today, 10, 15, 5), "On their bench",
            ZURICH, people=family.GRANDPARENTS, albums=BOTH),
        _picture("DSC_1010.jpg", night.night_city, LAND, "2008-10-31 22:15", "From the ferry", NEW_YORK),
        _picture("print-island.jpg", prints.contour_lines, (2400, 3000), "2007-03-02 12:00",
            "An island that is not there", kind=Kind.GREY),
        _picture("DSC_1075.jpg", mountains.alpine_dawn, LAND, "2006-08-30 06:20", "Before everybody else",
            MUNICH, orientation=7),
        _picture("IMG_8002.jpg", family.birthday, (4032, 3024), _ago(today, 5, 16, 30), "Seven candles",
            people=family.BIRTHDAY, albums=BOTH, favourite=True),
        _picture("DSC_1121.jpg", sea.moonlit_sea, (3600, 2400), "2005-07-22 23:59", "Full moon", SYDNEY),
        _picture("still-life-03.jpg", still.oranges, (3000, 2250), "2015-12-06 14:00", "Oranges and quinces"),
        _picture("IMG_8450.heic", family.summit_selfie, (1512, 2016), "2024-08-17 12:12", "We made it", ZURICH,
            people=family.SUMMIT, albums=(*BOTH, SUMMER)),
        _picture("DSC_1188.jpg", village.harbour, LARGE, "2014-06-08 11:25", "Quay", COPENHAGEN, albums=HOLIDAY),
        _picture("DSC_1230.jpg", mountains.tuscan_morning, LAND, "2017-05-13 06:48", "Morning south of the city", ROME),
        _picture("print-eucalyptus.jpg", prints.eucalyptus, (2400, 3000), "2018-02-03 12:00", "Eucalyptus"),
        _picture("DSC_1302.jpg", night.milky_way, TALL, "2021-08-12 01:30", "The tent below the Milky Way",
            albums=HOLIDAY),
        _picture("DSC_1344.jpg", sea.regatta, LAND, "2012-07-15 14:18", "Before the start", HAMBURG,
            albums=HOLIDAY, kind=Kind.LIVE),
        _picture("still-life-04.jpg", still.pears, (2800, 2400), "2010-09-26 15:45", "Three pears"),
        _picture("print-field.jpg", prints.colour_field, (2400, 3000), "2013-11-11 12:00", "Colour field"),
        _picture("DSC_1400.jpg", mountains.autumn_valley, LARGE, "2020-10-18 14:52", "Every tree its own colour"),
        _picture("print-circles.jpg", prints.quarter_circles, SQUARE, "2016-06-30 12:00", "Quarter circles"),
        _picture("IMG_9001.jpg", night.rain_window, (2400, 3200), _ago(today, 2, 21, 15), "Rain", TOKYO),
        _picture("print-monstera.webp", prints.monstera, (1600, 2000), "2023-03-25 12:00", "Monstera"),
        _picture("print-wave.jpg", sea.great_wave, (3000, 2400), "2004-05-01 12:00", "Swell"),
        _picture("DSC_1500.jpg", alps.snowy_summit, (8064, 6048), "2024-02-10 13:05",
            "Forty-eight million points of snow", ZURICH),
    )  # fmt: skip


def _picture(
    file_name: str,
    scene: Callable[[Canvas], None],
    size: tuple[int, int],
    taken: str,
    description: str,
    place: Place | None = None,
    *,
    orientation: int = 1,
    kind: Kind = Kind.PHOTO,
    people: tuple[Sitter, ...] = (),
    albums: tuple[str, ...] = (LIVING_ROOM,),
    favourite: bool = False,
) -> DemoPicture:
    return DemoPicture(
        file_name=file_name,
        seed=sum(ord(letter) * 31**index for index, letter in enumerate(file_name)) % 2**32,
        scene=scene,
        size=size,
        taken=_local(taken, place),
        description=description,
        place=place,
        orientation=orientation,
        kind=kind,
        people=people,
        albums=albums,
        favourite=favourite,
    )


def _local(taken: str, place: Place | None) -> datetime:
    """The wall clock at the place. Its offset is that of the sun, to the hour: good enough for painted photos."""
    clock = datetime.strptime(taken, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    offset = timedelta(hours=1 if place is None else round(place.longitude / 15))
    return (clock - offset).astimezone(timezone(offset))


def _ago(today: date, years: int, hour: int, minute: int) -> str:
    """This day some years ago (the 28th for a 29 February without one)."""
    day = min(today.day, 28) if today.month == 2 else today.day
    return f"{today.year - years:04d}-{today.month:02d}-{day:02d} {hour:02d}:{minute:02d}"
