# ruff: noqa: S608 - every text in these queries is our own, every value is bound
"""Which rows are on a page when the order has no tie-breaker?

Immich orders by fileCreatedAt alone and pages by LIMIT and OFFSET. PostgreSQL then returns rows of equal time in an
order of its own for each page, so that some come twice and others never. Here a group of equal times that lies across
a page boundary is turned by one place more on every page, which has the same effect, only reliably.
"""

from __future__ import annotations

import json
import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass

from artframe.immich.simulator.asset_filter import AssetFilter
from artframe.immich.simulator.store import Database, Row

REMEMBERED = 8


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of assets and whether there is another."""

    rows: list[Row]
    more: bool


@dataclass(frozen=True, kw_only=True)
class Order:
    """All that one search finds: the row numbers in order, and their times (negative when the newest come first)."""

    rows: array[int]
    times: array[int]

    def page(self, start: int, size: int, turn: int) -> list[int]:
        """The row numbers of a page; groups of equal times across its ends are turned by ``turn`` places."""
        stop = min(start + size, len(self.rows))
        shown = list(self.rows[start:stop])
        for edge in (start - 1, stop - 1):
            if not 0 <= edge < len(self.rows) - 1 or self.times[edge] != self.times[edge + 1]:
                continue
            first, last = bisect_left(self.times, self.times[edge]), bisect_right(self.times, self.times[edge])
            for place in range(max(start, first), min(stop, last)):
                shown[place - start] = self.rows[first + (place - first + turn) % (last - first)]
        return shown


class Listings:
    """Reads pages; what a search finds is remembered until something is written, for the pages that follow."""

    def __init__(self) -> None:
        self._remembered: OrderedDict[str, tuple[int, Order]] = OrderedDict()
        self._lock = threading.Lock()

    def read_page(
        self, database: Database, version: int, found: AssetFilter, *, order: str, page: int, size: int
    ) -> Page:
        """Page ``page`` (from 1) of what the filter finds, by fileCreatedAt. ``version`` counts the writes."""
        direction = "ASC" if order == "asc" else "DESC"
        if page == 1:
            sql = f"SELECT * FROM asset WHERE {found.where} {in_order(direction)} LIMIT :limit"
            rows = database.execute(sql, {**found.values, "limit": size + 1}).fetchall()
            return Page(rows=rows[:size], more=len(rows) > size)
        everything = self._order(database, version, found, direction)
        start = (page - 1) * size
        numbers = everything.page(start, size, turn=turn_of(page, size))
        sql = "SELECT * FROM asset WHERE row IN (SELECT value FROM json_each(?))"
        by_number = {row["row"]: row for row in database.execute(sql, (json.dumps(numbers),))}
        rows = [by_number[number] for number in numbers if number in by_number]
        return Page(rows=rows, more=start + size < len(everything.rows))

    def _order(self, database: Database, version: int, found: AssetFilter, direction: str) -> Order:
        key = json.dumps([found.where, direction, {name: str(value) for name, value in found.values.items()}])
        with self._lock:
            known = self._remembered.get(key)
            if known is not None and known[0] == version:
                return known[1]
        sql = (
            f"SELECT row, file_created FROM asset WHERE {found.where} ORDER BY file_created {direction}, id {direction}"
        )
        sign = 1 if direction == "ASC" else -1
        order = Order(rows=array("q"), times=array("q"))
        for number, time in database.execute(sql, found.values):
            order.rows.append(number)
            order.times.append(sign * time)
        with self._lock:
            self._remembered[key] = (version, order)
            self._remembered.move_to_end(key)
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return order


def turn_of(page: int, size: int) -> int:
    """By how many places a page turns a group of equal times: never so far that the end would make good for a gap."""
    return min(page - 1, size)


def in_order(direction: str) -> str:
    """By time; rows of equal time have to come in some order too."""
    return f"ORDER BY file_created {direction}, id {direction}"


def count(database: Database, found: AssetFilter) -> int:
    """How many the filter finds."""
    return int(database.execute(f"SELECT count(*) FROM asset WHERE {found.where}", found.values).fetchone()[0])
