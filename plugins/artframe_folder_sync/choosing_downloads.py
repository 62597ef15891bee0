"""Which photos of Immich are not in the folder and are wanted there?"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Iterable

from artframe.immich import Narrow as Narrowed
from artframe.immich import NoAccess, Visibility
from artframe_folder_sync.names import folded, local_name
from artframe_folder_sync.state import micros
from artframe_folder_sync.state_assets import AssetRow
from artframe_folder_sync.workbench import Workbench

_NEW = """state = 'live' AND sha1 IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.asset = asset.id)
    AND NOT EXISTS (SELECT 1 FROM file f WHERE f.sha1 = asset.sha1 AND f.missing_since IS NULL)
    AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.asset = asset.id AND g.stage <> 'returned')
    AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.sha1 = asset.sha1 AND g.stage <> 'returned')
    AND NOT EXISTS (SELECT 1 FROM superseded s WHERE s.asset = asset.id)
    AND NOT EXISTS (SELECT 1 FROM asset s WHERE s.video = asset.id)"""


def wanted(bench: Workbench) -> list[AssetRow]:
    """The user's own, new to the folder, and what the rule lets pass; never what was once taken away or kept away."""
    rule = bench.config.download
    condition, values = _NEW, ()
    found = list(bench.assets.where(condition, values))
    unread = {
        folded(one.rpartition("/")[2])
        for one in bench.files.paths("sha1 IS NULL AND missing_since IS NULL AND size > 0")
    }
    if unread:
        # A file of that name was not read yet: it may be the same photo, and the next run tells.
        found = [one for one in found if folded(one.name) not in unread]
    if rule.since is not None:
        since = micros(rule.since)
        found = [one for one in found if one.taken is not None and one.taken >= since]
    if not found or not (rule.albums or rule.people):
        return found
    chosen = _in_albums(bench, rule.albums) if rule.albums else None
    if rule.people:
        shown = _with_people(bench, rule.people)
        chosen = shown if chosen is None else chosen & shown
    return [one for one in found if one.id in (chosen or set())]


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


def synced_path(bench: Workbench, asset: AssetRow, folder: str) -> str:
    """Where a photo goes: under its own name, or one near to it that every system can hold and that is synced.

    A name that looks like a temporary or system file, or has no ending of a photo, would never be looked at again.
    """
    name = local_name(asset.name, asset.id)
    if bench.rules.why(f"{folder}/{name}") is None:
        return f"{folder}/{name}"
    ending = f".{name.rpartition('.')[2].lower()}"
    if bench.rules.file(f"photo{ending}") is not None:
        media_type = bench.client.asset(asset.id).mime_type
        ending = mimetypes.guess_extension(media_type) or f".{media_type.rpartition('/')[2] or 'jpg'}"
    plain = name.replace(".", "_").replace("~", "_")
    nearby = f"{folder}/{local_name(f'{plain}{ending}', asset.id)}"
    return nearby if bench.rules.why(nearby) is None else f"{folder}/photo_{asset.id}{ending}"


def size_of(bench: Workbench, ids: set[str]) -> int:
    """Bytes of these, asked again only when the set changed; what Immich has not measured yet counts nothing."""
    key = hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()
    known = bench.state.meta("download_size")
    if known is not None and known.startswith(f"{key} "):
        return int(known.split(" ")[1])
    listing = bench.client.listed(visibility=Visibility.TIMELINE, exif=True)
    size = sum(one.size or 0 for one in listing if one.id.lower() in ids)
    bench.state.set_meta("download_size", f"{key} {size}")
    return size
