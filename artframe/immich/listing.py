"""Which assets does an album or the whole library hold, completely?

Immich pages by offset without a tie-breaker, so a paged listing may lose assets of one second, assets behind one that
is trashed between two pages, and assets of other contributors. The timeline's monthly counts, read first, tell;
months that came out short are completed from the bucket's ids, and what stays short is an IncompleteListing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from artframe.immich import jsonstream, parsing
from artframe.immich.errors import IncompleteListing, NotFound
from artframe.immich.parallel import each
from artframe.immich.records import Asset, Narrow, Visibility
from artframe.immich.search import read_page
from artframe.immich.timeline import Timeline, month_of, window
from artframe.immich.wire import Wire

LARGEST_PAGE = 1000
_ROUNDS = 4
_ASKED_ONE_BY_ONE = 50


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What is listed. ``search`` and ``timeline`` say the same to the two parts of the API."""

    search: Mapping[str, Any] = field(default_factory=dict)
    timeline: Mapping[str, str] = field(default_factory=dict)
    whole_album: str | None = None
    """The album that one answer of the server lists with all contributors (2.7), or None."""


def album_scope(album_id: str, *, in_one_answer: bool) -> Scope:
    """One album, with all its contributors."""
    identity = album_id.lower()
    return Scope(
        search={"albumIds": [identity]},
        timeline={"albumId": identity},
        whole_album=identity if in_one_answer else None,
    )


def library_scope(visibility: Visibility) -> Scope:
    """Everything of the user and of the partners shown in the timeline: what search lists."""
    # The server counts partners for nothing but the timeline, and refuses the question elsewhere.
    return Scope(timeline={"withPartners": "true"} if visibility is Visibility.TIMELINE else {})


def walks_of(
    scope_in: Callable[[Visibility], Scope], visibility: Sequence[str], narrow: Sequence[Narrow]
) -> list[tuple[Scope, Visibility]]:
    """Every part of a scope in every visibility."""
    return [(_narrowed(scope_in(Visibility(one)), part), Visibility(one)) for part in narrow for one in visibility]


def _narrowed(scope: Scope, narrow: Narrow) -> Scope:
    """The part of a scope that shows a person and bears a tag, in the words of both parts of the API."""
    if not narrow.person_id and not narrow.tag_id:
        return scope
    search, timeline = dict(scope.search), dict(scope.timeline)
    if narrow.person_id:
        search["personIds"], timeline["personId"] = [narrow.person_id], narrow.person_id
    if narrow.tag_id:
        search["tagIds"], timeline["tagId"] = [narrow.tag_id], narrow.tag_id
    # The answer that holds a whole album knows neither.
    return Scope(search=search, timeline=timeline)


def walk(
    wire: Wire,
    scopes: Sequence[tuple[Scope, Visibility]],
    *,
    people: bool,
    known: Collection[str],
    page_size: int = LARGEST_PAGE,
) -> Iterator[Asset]:
    """Every asset of these scopes once; then once more for what is ``known`` and did not come."""
    seen: set[str] = set()
    listings = [
        Listing(wire, scope, visibility, people=people, page_size=page_size, seen=seen) for scope, visibility in scopes
    ]
    for listing in listings:
        yield from listing.assets()
    missing = [asset_id for asset_id in known if asset_id not in seen]
    for listing in listings:
        yield from listing.second_look(missing)


class Listing:
    """One walk through a scope in one visibility.

    ``seen`` grows while it runs (ids only, so memory stays small) and may be shared with other walks: what one of
    them listed, no other lists again.
    """

    def __init__(
        self,
        wire: Wire,
        scope: Scope,
        visibility: Visibility,
        *,
        people: bool,
        page_size: int,
        seen: set[str],
    ) -> None:
        self._wire = wire
        self._scope = scope
        self._visibility = visibility
        self._people = people
        self._page_size = page_size
        self._timeline = Timeline(wire, scope.timeline, visibility.value)
        self._counted: Counter[str] = Counter()
        self._pages_read = 0
        self.seen = seen

    def assets(self) -> Iterator[Asset]:
        """Every asset once. Only a walk to the end without IncompleteListing says anything about what is missing."""
        expected = self._timeline.months()
        if any(expected.values()):
            for page in self._pages({"withExif": True}):
                self._pages_read += 1
                yield from self._new(page)
        yield from self._completed(expected)

    def second_look(self, missing: Collection[str]) -> Iterator[Asset]:
        """Before the caller takes these assets for gone, ask the timeline once more where they would be."""
        if not missing or self._pages_read < 2:
            # One page is one query and thus consistent; between several, anything may have moved.
            return
        months: set[str] = set(self._timeline.months())
        if len(missing) <= _ASKED_ONE_BY_ONE:
            months &= {month_of(asset) for asset in self._fetched(missing)}
        for month in sorted(months):
            ids = self._timeline.ids(month)
            yield from self._new(self._fetched(ids))
            if not self.seen.issuperset(ids):
                raise self._incomplete([month], {month: len(ids)})

    def _completed(self, expected: dict[str, int]) -> Iterator[Asset]:
        if self._short(expected) and self._scope.whole_album and not self._people:
            yield from self._new(self._album_answer(self._scope.whole_album))
        settled: set[str] = set()
        for _ in range(_ROUNDS):
            short = self._short(expected, settled)
            if not short:
                return
            listed: dict[str, list[str]] = {}
            for month in short:
                listed[month] = self._timeline.ids(month)
                yield from self._new(self._fetched(listed[month]))
                if len(listed[month]) < expected[month]:
                    # Files found in an external library have no EXIF yet, and only this search lists them then.
                    after, before = window(month)
                    for page in self._pages({"withExif": False, "takenAfter": after, "takenBefore": before}):
                        yield from self._new(page)
            expected = self._timeline.months()
            settled.update(
                month
                for month, ids in listed.items()
                if len(ids) >= expected.get(month, 0) and self.seen.issuperset(ids)
            )
        if short := self._short(expected, settled):
            raise self._incomplete(short, expected)

    def _pages(self, filters: Mapping[str, Any]) -> Iterator[list[Asset]]:
        number: int | None = 1
        while number is not None:
            body = {
                **self._scope.search,
                **filters,
                "visibility": self._visibility.value,
                "size": self._page_size,
                "order": "desc",
            }
            if self._people:
                body["withPeople"] = True
            items, number = read_page(self._wire, body, number)
            yield [parsing.asset(item) for item in items]

    def _album_answer(self, album_id: str) -> Iterator[Asset]:
        with self._wire.spool(f"/albums/{album_id}", query={"withoutAssets": "false"}) as answer:
            for key, value in jsonstream.members(answer):
                if key == "assets":
                    yield parsing.asset(value)

    def _fetched(self, ids: Collection[str]) -> Iterator[Asset]:
        unseen = [asset_id for asset_id in ids if asset_id not in self.seen]
        for asset in each(self._wire.connections, self._one, unseen):
            if asset is not None:
                yield asset

    def _one(self, asset_id: str) -> Asset | None:
        try:
            asset = parsing.asset(self._wire.ask("GET", f"/assets/{asset_id}", repeat=True))
        except NotFound:
            return None  # Gone since the timeline named it; if not, the next round notices.
        return asset if self._belongs(asset) else None

    def _new(self, assets: Iterator[Asset] | list[Asset]) -> Iterator[Asset]:
        for asset in assets:
            if asset.id not in self.seen and self._belongs(asset):
                self.seen.add(asset.id)
                self._counted[month_of(asset)] += 1
                yield asset

    def _belongs(self, asset: Asset) -> bool:
        return asset.visibility is self._visibility and not asset.is_trashed

    def _short(self, expected: Mapping[str, int], settled: Collection[str] = ()) -> list[str]:
        return [month for month, count in expected.items() if self._counted[month] < count and month not in settled]

    def _incomplete(self, short: Sequence[str], expected: Mapping[str, int]) -> IncompleteListing:
        seen = sum(self._counted[month] for month in short)
        counted = sum(expected[month] for month in short)
        return IncompleteListing(
            f"the server counts {counted} photos in {', '.join(short[:3])}{' …' if len(short) > 3 else ''} "
            f"and lists {seen}",
            "nothing is taken for missing; the next listing may be complete",
            seen=seen,
            expected=counted,
        )
