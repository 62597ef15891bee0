"""Would these settings work: whose are the keys, what may they do, and are the folders there?"""

from __future__ import annotations

import os
from pathlib import Path

from artframe.immich import Immich
from artframe.immich_plugin import clock_finding, connected, permission_findings, translated, version_finding
from artframe.plugin import ArtframeError, Finding
from artframe_folder_sync.files.mounts import file_system_of, tells_of_all_changes
from artframe_folder_sync.files.overlap import overlapping
from artframe_folder_sync.pairing import folder_for, is_made_for
from artframe_folder_sync.people import PERMISSIONS, person_of
from artframe_folder_sync.settings import FolderSyncSettings


def inspect(settings: FolderSyncSettings, *, read_timeout: float) -> list[Finding]:
    """Ask all that a run will ask, without changing anything. Raises ArtframeError when no key works."""
    findings: list[Finding] = []
    folders: list[str] = []
    failures: list[ArtframeError] = []
    for index, key in enumerate(settings.api_keys):
        with connected(settings, key, connections=1, read_timeout=read_timeout) as client:
            try:
                with translated():
                    if not folders and not failures:
                        findings += _server(client, settings)
                    findings += _key(client, settings, index, folders)
            except ArtframeError as error:
                failures.append(error)
                findings.append(Finding(ok=False, text=f"API key {index + 1}: {error.message}", hint=error.hint))
    if len(failures) == len(settings.api_keys):
        raise failures[0]
    found = overlapping(folders)
    if found is not None:
        findings.append(
            Finding(ok=False, text=f"{found[1]} is {found[0]} or lies inside it", hint="give each key its own folder")
        )
    return findings


def _server(client: Immich, settings: FolderSyncSettings) -> list[Finding]:
    findings = [version_finding(client), clock_finding(client)]
    if settings.mode != "mirror_down" and client.trash_days() is None:
        findings.append(
            Finding(
                ok=False,
                text="Immich's trash is switched off: what is deleted there is gone, so nothing is deleted there",
                hint="switch the trash on in Immich (Administration, Settings, Trash)",
            )
        )
    return findings


def _key(client: Immich, settings: FolderSyncSettings, index: int, folders: list[str]) -> list[Finding]:
    person = person_of(client, settings)
    findings = [Finding(ok=True, text=f"API key {index + 1}, '{person.key_name}', is {person.name}'s")]
    findings += permission_findings(PERMISSIONS, {name: str(without) for name, without in person.missing.items()})
    folder = folder_for(settings, index, person.user_id)
    folders.append(str(folder))
    return [*findings, *_folder(folder, made=is_made_for(settings, index), mode=settings.mode)]


def _folder(folder: Path, *, made: bool, mode: str) -> list[Finding]:
    if not folder.exists():
        if made and folder.parent.is_dir():
            return [Finding(ok=True, text=f"{folder} is made at the first start")]
        return [Finding(ok=False, text=f"{folder} is not there", hint="is the disk there, and is the path right?")]
    if not folder.is_dir():
        return [Finding(ok=False, text=f"{folder} is no folder")]
    if not os.access(folder, os.R_OK | os.X_OK):
        return [Finding(ok=False, text=f"{folder} cannot be read by artframe", hint="give its user the right")]
    if mode != "upload" and not os.access(folder, os.W_OK):
        return [
            Finding(
                ok=False,
                text=f"artframe may not write to {folder}, so what was deleted in Immich cannot go to its trash",
                hint="give artframe's user the right, or choose the mode upload",
            )
        ]
    system = file_system_of(folder)
    if not tells_of_all_changes(system):
        text = f"{folder} is there, on {system}, which does not tell of all changes: it is looked through now and then"
        return [Finding(ok=True, text=text)]
    return [Finding(ok=True, text=f"{folder} is there")]
