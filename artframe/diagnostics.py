"""Which facts does somebody need to help with a frame that misbehaves? Without any secret."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artframe import __version__
from artframe.config.masking import without_credentials
from artframe.core.addresses import addresses
from artframe.core.machine import Machine

_LIBRARIES = (
    "APScheduler",
    "asyncssh",
    "Jinja2",
    "Pillow",
    "pillow-heif",
    "prompt_toolkit",
    "pydantic",
    "pygame-ce",
    "requests",
    "segno",
    "starlette",
    "uvicorn",
    "watchdog",
)


def machine_facts(home: Path, machine: Machine | None = None) -> dict[str, Any]:
    """Versions, model, memory, load, disk, temperature, addresses and time; what cannot be read is None. Quick."""
    machine = machine or Machine()
    now = datetime.now(UTC).astimezone()
    return {
        "artframe": __version__,
        "python": sys.version.split()[0],
        "system": _system(machine),
        "machine": machine.model() or platform.machine(),
        "processors": os.cpu_count(),
        "libraries": dict(_libraries()),
        "uptime_seconds": _uptime(machine),
        "load": _load(),
        "memory_mb": {**memory(machine), **_memory_of_machine(machine)},
        "disk_mb": _disk(home),
        "temperature_c": machine.temperature(),
        "host_name": socket.gethostname(),
        "addresses": list(addresses(machine)),
        "time": now.isoformat(timespec="seconds"),
        "time_zone": now.tzname(),
    }


def memory(machine: Machine | None = None) -> dict[str, float | None]:
    """Our resident memory in MB: ``now`` and at its ``peak``."""
    values: dict[str, float | None] = {"VmRSS": None, "VmHWM": None}
    for line in (machine or Machine()).text("proc/self/status").splitlines():
        name, _, value = line.partition(":")
        if name in values:
            values[name] = round(int(value.split()[0]) / 1024, 1)
    return {"now": values["VmRSS"], "peak": values["VmHWM"]}


def plain(value: Any, mask: Callable[[str], str] = without_credentials) -> Any:
    """Make anything JSON: types that mask themselves (secrets) stay masked, unknown ones become their text.

    ``mask`` takes out of every text what must not be shown.
    """
    if isinstance(value, Mapping):
        return {mask(str(key)): plain(part, mask) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part, mask) for part in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))


def _memory_of_machine(machine: Machine) -> dict[str, int | None]:
    facts = machine.memory()
    names = {"total": "MemTotal", "available": "MemAvailable", "swap": "SwapTotal", "swap_free": "SwapFree"}
    return {name: facts.get(theirs) for name, theirs in names.items()}


def _disk(home: Path) -> dict[str, int] | None:
    with contextlib.suppress(OSError):
        usage = shutil.disk_usage(home)
        return {"total": usage.total >> 20, "free": usage.free >> 20}
    return None


def _uptime(machine: Machine) -> int | None:
    with contextlib.suppress(ValueError, IndexError):
        return int(float(machine.text("proc/uptime").split()[0]))
    return None


def _load() -> list[float] | None:
    with contextlib.suppress(OSError):
        return [round(value, 2) for value in os.getloadavg()]
    return None


def _system(machine: Machine) -> str:
    for line in machine.text("etc/os-release").splitlines():
        name, _, value = line.partition("=")
        if name == "PRETTY_NAME":
            return f"{value.strip(chr(34))}, {platform.platform()}"
    return platform.platform()


@functools.cache
def _libraries() -> Mapping[str, str | None]:
    return {name: _version(name) for name in _LIBRARIES}


def _version(distribution: str) -> str | None:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(distribution)
    return None
