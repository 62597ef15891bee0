"""Is everything as it was in the last run: folder, server, key, rules? What changed makes a run that only adds."""

from __future__ import annotations

import hashlib
import json

from artframe.plugin import NotReady, said
from artframe_folder_sync.files.marker import Marker
from artframe_folder_sync.records import PairConfig
from artframe_folder_sync.state.database import State

_FIRST_DONE = "first_run_done"
_PLANTED = "marker_planted"
_FOLDER = "folder"
_IDENTITY = "folder_identity"
_FINGERPRINT = "fingerprint"
_ACCEPTED = "folder_accepted"


class Scope:
    """Compares what decides which files belong to the pair with what it was. One object per run.

    ``is_first``: no full run of this pair was ever completed. Making it changes the state only where the settings name
    another folder than before: then nothing that is known of files holds any more, and it is a first run.
    """

    def __init__(self, state: State, config: PairConfig, identity: str, rules: str) -> None:
        self._state = state
        self._identity = identity
        self._folder = str(config.folder)
        self._fingerprint = _digest(
            {
                "server": config.server,
                "user": config.user_id,
                "key": config.key_digest,
                "rules": rules,
                "mode": config.mode.value,
                "deletions": config.remote_deletions.value,
            }
        )
        if state.meta(_FOLDER) not in (None, self._folder):
            _begin_anew(state)
        self.is_first = state.meta(_FIRST_DONE) is None

    def insist_on_folder(self, marker: Marker, *, dry: bool) -> None:
        """NotReady unless the pair's own folder is there, marked and on its own disk.

        The marker is planted once, at the beginning of the very first run, and never again: an empty mount point must
        not get one. ``accept_folder`` is a person's word for another disk.
        """
        found = marker.look()
        if found.missing and self._state.meta(_PLANTED) is None:
            if dry:
                return
            try:
                marker.plant()
            except OSError as error:
                raise NotReady(
                    f"artframe cannot put its marker into the folder ({error.strerror or error}); nothing is done "
                    "until it can",
                    "give artframe's user the right to write into the folder",
                ) from error
        elif not found.ok:
            raise NotReady(found.said, found.advice)
        known = self._state.meta(_IDENTITY)
        if known is not None and known != self._identity:
            raise OtherFolder(
                said(
                    "folder_sync.other_folder",
                    "another disk or folder is at {folder} than before; nothing is done until a person says that it is"
                    " the right one",
                    folder=self._folder,
                ),
                said(
                    "folder_sync.bring_back_disk",
                    "bring back the right disk; or, if the photos moved to this one, the command 'confirm folder' says"
                    " so",
                ),
            )
        if not dry:
            with self._state.writing():
                self._state.set_meta(_PLANTED, "yes")
                self._state.set_meta(_IDENTITY, self._identity)
                self._state.set_meta(_FOLDER, self._folder)

    @property
    def adds_only(self) -> str | None:
        """Why this run may delete nothing, or None."""
        if self.is_first:
            return "it is the first run"
        if self._state.meta(_FINGERPRINT) != self._fingerprint:
            return "settings, server, key or folder changed since the last run"
        return None

    def done(self, *, full: bool) -> None:
        """The run is complete. Only a full one ends what ``adds_only`` is there for."""
        if not full:
            return
        with self._state.writing() as db:
            if self._state.meta(_ACCEPTED) is not None:
                # Nobody deleted these: they never were where a person says that the folder is now.
                db.execute("DELETE FROM file WHERE missing_since IS NOT NULL")
                self._state.set_meta(_ACCEPTED, None)
            self._state.set_meta(_FIRST_DONE, "yes")
            self._state.set_meta(_FINGERPRINT, self._fingerprint)


class OtherFolder(NotReady):
    """Only a person can say whether it is the right one: ``Pair.confirm("folder")``."""


def accept_folder(state: State, identity: str, marker: Marker) -> bool:
    """What is at the folder's place now is right; the next run only adds. False: it is as it was.

    What is missing there was not deleted by anybody: its photos stay in Immich.
    """
    another = state.meta(_IDENTITY) not in (None, identity)
    unmarked = state.meta(_PLANTED) is not None and marker.look().missing
    if not another and not unmarked:
        return False
    with state.writing():
        state.set_meta(_ACCEPTED, "yes")
        state.set_meta(_IDENTITY, None)
        state.set_meta(_FINGERPRINT, None)
        state.set_meta(_PLANTED, None)
    return True


def _begin_anew(state: State) -> None:
    with state.writing() as db:
        for table in ("file", "superseded", "held", "approved"):
            db.execute(f"DELETE FROM {table}")  # noqa: S608
        db.execute("UPDATE gone SET trash_path = NULL")
        db.execute("DELETE FROM gone WHERE stage = 'going'")
        for key in (_FIRST_DONE, _PLANTED, _FOLDER, _IDENTITY, _FINGERPRINT, _ACCEPTED):
            state.set_meta(key, None)


def _digest(facts: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
