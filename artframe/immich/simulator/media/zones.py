"""Which town and time zone is at a place? A handful of towns, as a small geodata file would have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True, kw_only=True)
class Town:
    """A place with a name; degrees."""

    name: str
    state: str
    country: str
    latitude: float
    longitude: float
    zone: str


def _town(name: str, state: str, country: str, latitude: float, longitude: float, zone: str) -> Town:
    return Town(name=name, state=state, country=country, latitude=latitude, longitude=longitude, zone=zone)


TOWNS = (
    _town("Berlin", "Land Berlin", "Germany", 52.52, 13.405, "Europe/Berlin"),
    _town("Munich", "Bavaria", "Germany", 48.137, 11.575, "Europe/Berlin"),
    _town("Hamburg", "Hamburg", "Germany", 53.55, 9.993, "Europe/Berlin"),
    _town("Vienna", "Vienna", "Austria", 48.208, 16.373, "Europe/Vienna"),
    _town("Zürich", "Zurich", "Switzerland", 47.377, 8.541, "Europe/Zurich"),
    _town("Paris", "Île-de-France", "France", 48.8566, 2.3522, "Europe/Paris"),
    _town("Rome", "Latium", "Italy", 41.893, 12.483, "Europe/Rome"),
    _town("Madrid", "Madrid", "Spain", 40.417, -3.703, "Europe/Madrid"),
    _town("Lisbon", "Lisbon", "Portugal", 38.722, -9.139, "Europe/Lisbon"),
    _town("London", "England", "United Kingdom", 51.507, -0.128, "Europe/London"),
    _town("Amsterdam", "North Holland", "Netherlands", 52.374, 4.89, "Europe/Amsterdam"),
    _town("Copenhagen", "Capital Region", "Denmark", 55.676, 12.568, "Europe/Copenhagen"),
    _town("Oslo", "Oslo", "Norway", 59.913, 10.746, "Europe/Oslo"),
    _town("Stockholm", "Stockholm", "Sweden", 59.329, 18.069, "Europe/Stockholm"),
    _town("Reykjavik", "Capital Region", "Iceland", 64.146, -21.942, "Atlantic/Reykjavik"),
    _town("Athens", "Attica", "Greece", 37.984, 23.728, "Europe/Athens"),
    _town("New York", "New York", "United States of America", 40.714, -74.006, "America/New_York"),
    _town("San Francisco", "California", "United States of America", 37.775, -122.419, "America/Los_Angeles"),
    _town("Rio de Janeiro", "Rio de Janeiro", "Brazil", -22.906, -43.182, "America/Sao_Paulo"),
    _town("Cape Town", "Western Cape", "South Africa", -33.926, 18.424, "Africa/Johannesburg"),
    _town("Nairobi", "Nairobi County", "Kenya", -1.283, 36.817, "Africa/Nairobi"),
    _town("Tokyo", "Tokyo", "Japan", 35.69, 139.692, "Asia/Tokyo"),
    _town("Sydney", "New South Wales", "Australia", -33.868, 151.207, "Australia/Sydney"),
    _town("Auckland", "Auckland", "New Zealand", -36.849, 174.763, "Pacific/Auckland"),
)
NEAR = 0.5  # degrees: further away there is no town


def town_at(latitude: float, longitude: float) -> Town | None:
    """The nearest town, unless it is too far."""
    nearest = min(TOWNS, key=lambda town: _distance(town, latitude, longitude))
    return nearest if _distance(nearest, latitude, longitude) <= NEAR else None


def zone_at(latitude: float, longitude: float, clock: datetime) -> tuple[str, int]:
    """The time zone's name at a place and its offset in minutes at that wall clock."""
    nearest = min(TOWNS, key=lambda town: _distance(town, latitude, longitude))
    if _distance(nearest, latitude, longitude) <= 10:
        try:
            offset = clock.replace(tzinfo=ZoneInfo(nearest.zone)).utcoffset()
            return nearest.zone, int(offset.total_seconds() // 60) if offset else 0
        except ZoneInfoNotFoundError:
            pass  # a machine without time zone data
    hours = round(longitude / 15)
    return offset_name(hours * 60), hours * 60


def offset_name(minutes: int) -> str:
    """``UTC+2``, ``UTC-3:30``; plain ``UTC+0`` for none."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def _distance(town: Town, latitude: float, longitude: float) -> float:
    across = abs(town.longitude - longitude)
    return max(abs(town.latitude - latitude), min(across, 360 - across))
