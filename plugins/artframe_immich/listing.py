"""Which photos of the chosen albums belong on the frame?"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence

from artframe.immich import Album, Asset, AssetType, Immich, Narrow, NoAccess, Visibility
from artframe.plugin import NotReady, Photo, said
from artframe_immich.renditions import Form, choose
from artframe_immich.settings import ImmichSettings

_ASKED = 20
"""So many photos that would go are looked at one by one."""


class AlbumListing:
    """One walk through the albums (none: the whole library), in constant memory.

    ``known`` are the ids of the photos that are here: the client looks for them once more before it calls them gone.
    ``narrow`` says who or what must be in a photo. ``left_out`` counts, by reason, what is not shown; ``renditions``
    counts what comes in Immich's own form although originals are wanted. Raises ImmichError or NotReady; complete only
    if it raises nothing.
    """

    def __init__(
        self,
        client: Immich,
        settings: ImmichSettings,
        panel: tuple[int, int],
        known: Collection[str],
        is_here: Callable[[str], bool],
        narrow: Sequence[Narrow] = (Narrow(),),
    ) -> None:
        self._client = client
        self._settings = settings
        self._panel = panel
        self._known = known
        self._is_here = is_here
        self._narrow = narrow
        # Counts of whole albums say nothing about a part of them.
        self._is_whole = not any(one.person_id or one.tag_id for one in narrow)
        self.left_out: Counter[str] = Counter()
        self.renditions: Counter[str] = Counter()

    def photos(self, albums: list[Album] | None) -> Iterator[Photo]:
        """The photos to keep here; ``None``: of the whole library."""
        wanted = self._wanted(albums)
        limit = self._settings.max_photos
        if limit:
            pick = heapq.nsmallest if self._settings.selection_mode == "oldest" else heapq.nlargest
            total = Counter[str]()
            chosen = pick(limit, _counted(wanted, total), key=lambda found: (found[0].taken_at, found[0].id))
            self.left_out["beyond max_photos"] += total["seen"] - len(chosen)
            wanted = iter(chosen)
        for asset, group in wanted:
            yield self._photo(asset, group)

    def _wanted(self, albums: list[Album] | None) -> Iterator[tuple[Asset, str]]:
        seen: set[str] = set()
        short = []
        count = 0
        for album in albums if albums is not None else [None]:
            count = 0
            for asset in self._assets(album):
                count += 1
                if asset.id in seen:
                    continue
                seen.add(asset.id)
                reason = self._unfit(asset)
                if reason:
                    self.left_out[reason] += 1
                else:
                    yield asset, album.name if album is not None else ""
            if self._is_whole and album is not None and count < album.asset_count:
                short.append((album, count))
        if short:
            self._look_again(short, seen)
        nothing = self._is_whole and albums is None and not count
        if nothing and any(map(self._alive, itertools.islice(self._known, _ASKED))):
            raise NotReady(
                said(
                    "immich.lists_nothing",
                    "Immich lists no photo at all and yet has those that are here; nothing is removed on this ground,"
                    " artframe asks again later",
                )
            )

    def _look_again(self, short: list[tuple[Album, int]], seen: set[str]) -> None:
        """An album counts more than it lists: archived photos, or a listing that lies.

        Only worth a question when photos that are here would go: raises NotReady if such a photo is alive and the
        archive does not explain the difference.
        """
        gone = list(itertools.islice((photo_id for photo_id in self._known if photo_id not in seen), _ASKED))
        if not any(self._alive(photo_id) for photo_id in gone):
            return
        for album, count in short:
            archived = sum(1 for _ in self._client.album_assets(album.id, visibility=(Visibility.ARCHIVE,)))
            if count + archived < album.asset_count:
                raise NotReady(
                    said(
                        "immich.lists_less",
                        "Immich counts {count} photos and videos in '{album}' and lists only {listed}; nothing is"
                        " removed on this ground, artframe asks again later",
                        count=album.asset_count,
                        album=album.name,
                        listed=count + archived,
                    )
                )

    def _alive(self, photo_id: str) -> bool:
        try:
            asset = self._client.asset(photo_id)
        except NoAccess:
            return False
        return not asset.is_trashed and asset.visibility is Visibility.TIMELINE

    def _assets(self, album: Album | None) -> Iterator[Asset]:
        if album is None:
            return self._client.library_assets(known=self._known, narrow=self._narrow)
        return self._client.album_assets(album.id, known=self._known, narrow=self._narrow)

    def _unfit(self, asset: Asset) -> str:
        """Why the asset is not shown; empty if it is."""
        if asset.type is not AssetType.IMAGE:
            return "videos" if asset.type is AssetType.VIDEO else "other files"
        if asset.is_trashed or asset.visibility is not Visibility.TIMELINE:
            return "archived, hidden, locked or in the trash"
        form = choose(asset, self._settings.quality, self._panel)
        # Without a thumbhash Immich has no preview, not yet or never; what is here already stays all the same.
        if not form.as_uploaded and not asset.has_thumbhash and not self._is_here(asset.id):
            return "without a preview in Immich (not yet, or not decodable)"
        return ""

    def _photo(self, asset: Asset, group: str) -> Photo:
        form = choose(asset, self._settings.quality, self._panel)
        if self._settings.quality == "original" and not form.as_uploaded:
            self.renditions["as edited in Immich" if form.edited else "not decodable here"] += 1
        return Photo(
            id=asset.id,
            name=asset.file_name,
            version=form.version(asset),
            sha1=asset.sha1 if form.as_uploaded else None,
            size=asset.size if form.as_uploaded and asset.sha1 is not None else None,
            taken_at=asset.taken_at,
            local_taken_at=asset.local_taken_at,
            width=asset.width,
            height=asset.height,
            caption=asset.description,
            place=", ".join(part for part in (asset.city, asset.country) if part),
            people=tuple(person.name for person in asset.people if person.name and not person.hidden),
            favourite=asset.is_favourite,
            group=group,
        )


def form_of(photo: Photo) -> Form:
    """In which form a listed photo comes."""
    return Form.of_version(photo.version)


def _counted(wanted: Iterator[tuple[Asset, str]], total: Counter[str]) -> Iterator[tuple[Asset, str]]:
    for one in wanted:
        total["seen"] += 1
        yield one
