"""How does a key become a folder that is kept in step: whose is it, which folder, and does nobody else have that?"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from artframe.immich_plugin import connected, translated
from artframe.plugin import ConfigError, Frame, NotReady, said
from artframe_folder_sync.claims import Claim
from artframe_folder_sync.files.overlap import overlapping
from artframe_folder_sync.journal import Journal
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.pairing import folder_for, is_made_for, pair_config
from artframe_folder_sync.people import person_of
from artframe_folder_sync.settings import FolderSyncSettings


class Opening:
    """Opens the keys of one instance. ``sleep`` waits between the tries of a request."""

    def __init__(
        self,
        settings: FolderSyncSettings,
        frame: Frame,
        journal: Journal,
        claim: Claim,
        *,
        wake: Callable[[], None],
        sleep: Callable[[float], None],
        read_timeout: float,
    ) -> None:
        self._settings = settings
        self._frame = frame
        self._journal = journal
        self._claim = claim
        self._wake = wake
        self._sleep = sleep
        self._read_timeout = read_timeout

    def open(self, index: int, beside: Sequence[Keeper]) -> Keeper:
        """The key at ``index``, beside those that are open already.

        Raises NotReady, AuthFailed or ConfigError; then nothing of it is left.
        """
        settings, key = self._settings, self._settings.api_keys[index]
        client = connected(
            settings,
            key,
            connections=settings.connections,
            read_timeout=self._read_timeout,
            sleep=self._sleep,
        )
        try:
            with translated():
                person = person_of(client, settings)
                media_types = client.media_types()
            if any(one.person.user_id == person.user_id for one in beside):
                raise ConfigError(
                    said(
                        "folder_sync.same_person",
                        "two of the API keys are {person}'s: one person has one folder here",
                        person=person.name,
                    ),
                    said(
                        "folder_sync.remove_one",
                        "remove one of the two; another folder of the same person needs an instance of its own",
                    ),
                )
            folder = folder_for(settings, index, person.user_id)
            self._make(index, folder)
            self._claimed(folder, beside)
            return Keeper(
                person=person,
                config=pair_config(settings, key, folder, person.user_id),
                client=client,
                media_types=media_types,
                data_dir=self._frame.data_dir,
                journal=self._journal,
                clock=self._frame.clock,
                wake=self._wake,
            )
        except BaseException:
            client.close()
            raise

    def _make(self, index: int, folder: Path) -> None:
        """A folder that is named by the user is made in its root, once. A root is never made: it may be a disk."""
        if not is_made_for(self._settings, index) or folder.exists():
            return
        if (self._frame.data_dir / f"{folder.name.lower()}.db").exists():
            return  # it was there before: whatever happened to it, a new one must not take its place
        try:
            folder.mkdir()
        except OSError as error:
            raise NotReady(
                said(
                    "folder_sync.folder_unmade",
                    "the folder {folder} cannot be made ({reason}); artframe tries again",
                    folder=str(folder),
                    reason=error.strerror or str(error),
                ),
                said(
                    "folder_sync.may_it_write",
                    "is the disk with {folder} there, and may artframe write to it?",
                    folder=str(folder.parent),
                ),
            ) from error

    def _claimed(self, folder: Path, beside: Sequence[Keeper]) -> None:
        folders = [*(str(one.config.folder) for one in beside), str(folder)]
        found = overlapping(folders)
        if found is not None:
            raise ConfigError(
                f"{found[1]} is {found[0]} or lies inside it: each file belongs to one person only",
                "give each key a folder of its own",
            )
        own = os.path.realpath(self._frame.data_dir.parent.parent)
        if overlapping([own, str(folder)]) is not None:
            raise ConfigError(
                f"artframe keeps its own files in {own}; the folder {folder} cannot be kept in step",
                "choose a folder that has nothing to do with it",
            )
        rival = self._claim.rival(str(folder))
        if rival is not None:
            raise Rivalry(
                said(
                    "folder_sync.rival",
                    "the instance '{rival}' keeps {folder} (or one above or inside it) in step already, so this one"
                    " does not",
                    rival=rival,
                    folder=str(folder),
                ),
                said("folder_sync.own_folder", "give each instance a folder of its own"),
            )
        try:
            self._claim.take(folders)
        except OSError as error:
            raise NotReady(
                f"this instance cannot take {folder} for itself ({error.strerror or error}); artframe tries again"
            ) from error


class Rivalry(ConfigError):
    """Another instance has the folder. This one goes on without it: the other may end."""
