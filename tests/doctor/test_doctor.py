"""The doctor finds what is wrong with a machine, says what to do, and changes nothing."""

from __future__ import annotations

import asyncio
import shutil
import stat
from pathlib import Path
from typing import Any

from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.commands import describe
from artframe.core.events import EventBus
from artframe.core.task import Task
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.doctor.probes import MachineProbes
from tests.doctor.house import House


def store_of(home: Path) -> ConfigStore:
    return ConfigStore(home, events=EventBus(), clock=SystemClock(), kinds=lambda kind: None)


def state_of(home: Path) -> dict[str, Any]:
    """Every file: its rights, its content and when it was written."""
    return {
        str(path.relative_to(home)): (
            stat.S_IMODE(path.stat().st_mode),
            path.read_bytes() if path.is_file() else None,
            path.stat().st_mtime_ns if path.is_file() else None,
        )
        for path in sorted(home.rglob("*"))
    }


def ask(home: Path, house: House) -> dict[str, Any]:
    commands = DoctorCommands(MachineProbes(home, store_of(home), SystemClock(), house), SystemClock())
    return asyncio.run(commands.doctor(Task()))


def test_a_whole_look_changes_nothing_in_the_home(home: Path, house: House) -> None:
    (home / "config" / "secrets.json").chmod(0o644)
    before = state_of(home)
    ask(home, house)
    assert state_of(home) == before


def test_the_exit_code_says_whether_something_is_wrong(home: Path, house: House) -> None:
    house.put("sys/class/net/eth0/operstate", "up\n")
    house.put("proc/net/route", "Iface\neth0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0\n")
    result = ask(home, house)
    assert (result["ok"], result["exit_code"]) == (True, 0), result
    (home / "config" / "frame.json").write_text('{"display": {"fitt": "cover"}}')
    result = ask(home, house)
    assert (result["ok"], result["exit_code"]) == (False, 1)
    [wrong] = [finding for finding in result["findings"] if not finding["ok"]]
    assert wrong["area"] == "settings" and "frame.json" in wrong["text"] and "fit" in wrong["hint"]


def test_every_finding_that_is_wrong_says_what_to_do_and_is_text_for_people(home: Path, house: House) -> None:
    shutil.rmtree(home / "state")
    house.put("sys/class/thermal/thermal_zone0/temp", "90000")
    house.put("sys/fs/ext4/sda1/errors_count", "2")
    commands = DoctorCommands(MachineProbes(home, store_of(home), SystemClock(), house), SystemClock())
    result = asyncio.run(commands.doctor(Task()))
    wrong = [finding for finding in result["findings"] if not finding["ok"]]
    assert len(wrong) >= 4
    assert all(finding["hint"] for finding in wrong)
    known = describe(commands.doctor)
    assert known.render is not None
    text = known.render(result)
    assert "BAD  disk" in text and f"{len(wrong)} of {len(result['findings'])} findings are wrong" in text
