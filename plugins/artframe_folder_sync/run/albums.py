"""Which album does each photo belong to, when albums are named by the top folders?"""

from __future__ import annotations

from collections import defaultdict

from artframe.immich import NoAccess
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.database import text

_PERMISSIONS = ("album.read", "album.create", "albumAsset.create", "albumAsset.delete")


class Albums:
    """Puts assets into the album of their top folder, and takes out of another one only what it had put there."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._ids: dict[str, str] | None = None

    def all(self) -> None:
        """What changed since the last run."""
        bench = self._bench
        if not bench.config.albums_by_folder or not bench.powers.upload:
            return
        into: dict[str, list[str]] = defaultdict(list)
        out: dict[str, list[str]] = defaultdict(list)
        for asset, (wanted, present) in self._differences().items():
            if wanted:
                into[wanted].append(asset)
            if present:
                out[present].append(asset)
        if not into and not out:
            return
        if bench.dry:
            return
        lacking = [one for one in _PERMISSIONS if not bench.may(one)]
        if lacking:
            bench.note(f"files are not put into albums: the API key lacks {', '.join(lacking)}")
            return
        for name, assets in out.items():
            self._take_out(name, assets)
        for name, assets in into.items():
            self._put_in(name, assets)

    def _differences(self) -> dict[str, tuple[str, str]]:
        """Assets whose album is not the one of their (first) file: (the right one, the one they are in)."""
        sql = """SELECT f.path, f.asset, s.album FROM file f JOIN asset a ON a.id = f.asset
            LEFT JOIN shelf s ON s.asset = f.asset
            WHERE f.base IS NOT NULL AND f.missing_since IS NULL AND a.state IN ('live', 'archived') ORDER BY f.path"""
        seen: set[str] = set()
        found: dict[str, tuple[str, str]] = {}
        for row in self._bench.state.db.execute(sql):
            if row["asset"] in seen:
                continue
            seen.add(row["asset"])
            top, slash, _ = text(row["path"]).partition("/")
            wanted = top.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if slash else ""
            present = row["album"] or ""
            if wanted != present:
                found[row["asset"]] = (wanted, present)
        return found

    def _put_in(self, name: str, assets: list[str]) -> None:
        bench = self._bench
        album = self._known().get(name)
        if album is None:
            album = self._known()[name] = bench.client.album_create(name).id
        try:
            refused = set(bench.client.album_add(album, assets))
        except NoAccess:
            bench.note(f"the album {name} may not be changed with this key")
            return
        with bench.state.writing() as db:
            sql = "INSERT OR REPLACE INTO shelf VALUES (?, ?)"
            db.executemany(sql, ((one, name) for one in assets if one not in refused))

    def _take_out(self, name: str, assets: list[str]) -> None:
        bench = self._bench
        album = self._known().get(name)
        if album is not None:
            try:
                bench.client.album_remove(album, assets)
            except NoAccess:
                bench.note(f"the album {name} may not be changed with this key")
        with bench.state.writing() as db:
            db.executemany("DELETE FROM shelf WHERE asset = ?", ((one,) for one in assets))

    def _known(self) -> dict[str, str]:
        """Our own albums by name; of two with one name, the older one."""
        if self._ids is None:
            own = [one for one in self._bench.client.albums() if one.owner_id == self._bench.config.user_id]
            own.sort(key=lambda one: (one.created_at is None, one.created_at, one.id), reverse=True)
            self._ids = {one.name: one.id for one in own}
        return self._ids
