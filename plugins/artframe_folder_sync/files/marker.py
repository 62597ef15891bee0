"""Is this the folder it should be, and is it there? A marker file tells a mounted folder from an empty mount point."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from artframe.plugin import Sentence, said
from artframe_folder_sync.files.disk import Disk

MARKER = ".artframe-sync"
SYNCTHING_MARKER = ".stfolder"
_LARGEST = 1 << 16
_ABOUT = "By this file artframe knows that the folder is really here and not an empty mount point. Please leave it."


_NOTHING = Sentence(english="")


@dataclass(frozen=True, kw_only=True)
class MarkerState:
    """``missing``: no marker at all (the very first run plants one). Else not ``ok`` is a foreign or unreadable one."""

    ok: bool
    said: Sentence
    advice: Sentence = _NOTHING
    missing: bool = False

    @property
    def text(self) -> str:
        return self.said.english

    @property
    def hint(self) -> str:
        return self.advice.english


class Marker:
    """The marker of one pair. ``pair_id`` is any text that is the pair's own."""

    def __init__(self, disk: Disk, pair_id: str) -> None:
        self._disk = disk
        self._pair_id = pair_id

    def look(self) -> MarkerState:
        """Never raises for what is wrong with the folder: that is its answer."""
        try:
            return self._look()
        except OSError as error:
            return MarkerState(
                ok=False,
                said=said(
                    "folder_sync.folder_unread",
                    "{folder} cannot be read ({reason}), so nothing is synced or deleted",
                    folder=str(self._disk.root),
                    reason=error.strerror or str(error),
                ),
                advice=said(
                    "folder_sync.plug_in",
                    "is its disk plugged in (or its network share there), and may artframe read it?",
                ),
            )

    def plant(self) -> None:
        """At the very first run of a pair: nothing if any marker is there; OSError as it comes."""
        if not self._look().missing:
            return
        with self._disk.receive() as incoming:
            incoming.write(json.dumps({"pair": self._pair_id, "about": _ABOUT}, indent=2).encode() + b"\n")
            incoming.finish(MARKER, time.time_ns())

    def _look(self) -> MarkerState:
        match self._disk.kind(MARKER):
            case "file":
                return self._judge(self._planted())
            case None:
                pass
            case _:
                return self._judge(None)
        if self._disk.kind(SYNCTHING_MARKER) in ("folder", "file"):
            return MarkerState(
                ok=True, said=Sentence(english=f"the folder is there, by Syncthing's {SYNCTHING_MARKER}")
            )
        return MarkerState(
            ok=False,
            missing=True,
            said=said(
                "folder_sync.unmarked",
                "{folder} lacks its marker file {file}, so nothing is synced or deleted: perhaps its disk is not"
                " mounted",
                folder=str(self._disk.root),
                file=MARKER,
            ),
            advice=said(
                "folder_sync.mark_anew",
                "plug in (mount) the disk; if the folder is complete and only that file was deleted, the command"
                " 'confirm folder' makes it anew",
            ),
        )

    def _judge(self, pair: Any) -> MarkerState:
        if pair == self._pair_id:
            return MarkerState(ok=True, said=Sentence(english=f"the folder is there, by its {MARKER}"))
        folder = str(self._disk.root)
        if pair is None:
            text = said(
                "folder_sync.marker_damaged",
                "the marker file {file} in {folder} is damaged, so nothing is synced or deleted",
                file=MARKER,
                folder=folder,
            )
        else:
            text = said(
                "folder_sync.marker_of_another",
                "{folder} has the marker file of another person's folder, so nothing is synced or deleted",
                folder=folder,
            )
        return MarkerState(
            ok=False,
            said=text,
            advice=said(
                "folder_sync.is_it_right",
                "is it the right disk? If this folder is meant, delete {file} in it; the command 'confirm folder' makes"
                " it anew",
                file=MARKER,
            ),
        )

    def _planted(self) -> Any:
        try:
            with self._disk.open(MARKER) as file:
                return json.loads(file.read(_LARGEST))["pair"]
        except (ValueError, KeyError, TypeError):
            return None
