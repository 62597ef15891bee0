"""What does a plugin leave behind in the process and on the disk?"""

from __future__ import annotations

import gc
import stat
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from artframe.testing.host import PluginHost


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What is there at one moment; compare two with ``more_than``."""

    threads: frozenset[threading.Thread]
    open_files: Counter[str]
    commands: frozenset[str]
    jobs: frozenset[str]
    listeners: int

    @classmethod
    def of(cls, host: PluginHost, *, apart: Collection[Path] = ()) -> Traces:
        """``apart``: folders whose files are not counted, since a server in this process opens them when it likes."""
        # A connection that nobody knows any more is closed as soon as Python notices that.
        gc.collect()
        return cls(
            # Workers and writers are the host's own and come and go with its work.
            threads=frozenset(one for one in threading.enumerate() if not one.name.startswith(("worker", "save "))),
            open_files=Counter(_open_files([host.home / "state", *apart])),
            commands=frozenset(command.name for command in host.commands),
            jobs=frozenset(host.on_loop(_job_names(host))),
            listeners=host.events.listener_count,
        )

    def more_than(self, before: Traces) -> list[str]:
        """What was not there before, in words."""
        found = [f"thread {thread.name}" for thread in self.threads - before.threads]
        found += [f"open file {file}" for file in (self.open_files - before.open_files).elements()]
        found += [f"command {name}" for name in self.commands - before.commands]
        found += [f"job {name}" for name in self.jobs - before.jobs]
        if self.listeners > before.listeners:
            found.append(f"{self.listeners - before.listeners} listeners")
        return sorted(found)


async def _job_names(host: PluginHost) -> list[str]:
    return [status.name for status in host.jobs.status()]


def files_in(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below the folder with its size and time of change."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns)
    return found


def _open_files(apart: Collection[Path]) -> list[str]:
    """Files and sockets that this process holds open, but for those in some folders; nothing off Linux.

    Not the numbers under which: who closes and opens the same file leaves nothing behind.
    """
    held = []
    others = ("/dev/", "anon_inode:", *map(str, apart))
    try:
        handles = list(Path("/proc/self/fd").iterdir())
    except OSError:
        return []
    for handle in handles:
        try:
            target = str(handle.readlink())
        except OSError:
            continue  # closed in the meantime
        if not target.startswith(others):
            held.append(target)
    return held
