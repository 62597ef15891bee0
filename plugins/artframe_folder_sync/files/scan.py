"""What lies in the folder? Walks it folder by folder and says for each path: a file, not synced, or unknown."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Iterable, Iterator

from artframe_folder_sync.files.disk import Disk
from artframe_folder_sync.files.folder import Folder, Names
from artframe_folder_sync.files.ignoring import CONFLICT_COPY, Rules
from artframe_folder_sync.files.names import composed
from artframe_folder_sync.records import FileFact, Skipped, Unknown

Found = FileFact | Skipped | Unknown

LINK = "a symbolic link: links are never followed"
SPECIAL = "neither a file nor a folder"
TWIN = "another file here has the very same name, its letters only stored in another way: rename one of them"


def scan(disk: Disk, rules: Rules, folders: Iterable[str] | None = None, *, deep: bool = True) -> Iterator[Found]:
    """All files below the root, or below these folders (``deep`` False: directly in them), folder by folder.

    A folder of ``folders`` that is really gone yields nothing: all that the state knows below it is missing; one that
    is not synced is told as Skipped. OSError when the root itself cannot be read. Zero-byte files are told like others.
    """
    for start in [""] if folders is None else _distinct(folders, deep):
        if (reason := _out_of_scope(rules, start)) is not None:
            yield Skipped(path=start, reason=reason)
            continue
        # The last one first: so the tree is walked in order with a list of what is still to come.
        waiting = [start]
        while waiting:
            path = waiting.pop()
            below: list[str] = []
            yield from _contents(disk, rules, path, below, asked=path == start)
            if deep:
                waiting += sorted(below, reverse=True)


def _distinct(folders: Iterable[str], deep: bool) -> list[str]:
    """Each once; with ``deep`` not those that lie in another one anyway."""
    chosen = sorted(set(folders), key=lambda path: path.split("/") if path else [])
    if not deep:
        return chosen
    kept: list[str] = []
    for path in chosen:
        if not kept or (kept[-1] and not path.startswith(f"{kept[-1]}/")):
            kept.append(path)
    return kept


def _out_of_scope(rules: Rules, path: str) -> str | None:
    parts = path.split("/") if path else []
    for depth in range(1, len(parts) + 1):
        if (reason := rules.folder("/".join(parts[:depth]))) is not None:
            return reason
    return None


def _contents(disk: Disk, rules: Rules, path: str, below: list[str], *, asked: bool) -> Iterator[Found]:
    """What is directly in one folder; the folders in it that are in scope are appended to ``below``."""
    try:
        folder = disk.folder(path)
    except OSError as error:
        if not path or error.errno == errno.ESTALE:
            raise
        if isinstance(error, FileNotFoundError) and asked:
            return
        yield Skipped(path=path, reason=LINK, untouched=True) if error.errno == errno.ELOOP else _unknown(path, error)
        return
    with folder:
        try:
            names = folder.names()
        except OSError as error:
            if not path:
                raise
            yield _unknown(path, error)
            return
        prefix = f"{path}/" if path else ""
        for name in sorted(names.folders):
            if (reason := rules.folder(prefix + name)) is None:
                below.append(prefix + name)
            else:
                yield Skipped(path=prefix + name, reason=reason)
        yield from _no_files(rules, prefix, names)
        yield from _files(rules, folder, prefix, names.files)


def _no_files(rules: Rules, prefix: str, names: Names) -> Iterator[Found]:
    for name in sorted(names.links):
        yield Skipped(path=prefix + name, reason=LINK, untouched=True)
    for name in sorted(names.others):
        yield Skipped(path=prefix + name, reason=SPECIAL, untouched=True)
    for name in sorted(names.unclear):
        yield Unknown(path=prefix + name, reason="the disk does not tell what it is")


def _files(rules: Rules, folder: Folder, prefix: str, names: list[str]) -> Iterator[Found]:
    wanted = []
    for name in names:
        if (reason := rules.file(prefix + name)) is None:
            wanted.append(name)
        else:
            yield Skipped(path=prefix + name, reason=reason, untouched=reason == CONFLICT_COPY)
    twins = twins_of(wanted)
    wanted.sort()
    for name in wanted:
        if twins and composed(name) in twins:
            yield Skipped(path=prefix + name, reason=TWIN, untouched=True)
            continue
        try:
            yield folder.fact(name)
        except OSError as error:
            yield _unknown(prefix + name, error)


def twins_of(names: list[str]) -> set[str]:
    """The names (composed) that more than one of these have. Names that differ in case are different ones here."""
    if len(set(map(composed, names))) == len(names):
        return set()
    return {name for name, count in Counter(map(composed, names)).items() if count > 1}


def _unknown(path: str, error: OSError) -> Unknown:
    if isinstance(error, FileNotFoundError):
        return Unknown(path=path, reason="it vanished while the folder was read")
    if error.errno == errno.EXDEV:
        return Unknown(path=path, reason="another disk is mounted there, which is not part of this folder")
    return Unknown(path=path, reason=f"it cannot be read: {error.strerror or error}")
