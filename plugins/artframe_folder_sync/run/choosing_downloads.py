"""Which photos of Immich are not in the folder and are wanted there?"""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Iterator, Sequence

from artframe.immich import Narrow as Narrowed
from artframe.immich import NoAccess, Visibility
from artframe_folder_sync.files.names import folded, local_name
from artframe_folder_sync.run.batches import batched
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow
from artframe_folder_sync.state.database import micros

_AT_ONCE = 900
_NEW = """state = 'live' AND sha1 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.asset = asset.id)
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.sha1 = asset.sha1 AND f.missing_since IS NULL)
    AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.asset = asset.id AND g.stage <> 'returned')
    AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.sha1 = asset.sha1 AND g.stage <> 'returned')
    AND NOT EXISTS (SELECT 1 FROM superseded s WHERE s.asset = asset.id)
    AND NOT EXISTS (SELECT 1 FROM asset s WHERE s.video = asset.id)"""


class Wanted:
    """The user's own, new to the folder, and what the rule lets pass; never what was once taken away or kept away.

    All of it may be a hundred thousand photos: it is gone through in pieces, and more than once.
    """

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        rule = bench.config.download
        self._condition = _NEW if rule.since is None else f"{_NEW} AND taken >= ?"
        self._values = () if rule.since is None else (micros(rule.since),)
        # A file of that name was not read yet: it may be the same photo, and the next run tells.
        self._unread = {
            folded(one.rpartition("/")[2])
            for one in bench.files.paths("sha1 IS NULL AND missing_since IS NULL AND size > 0")
        }
        self._chosen: set[str] | None = None

    def __iter__(self) -> Iterator[AssetRow]:
        """By id. What is done meanwhile counts: what came into the folder is not wanted any more."""
        for page in self._bench.assets.pages(self._condition, self._values):
            yield from filter(self._passes, page)

    def among(self, ids: Sequence[str]) -> Iterator[AssetRow]:
        """Those of these assets that are wanted."""
        return filter(self._passes, self._bench.assets.among(ids, self._condition, self._values))

    def _passes(self, asset: AssetRow) -> bool:
        if self._unread and folded(asset.name) in self._unread:
            return False
        rule = self._bench.config.download
        if not (rule.albums or rule.people):
            return True
        if self._chosen is None:
            # Asked only when there is anything to choose from.
            self._chosen = (
                _in_albums(self._bench, rule.albums) if rule.albums else _with_people(self._bench, rule.people)
            )
            if rule.albums and rule.people:
                self._chosen &= _with_people(self._bench, rule.people)
        return asset.id in self._chosen


def _in_albums(bench: Workbench, names: Iterable[str]) -> set[str]:
    if not bench.may("album.read"):
        bench.note("nothing is downloaded by album: the API key lacks album.read")
        return set()
    asked = {name.casefold() for name in names}
    albums = [one for one in bench.client.albums() if one.id.lower() in asked or one.name.casefold() in asked]
    _say_unknown(bench, "album", asked, {one.id.lower() for one in albums} | {one.name.casefold() for one in albums})
    found: set[str] = set()
    for album in albums:
        try:
            found.update(one.id.lower() for one in bench.client.album_assets(album.id))
        except NoAccess:
            bench.note(f"the album {album.name} cannot be read any more")
    return found


def _with_people(bench: Workbench, names: Iterable[str]) -> set[str]:
    if not bench.may("person.read"):
        bench.note("nothing is downloaded by person: the API key lacks person.read")
        return set()
    asked = {name.casefold() for name in names}
    people = [one for one in bench.client.account.people() if one.id.lower() in asked or one.name.casefold() in asked]
    _say_unknown(bench, "person", asked, {one.id.lower() for one in people} | {one.name.casefold() for one in people})
    narrow = [Narrowed(person_id=one.id) for one in people]
    return {one.id.lower() for one in bench.client.library_assets(narrow=narrow)} if narrow else set()


def _say_unknown(bench: Workbench, what: str, asked: set[str], known: set[str]) -> None:
    for name in sorted(asked - known):
        bench.note(f"no {what} in Immich is called {name!r}, so nothing is downloaded for it")


def synced_path(bench: Workbench, asset: AssetRow, folder: str, asked: dict[str, str]) -> str:
    """Where a photo goes: under its own name, or one near to it that every system can hold and that is synced.

    A name that looks like a temporary or system file, or has no ending of a photo, would never be looked at again.
    ``asked``: what Immich said of such photos earlier in the run.
    """
    name = local_name(asset.name, asset.id)
    if bench.rules.why(f"{folder}/{name}") is None:
        return f"{folder}/{name}"
    ending = f".{name.rpartition('.')[2].lower()}"
    if bench.rules.file(f"photo{ending}") is not None:
        media_type = asked.get(asset.id) or asked.setdefault(asset.id, bench.client.asset(asset.id).mime_type)
        ending = mimetypes.guess_extension(media_type) or f".{media_type.rpartition('/')[2] or 'jpg'}"
    plain = name.replace(".", "_").replace("~", "_")
    nearby = f"{folder}/{local_name(f'{plain}{ending}', asset.id)}"
    return nearby if bench.rules.why(nearby) is None else f"{folder}/photo_{asset.id}{ending}"


def size_of(bench: Workbench, wanted: Wanted, digest: str) -> int:
    """Bytes of what is wanted, asked again only when that changed; what Immich has not measured yet counts nothing.

    ``digest``: another one when other photos are wanted.
    """
    known = bench.state.meta("download_size")
    if known is not None and known.startswith(f"{digest} "):
        return int(known.split(" ")[1])
    size = 0
    for part in batched(bench.client.listed(visibility=Visibility.TIMELINE, exif=True), _AT_ONCE):
        sizes = {one.id.lower(): one.size or 0 for one in part}
        size += sum(sizes[one.id] for one in wanted.among(list(sizes)))
    bench.state.set_meta("download_size", f"{digest} {size}")
    return size
