"""What does a plugin leave behind in the process and on the disk?"""

from __future__ import annotations

import stat
import threading
from dataclasses import dataclass
from pathlib import Path

from artframe.testing.host import PluginHost


@dataclass(frozen=True, kw_only=True)
class Traces:
    """What is there at one moment; compare two with ``more_than``."""

    threads: frozenset[threading.Thread]
    open_files: frozenset[str]
    commands: frozenset[str]
    jobs: frozenset[str]
    listeners: int

    @classmethod
    def of(cls, host: PluginHost) -> Traces:
        return cls(
            # Workers and writers are the host's own and come and go with its work.
            threads=frozenset(one for one in threading.enumerate() if not one.name.startswith(("worker", "save "))),
            open_files=frozenset(_open_files(host.home)),
            commands=frozenset(command.name for command in host.commands),
            jobs=frozenset(host.on_loop(_job_names(host))),
            listeners=host.events.listener_count,
        )

    def more_than(self, before: Traces) -> list[str]:
        """What was not there before, in words."""
        found = [f"thread {thread.name}" for thread in self.threads - before.threads]
        found += [f"open file {file}" for file in self.open_files - before.open_files]
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


def _open_files(home: Path) -> list[str]:
    """Files and sockets that this process holds open, but for the host's own in ``state``; nothing off Linux."""
    held = []
    try:
        handles = list(Path("/proc/self/fd").iterdir())
    except OSError:
        return []
    for handle in handles:
        try:
            target = str(handle.readlink())
        except OSError:
            continue  # closed in the meantime
        if not target.startswith(("/dev/", "anon_inode:", str(home / "state"))):
            held.append(f"{handle.name} -> {target}")
    return held
