"""Which facts does somebody need to help with a frame that misbehaves? Without any secret."""

from __future__ import annotations

import contextlib
import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artframe import __version__

_LIBRARIES = ("APScheduler", "Pillow", "pillow-heif", "pydantic", "pygame-ce", "requests", "watchdog")


def machine_facts(home: Path) -> dict[str, Any]:
    """Versions, model, memory, disk and temperature; what cannot be read is None."""
    return {
        "artframe": __version__,
        "python": sys.version.split()[0],
        "system": platform.platform(),
        "machine": _text(Path("/proc/device-tree/model")) or platform.machine(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "memory_mb": memory(),
        "disk_mb": _disk(home),
        "temperature_c": _temperature(),
    }


def memory() -> dict[str, float | None]:
    """Our resident memory in MB: ``now`` and at its ``peak``."""
    values: dict[str, float | None] = {"VmRSS": None, "VmHWM": None}
    for line in _text(Path("/proc/self/status")).splitlines():
        name, _, value = line.partition(":")
        if name in values:
            values[name] = round(int(value.split()[0]) / 1024, 1)
    return {"now": values["VmRSS"], "peak": values["VmHWM"]}


def plain(value: Any) -> Any:
    """Make anything JSON: types that mask themselves (secrets) stay masked, unknown ones become their text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _disk(home: Path) -> dict[str, int] | None:
    with contextlib.suppress(OSError):
        usage = shutil.disk_usage(home)
        return {"total": usage.total >> 20, "free": usage.free >> 20}
    return None


def _temperature() -> float | None:
    with contextlib.suppress(ValueError):
        return int(_text(Path("/sys/class/thermal/thermal_zone0/temp"))) / 1000
    return None


def _version(distribution: str) -> str | None:
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        return importlib.metadata.version(distribution)
    return None


def _text(path: Path) -> str:
    with contextlib.suppress(OSError):
        return path.read_text(errors="replace").strip("\0\n ")
    return ""
