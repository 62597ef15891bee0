"""How is every change to a photo of one source written down, so that a crash at any moment can be healed?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from artframe.library.catalogue import Catalogue
from artframe.library.database import Connection, in_pages
from artframe.library.disk import Signature
from artframe.library.entry import Entry, new_shuffle_key, order, to_json
from artframe.library.names import folded
from artframe.library.photo import Photo

_FREED = "local_version = NULL, local_sha1 = NULL, bytes = NULL, mtime_ns = NULL, unshowable = NULL"


class Ledger(Catalogue):
    """The catalogue, and what changes it. Every method is one commit."""

    # -- listing -----------------------------------------------------------------------------------------------------

    def enter(self, photos: Sequence[tuple[Photo, str]]) -> dict[str, int]:
        """Write down newly listed photos with their reserved names (durably); returns their keys by id."""
        turn = self.current_round()

        def work(connection: Connection) -> dict[str, int]:
            keys = {}
            for photo, name in photos:
                cursor = connection.execute(
                    "INSERT INTO photos (source, id, listed, version, sha1, size, moment, file_name, round,"
                    " shuffle_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (self.source, photo.id, to_json(photo), photo.version, photo.sha1, photo.size, order(photo), name,
                     turn, new_shuffle_key()),
                )  # fmt: skip
                keys[photo.id] = cursor.lastrowid or 0
                self._reserve(connection, name, keys[photo.id])
            return keys

        return self._database.change(work, durable=True)

    def update(self, changes: Sequence[tuple[int, Photo]]) -> None:
        """Write down what the listing now says of known photos."""
        rows = [
            (to_json(photo), photo.version, photo.sha1, photo.size, order(photo), photo.version, key)
            for key, photo in changes
        ]
        self._execute_many(
            "UPDATE photos SET listed = ?, version = ?, sha1 = ?, size = ?, moment = ?,"
            " failures = CASE WHEN version = ? THEN failures ELSE 0 END WHERE key = ?",
            rows,
        )

    def rename(self, key: int, name: str) -> None:
        """Reserve another name for the photo (durably); its old one is no longer ours."""

        def work(connection: Connection) -> None:
            connection.execute("DELETE FROM files WHERE source = ? AND photo = ?", (self.source, key))
            connection.execute(
                f"UPDATE photos SET file_name = ?, {_FREED}, pending_name = NULL, pending_sha1 = NULL WHERE key = ?",  # noqa: S608
                (name, key),
            )
            self._reserve(connection, name, key)

        self._database.change(work, durable=True)

    # -- placing -----------------------------------------------------------------------------------------------------

    def placing(self, key: int, name: str, sha1: str) -> None:
        """Say (durably) which bytes are about to appear under which name."""

        def work(connection: Connection) -> None:
            connection.execute("UPDATE photos SET pending_name = ?, pending_sha1 = ? WHERE key = ?", (name, sha1, key))
            self._reserve(connection, name, key)

        self._database.change(work, durable=True)

    def placed(
        self, key: int, name: str, version: str, sha1: str, signature: Signature, fetched: int | None
    ) -> str | None:
        """The file is in place; returns the name of the older file that is to be deleted now, if there is one.

        ``fetched`` (microseconds) None: nothing was fetched, the file was known to be right.
        """

        def work(connection: Connection) -> str | None:
            connection.execute("UPDATE files SET sha1 = ? WHERE source = ? AND name = ?", (sha1, self.source, name))
            row = connection.execute("SELECT file_name, local_version FROM photos WHERE key = ?", (key,)).fetchone()
            if row is None:
                # The source was forgotten meanwhile: by its checksum the file is still known to be ours.
                return None
            connection.execute(
                "UPDATE photos SET file_name = ?1, local_version = ?2, local_sha1 = ?3, bytes = ?4, mtime_ns = ?5,"
                " fetched_at = coalesce(?7, fetched_at, 0), pending_name = NULL, pending_sha1 = NULL, evicted = 0,"
                # Nobody has seen it since it was fetched: said without comparing times, since clocks jump.
                " last_shown = CASE WHEN ?7 IS NULL THEN last_shown END,"
                " failures = 0, problem = NULL, unshowable = NULL WHERE key = ?6",
                (name, version, sha1, signature.bytes, signature.mtime_ns, key, fetched),
            )
            old: str | None = row["file_name"]
            if old == name or old is None:
                return None
            if row["local_version"] is None:
                # Only reserved: nothing of ours lies there.
                connection.execute("DELETE FROM files WHERE source = ? AND name = ?", (self.source, old))
                return None
            return old

        return self._database.change(work)

    def touch(self, key: int, signature: Signature) -> None:
        """Only the file's time changed."""
        self._execute(
            "UPDATE photos SET bytes = ?, mtime_ns = ? WHERE key = ?",
            (signature.bytes, signature.mtime_ns, key),
        )

    def lost(self, key: int) -> None:
        """The file is gone: fetch it again."""
        self._execute(
            f"UPDATE photos SET {_FREED}, pending_name = NULL, pending_sha1 = NULL WHERE key = ?",  # noqa: S608
            (key,),
        )

    def distrust(self, key: int) -> None:
        """What is here is not what is listed, whatever its version says: fetch it anew, show it until then."""
        self._execute("UPDATE photos SET local_version = '' WHERE key = ?", (key,))

    def forget_pending(self, key: int) -> None:
        """What was about to be placed never came."""
        self._execute("UPDATE photos SET pending_name = NULL, pending_sha1 = NULL WHERE key = ?", (key,))

    def failed(self, key: int, problem: str) -> None:
        """One more try of this photo failed."""
        self._execute(
            "UPDATE photos SET failures = failures + 1, problem = ? WHERE key = ? AND"
            " (problem IS NOT ? OR failures < 100)",
            (problem, key, problem),
        )

    # -- going -------------------------------------------------------------------------------------------------------

    def evict(self, key: int) -> None:
        """The photo makes room for others; its name stays reserved."""
        self._execute(f"UPDATE photos SET {_FREED}, evicted = 1 WHERE key = ?", (key,))  # noqa: S608

    def delete(self, keys: Sequence[int]) -> None:
        """Strike out photos. Their names stay ours until ``release``: a crash in between leaves no orphan."""
        for page in in_pages(keys):
            self._execute_many("DELETE FROM photos WHERE key = ?", [(key,) for key in page])

    def release(self, names: Sequence[str]) -> None:
        """These names are no longer ours: their files are gone, or were never ours."""
        self._execute_many("DELETE FROM files WHERE source = ? AND name = ?", [(self.source, name) for name in names])

    # -- after the database was lost ---------------------------------------------------------------------------------

    def adopt(self, found: Sequence[tuple[str, Signature]]) -> None:
        """Show files that lie in the folder and of which nothing is known."""
        turn = self.current_round()

        def work(connection: Connection) -> None:
            for name, signature in found:
                photo = Photo(id=f"file:{name}", name=name, version="")
                connection.execute(
                    "INSERT OR IGNORE INTO photos (source, id, listed, version, moment, file_name, local_version,"
                    " bytes, mtime_ns, fetched_at, adopted, round, shuffle_key)"
                    " VALUES (?, ?, ?, '', ?, ?, '', ?, ?, 0, 1, ?, ?)",
                    (self.source, photo.id, to_json(photo), signature.mtime_ns // 1000, name, signature.bytes,
                     signature.mtime_ns, turn, new_shuffle_key()),
                )  # fmt: skip

        self._database.change(work)

    def adopt_own(self, found: Sequence[tuple[str, Signature, str]]) -> None:
        """The same for files that are known to be ours, with their SHA-1, although their photos were forgotten."""
        self.adopt([(name, signature) for name, signature, _ in found])
        self._execute_many(
            "UPDATE photos SET local_sha1 = ? WHERE source = ? AND id = ?",
            [(sha1, self.source, f"file:{name}") for name, _, sha1 in found],
        )
        self._execute_many(
            "UPDATE files SET photo = (SELECT key FROM photos WHERE source = ?1 AND id = ?2)"
            " WHERE source = ?1 AND name = ?3",
            [(self.source, f"file:{name}", name) for name, _, _ in found],
        )

    def hashed(self, key: int, sha1: str) -> None:
        """The SHA-1 of an adopted file."""
        self._execute("UPDATE photos SET local_sha1 = ? WHERE key = ?", (sha1, key))

    def attribute(self, key: int, photo: Photo, sha1: str) -> None:
        """An adopted file turned out to be this listed photo: from now on it is ours."""

        def work(connection: Connection) -> None:
            connection.execute(
                "UPDATE photos SET id = ?, listed = ?, version = ?, sha1 = ?, size = ?, moment = ?, local_version = ?,"
                " local_sha1 = ?, adopted = 0 WHERE key = ?",
                (photo.id, to_json(photo), photo.version, photo.sha1, photo.size, order(photo), photo.version, sha1,
                 key),
            )  # fmt: skip
            name = connection.execute("SELECT file_name FROM photos WHERE key = ?", (key,)).fetchone()[0]
            self._reserve(connection, name, key)
            connection.execute("UPDATE files SET sha1 = ? WHERE source = ? AND name = ?", (sha1, self.source, name))

        self._database.change(work, durable=True)

    def drop_foreign(self) -> int:
        """Show no longer what no listing knows and is not ours; the files stay where they are. Returns how many."""
        if not self.adopted_here():
            return 0
        return self._execute(
            "DELETE FROM photos WHERE source = ? AND adopted"
            " AND NOT EXISTS (SELECT 1 FROM files WHERE files.photo = photos.key)",
            (self.source,),
        )

    def claim(self, owned: Sequence[Entry]) -> None:
        """Write down names of ours again, which a damaged database lost although it kept their photos."""
        self._execute_many(
            "INSERT OR IGNORE INTO files (source, name, folded, photo, sha1) VALUES (?, ?, ?, ?, ?)",
            [(self.source, one.file_name, folded(one.file_name or ""), one.key, one.local_sha1) for one in owned],
        )

    def _reserve(self, connection: Connection, name: str, key: int) -> None:
        connection.execute(
            "INSERT INTO files (source, name, folded, photo) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (source, name) DO UPDATE SET photo = excluded.photo",
            (self.source, name, folded(name), key),
        )

    def _execute(self, sql: str, arguments: Sequence[Any]) -> int:
        return self._database.change(lambda connection: connection.execute(sql, arguments).rowcount)

    def _execute_many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._database.change(lambda connection: connection.executemany(sql, rows))
