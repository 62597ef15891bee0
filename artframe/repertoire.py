"""Which commands does a running frame know, and which of its parts answers them?"""

from __future__ import annotations

import json
from collections.abc import Mapping

from artframe import logs
from artframe.backup.backup_commands import BackupCommands
from artframe.backup.contents import State
from artframe.backup.restoration import Adopt
from artframe.core.commands import CommandRegistry
from artframe.core.log_files import LogFiles
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.doctor.probes import FrameProbes
from artframe.frame_parts import FrameParts
from artframe.host.picking import PickCommands
from artframe.host.plugin_commands import PluginCommands
from artframe.immich_access import ImmichAccess
from artframe.interfaces.file_commands import file_commands
from artframe.interfaces.log_commands import LogCommands
from artframe.interfaces.suggestions import instances_in, suggest_values
from artframe.jobs.job_commands import JobCommands
from artframe.status import StatusCommands
from artframe.system import SystemCommands


def add_commands(registry: CommandRegistry, parts: FrameParts) -> None:
    """Add all of them but the plugins' own, and say who completes their values."""
    status = StatusCommands(parts)
    doctor = DoctorCommands(_probes(parts), parts.clock)
    for commands in (
        *parts.picture.command_sets,
        PluginCommands(parts.entries),
        PickCommands(parts.entries),
        ImmichAccess(parts.store, parts.kinds),
        JobCommands(parts.jobs, parts.events, parts.entries.running),
        *file_commands(parts.store, parts.kinds),
        LogCommands(
            LogFiles(parts.home / "logs"), logs.mask, parts.recent, instances=lambda: instances_in(parts.store)
        ),
        status,
        doctor,
        SystemCommands(parts, status, doctor),
        BackupCommands(parts.store, parts.clock, _adopting(parts)),
    ):
        registry.add_all(commands)
    parts.reaching.register(registry)
    suggest_values(registry, parts.store, parts.kinds, parts.jobs)


def _probes(parts: FrameParts) -> FrameProbes:
    return FrameProbes(
        parts.home,
        parts.store,
        parts.clock,
        entries=parts.entries,
        problems=parts.problems,
        panel=parts.panel,
        faces=parts.faces.facts,
    )


def _adopting(parts: FrameParts) -> Mapping[State, Adopt]:
    """Who goes by a restored file at once, without a restart."""
    return {
        State.ACCESS: parts.access.adopt,
        State.HIDDEN: parts.hidden.adopt,
        State.JOBS: lambda saved: parts.caller.from_thread(parts.jobs.history.adopt, json.loads(saved)),
    }
