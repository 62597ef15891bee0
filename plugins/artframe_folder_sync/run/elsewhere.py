"""Does another folder of the same person hold a photo that is missing in this one? Then it was moved, not deleted.

Two instances of a frame may keep two folders of one account in step: what is one asset is a file in each. Each has a
state of its own, beside that of the others; those are only read here.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from artframe_folder_sync.files.marker import MARKER, SYNCTHING_MARKER
from artframe_folder_sync.state.database import Connection, text
from artframe_folder_sync.state.disk import UNREADABLE, is_of_the_disk, opened_to_read


class Elsewhere:
    """The other folders of one person on this frame. Use it as a context manager: it keeps their states open.

    A state that is damaged counts for nothing: its own instance then begins anew, and takes its photos out of Immich's
    trash again. One that its disk does not give now raises OperationalError: nobody knows what it would say.
    """

    def __init__(self, state_file: Path) -> None:
        """``state_file``: the own state; the others have its name in the folders beside its own."""
        self._file = state_file
        self._others: list[tuple[Path, Connection]] | None = None

    def holder(self, asset_id: str, sha1: str) -> str | None:
        """The file that is (or may be: its disk is away) this photo in another folder; None: there is none."""
        for root, db in self._opened():
            sql = "SELECT path, size FROM file WHERE (asset = ? OR sha1 = ?) AND missing_since IS NULL AND size > 0"
            with _unless_damaged():
                for path, size in db.execute(sql, (asset_id, sha1)):
                    place = root / text(path)
                    if _is_there(root, place, size):
                        return str(place)
        return None

    def close(self) -> None:
        others, self._others = self._others, None
        for _, db in others or ():
            db.close()

    def __enter__(self) -> Elsewhere:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _opened(self) -> list[tuple[Path, Connection]]:
        if self._others is None:
            self._others = list(self._found())
        return self._others

    def _found(self) -> Iterator[tuple[Path, Connection]]:
        own = self._file.parent
        for file in sorted(own.parent.glob(f"*/{self._file.name}")):
            if file.parent == own:
                continue
            with _unless_damaged():
                db = opened_to_read(file)
                row = None
                try:
                    with _unless_damaged():
                        row = db.execute("SELECT value FROM meta WHERE key = 'folder'").fetchone()
                finally:
                    if row is None:
                        db.close()
                if row is not None:
                    yield Path(row[0]), db


@contextlib.contextmanager
def _unless_damaged() -> Iterator[None]:
    try:
        yield
    except UNREADABLE as error:
        if is_of_the_disk(error):
            raise


def _is_there(root: Path, place: Path, size: int) -> bool:
    try:
        seen = place.lstat()
        return stat.S_ISREG(seen.st_mode) and seen.st_size == size
    except FileNotFoundError:
        # Of a folder that is not mounted nobody can say so.
        return not any(os.path.lexists(root / marker) for marker in (MARKER, SYNCTHING_MARKER))
    except OSError:
        return True
