"""What does everybody need who carries out a run, and where is it written down what was done?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from artframe.immich import Immich
from artframe.plugin import Clock, NotReady, Task, said
from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.ignoring import Rules
from artframe_folder_sync.files.local_trash import LocalTrash
from artframe_folder_sync.files.namesakes import Namesakes
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.records import Action, ActionKind, PairConfig, Trouble
from artframe_folder_sync.run.counting import COUNTED
from artframe_folder_sync.run.decide import Moment
from artframe_folder_sync.run.decide_new import Powers
from artframe_folder_sync.run.elsewhere import Elsewhere
from artframe_folder_sync.state.assets import Assets
from artframe_folder_sync.state.database import State, micros
from artframe_folder_sync.state.files import LONGEST_PAUSE, Files
from artframe_folder_sync.state.gone import Gone, Tombstones, Waiting

_MOST_ACTIONS = 1000
MOST_PLANNED = 10_000
"""So many steps of each kind a plan names one by one; the others are counted."""
_MOST_TROUBLES = 500
_PAUSES = (60, 300, LONGEST_PAUSE)
"""Seconds before a file that failed is tried again; the last one for ever after."""


@dataclass(kw_only=True)
class Tally:
    """What a run did."""

    done: Counter[ActionKind] = field(default_factory=Counter)
    actions: list[Action] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    bytes_up: int = 0
    bytes_down: int = 0
    settling: int = 0
    settled_at: datetime | None = None
    look_again: datetime | None = None
    again_in_full: bool = False


@dataclass(kw_only=True)
class Workbench:
    """One run's tools. ``dry``: outside effects are left out, and the state is a copy that is thrown away."""

    config: PairConfig
    client: Immich
    disk: Disk
    state: State
    clock: Clock
    journal: Journal
    task: Task
    rules: Rules
    powers: Powers
    permissions: frozenset[str]
    sidecars: frozenset[str]
    """Endings of file names, without the dot."""
    elsewhere: Elsewhere
    run_id: str
    dry: bool
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.files = Files(self.state)
        self.assets = Assets(self.state)
        self.tombstones = Tombstones(self.state)
        self.waiting = Waiting(self.state)
        self.trash = LocalTrash(self.disk, self.clock)
        self.namesakes = Namesakes(self.disk)

    @property
    def now(self) -> int:
        """Microseconds since 1970 by this machine's clock."""
        return micros(self.clock.now())

    @property
    def moment(self) -> Moment:
        """Now, here and on the server."""
        here = self.clock.now()
        return Moment(here=here, server=here + (self.client.clock_offset or timedelta(0)))

    def may(self, permission: str) -> bool:
        """Whether the API key has this permission."""
        return "all" in self.permissions or permission in self.permissions

    def is_sidecar(self, path: str) -> bool:
        """Whether the file is an XMP sidecar by its name: never a photo of its own."""
        return path.rpartition(".")[2].lower() in self.sidecars

    def lies_in_trash(self, gone: Gone) -> bool:
        """Whether what was taken away lies in the local trash still; True in doubt."""
        if gone.trash_path is None:
            return False
        try:
            return self.disk.kind(gone.trash_path) is not None
        except OSError:
            return True

    def did(self, action: Action, undo: Mapping[str, str] | None = None) -> None:
        """Write down what was just done. A disk that cannot take the line ends the run: NotReady."""
        self.tally.done[action.kind] += 1
        is_told = self.tally.done[action.kind] <= MOST_PLANNED if self.dry else len(self.tally.actions) < _MOST_ACTIONS
        if is_told:
            self.tally.actions.append(action)
        if self.dry:
            return
        if action.kind in COUNTED:
            self.task.count(COUNTED[action.kind])
        try:
            self.journal.write(
                run=self.run_id,
                pair=self.config.user_id,
                action=action.kind.value,
                path=action.path,
                reason=action.reason,
                asset_id=action.asset_id,
                sha1=action.sha1,
                undo=undo,
            )
        except OSError as error:
            raise NotReady(
                said(
                    "folder_sync.no_journal",
                    "the journal of the folder sync cannot be written ({reason}); the run ends here",
                    reason=error.strerror or str(error),
                ),
                said("folder_sync.make_room", "make room on the disk that holds artframe's data"),
            ) from error

    def trouble(self, path: str, reason: str, hint: str = "", *, retry_at: datetime | None = None) -> None:
        """Something about one file that a person should know."""
        if len(self.tally.troubles) < _MOST_TROUBLES:
            self.tally.troubles.append(Trouble(path=path, reason=reason, hint=hint, retry_at=retry_at))

    def note(self, text: str) -> None:
        """Something about the run that a person should know, once."""
        if text not in self.tally.notes:
            self.tally.notes.append(text)

    def refuse(self, path: str, reason: str, hint: str = "") -> None:
        """The file is left alone until it changes."""
        self.files.refuse(path, reason, retry_at=None)
        self.trouble(path, reason, hint)

    def postpone(self, path: str, reason: str, hint: str = "") -> None:
        """The file is tried again after a while, which grows with every failure."""
        row = self.files.at(path)
        tries = row.tries if row is not None else 0
        retry_at = self.clock.now() + timedelta(seconds=_PAUSES[min(tries, len(_PAUSES) - 1)])
        self.files.refuse(path, reason, retry_at=micros(retry_at))
        self.trouble(path, reason, hint, retry_at=retry_at)
        self.look_again(retry_at)

    def look_again(self, at: datetime, *, in_full: bool = False) -> None:
        """Another run makes sense at that time."""
        if self.tally.look_again is None or at < self.tally.look_again:
            self.tally.look_again = at
        self.tally.again_in_full = self.tally.again_in_full or in_full
