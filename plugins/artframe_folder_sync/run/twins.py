"""Which files must stay since another one beside them looks the same? Then nobody can tell which is meant."""

from __future__ import annotations

from collections.abc import Sequence

from artframe_folder_sync.files.names import composed
from artframe_folder_sync.files.scan import twins_of
from artframe_folder_sync.records import Action
from artframe_folder_sync.run.workbench import Workbench


def without_twins(bench: Workbench, actions: Sequence[Action]) -> list[Action]:
    """What may be done to files in the folder; the scan reports the others. Reads each of their folders once."""
    folders = {one.path.rpartition("/")[0] for one in actions}
    twins = {folder: _twins_in(bench, folder) for folder in sorted(folders)}
    return [one for one in actions if not _is_twin(one.path, twins)]


def _is_twin(path: str, twins: dict[str, set[str]]) -> bool:
    folder, _, name = path.rpartition("/")
    return bool(twins[folder]) and composed(name) in twins[folder]


def _twins_in(bench: Workbench, folder: str) -> set[str]:
    prefix = f"{folder}/" if folder else ""
    try:
        with bench.disk.folder(folder) as opened:
            names = opened.names().files
    except OSError:
        return set()  # each file is read again before anything is done to it, and that will fail as well
    return twins_of([name for name in names if bench.rules.file(prefix + name) is None])
