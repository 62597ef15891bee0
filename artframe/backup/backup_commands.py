"""The commands about backups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from artframe.backup.archive import packed
from artframe.backup.contents import State
from artframe.backup.creation import present
from artframe.backup.restoration import Adopt, Restoration
from artframe.config.store import ConfigStore
from artframe.core.clock import Clock
from artframe.core.commands import Effect, command
from artframe.core.exchange import Attachment, Upload
from artframe.core.lock import InstanceLock
from artframe.core.moments import minute
from artframe.core.task import Task
from artframe.errors import NotThere

Made = Annotated[Upload, "a file that 'artframe backup create' made"]
Anyway = Annotated[bool, "also what cannot be used on this frame: those plugins wait until that is mended"]


class BackupCommands:
    """``backup create``, ``restore``, ``undo`` and ``list``.

    ``adopt`` says how the running frame takes over what was restored; without one, ``lock`` keeps it from starting.
    """

    def __init__(
        self,
        store: ConfigStore,
        clock: Clock,
        adopt: Mapping[State, Adopt] | None = None,
        lock: InstanceLock | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._restoration = Restoration(store, clock, adopt, lock)

    @command("backup create", owner_only=True)
    def create(self) -> Attachment:
        """Save the settings, secrets, users, keys and hidden photos of this frame into one file.

        Photos are not in it: they come back from where they come from. Keep the file like a password: whoever has it
        has the keys to your photos.
        """
        backup = present(self._store, self._clock.now().astimezone())
        name = f"artframe-{_plain(backup.frame)}-{backup.created:%Y-%m-%d}.zip"
        return Attachment(name=name, media_type="application/zip", content=packed(backup))

    @command("backup restore", effect=Effect.DANGEROUS, owner_only=True, render=lambda result: _text(result))
    def restore(self, file: Made, *, anyway: Anyway = False, task: Task) -> dict[str, Any]:
        """Replace the settings, secrets, users, keys and hidden photos of this frame by those of a backup.

        Everything is verified first; what is replaced is kept ('backup undo' goes back). It is in force at once, and
        photos come back by themselves. Nobody's photos are touched.
        """
        return self._restoration.restore(file.path, task, anyway=anyway)

    @command("backup undo", effect=Effect.DANGEROUS, owner_only=True, render=lambda result: _text(result))
    def undo(self, task: Task) -> dict[str, Any]:
        """Go back to how this frame was before the last 'backup restore'; once more goes forward again."""
        kept = self._restoration.kept
        if not kept:
            raise NotThere("no backup was restored on this frame, so there is nothing to go back to")
        # What was in force here may be in force again, whatever is installed by now.
        return self._restoration.restore(kept[0], task, anyway=True)

    @command("backup list", owner_only=True, render=lambda rows: _list(rows))
    def list(self) -> Any:
        """List what was kept before each of the last restores, the newest first."""
        return [
            {
                "name": path.name,
                "created": datetime.fromtimestamp(path.stat().st_mtime).astimezone().isoformat(timespec="seconds"),
                "bytes": path.stat().st_size,
            }
            for path in self._restoration.kept
        ]


def _plain(name: str) -> str:
    """The frame's name as part of a file name that every system takes."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:40] or "frame"


def _text(result: dict[str, Any]) -> str:
    backup = result["backup"]
    lines = [f"the backup of '{backup['frame']}' of {minute(backup['created'])} is in force"]
    lines += [f"  restored  {name}" for name in result["restored"]]
    lines += [f"  removed   {name}" for name in result["removed"]]
    lines += [f"  the same  {name}" for name in result["unchanged"]]
    lines.append(f"what was here is kept ({result['kept']}): 'artframe backup undo' goes back")
    return "\n".join([*lines, *result["notes"]])


def _list(rows: list[dict[str, Any]]) -> str:
    lines = [f"{minute(row['created'])}  {row['bytes']:>9,} bytes  {row['name']}" for row in rows]
    return "\n".join(lines) or "no backup was restored on this frame yet"
