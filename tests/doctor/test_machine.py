"""Whether the clock is right, and whether memory, power, programs and the panel are as they should be."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from artframe.doctor.clock import clock as look_at_clock
from artframe.doctor.finding import Severity
from artframe.doctor.memory import memory
from artframe.doctor.panel import PanelFacts, panel
from artframe.doctor.power import power
from artframe.doctor.programs import exiftool
from tests.doctor.house import House, texts, worst

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class TestClock:
    def test_a_clock_that_follows_a_time_server_is_fine(self, house: House, tmp_path: Path) -> None:
        house.put("run/systemd/timesync/synchronized", "")
        assert worst(look_at_clock(house, NOW, tmp_path, "Europe/Berlin")).severity is Severity.FINE

    @pytest.mark.parametrize(
        ("script", "severity"),
        [("echo yes", Severity.FINE), ("echo no", Severity.WARNING), ("exit 1", Severity.NOTICE)],
    )
    def test_timedatectl_is_asked(self, house: House, tmp_path: Path, script: str, severity: Severity) -> None:
        house.install("timedatectl", script)
        assert worst(look_at_clock(house, NOW, tmp_path, "Europe/Berlin")).severity is severity

    def test_a_clock_that_lost_its_time_is_an_error(self, house: House, tmp_path: Path) -> None:
        found = worst(look_at_clock(house, datetime(1970, 1, 1, tzinfo=UTC), tmp_path, ""))
        assert found.severity is Severity.ERROR and "1970-01-01" in found.text

    def test_a_clock_that_went_back_is_told_by_the_files(self, house: House, tmp_path: Path) -> None:
        file = tmp_path / "library.db"
        file.touch()
        os.utime(file, (0, (NOW + timedelta(days=30)).timestamp()))
        assert "it went back" in worst(look_at_clock(house, NOW, tmp_path, "")).text


class TestMemory:
    def put(self, house: House, **more: int) -> None:
        facts = {"MemTotal": 430_000, "MemAvailable": 200_000, "SwapTotal": 0, "SwapFree": 0, **more}
        house.put("proc/meminfo", "".join(f"{name}: {value} kB\n" for name, value in facts.items()))

    def test_enough_is_fine_and_a_small_machine_without_swap_is_told(self, house: House) -> None:
        self.put(house)
        found = list(memory(house))
        assert worst(found).severity is Severity.NOTICE
        assert "195 of 419 MB" in texts(found) and "no swap" in texts(found)

    def test_little_is_told(self, house: House) -> None:
        self.put(house, MemAvailable=30_000, SwapTotal=100_000, SwapFree=1_000)
        found = list(memory(house))
        assert worst(found).severity is Severity.WARNING
        assert "97 of 97 MB of swap are used" in texts(found)

    def test_programs_that_were_killed_are_told(self, house: House) -> None:
        self.put(house, SwapTotal=100_000, SwapFree=100_000)
        house.put("proc/vmstat", "nr_free_pages 1\noom_kill 3\n")
        assert "3 programs" in worst(memory(house)).text

    def test_a_machine_that_says_nothing_is_no_mistake(self, house: House) -> None:
        assert [one.severity for one in memory(house)] == [Severity.NOTICE]


class TestPower:
    @pytest.mark.parametrize(
        ("heat", "severity"), [("48312", Severity.FINE), ("76000", Severity.WARNING), ("85100", Severity.ERROR)]
    )
    def test_heat(self, house: House, heat: str, severity: Severity) -> None:
        house.put("sys/class/thermal/thermal_zone0/temp", f"{heat}\n")
        [found] = power(house)
        assert found.severity is severity

    @pytest.mark.parametrize(
        ("bits", "severity", "text"),
        [
            ("0", Severity.FINE, "sufficient"),
            ("50005", Severity.ERROR, "too weak at this moment"),
            ("50000", Severity.WARNING, "too weak at times"),
            ("e0008", Severity.WARNING, "slowed down now"),
            ("e0000", Severity.NOTICE, "slowed down at times"),
        ],
    )
    @pytest.mark.parametrize("firmware", [True, False], ids=["file", "vcgencmd"])
    def test_a_weak_power_supply(self, house: House, bits: str, severity: Severity, text: str, firmware: bool) -> None:
        if firmware:
            house.put("sys/devices/platform/soc/soc:firmware/get_throttled", f"{bits}\n")
        else:
            house.install("vcgencmd", f"echo throttled=0x{bits}")
        found = worst(power(house))
        assert found.severity is severity and text in found.text

    def test_another_machine_has_nothing_to_say(self, house: House) -> None:
        assert list(power(house)) == []
        house.put("proc/device-tree/model", "Raspberry Pi Zero 2 W Rev 1.0\0")
        assert [one.severity for one in power(house)] == [Severity.NOTICE]


class TestPrograms:
    def test_exiftool(self, house: House) -> None:
        [found] = exiftool(house)
        assert found.severity is Severity.NOTICE and "apt install" in found.hint
        house.install("exiftool", "echo 12.57")
        assert texts(exiftool(house)) == "exiftool 12.57"
        house.install("exiftool", "exit 1")
        [found] = exiftool(house)
        assert found.severity is Severity.WARNING


class TestPanel:
    def facts(self, **more: Any) -> PanelFacts:
        known: dict[str, Any] = {
            "kind": "screen",
            "size": (1920, 1080),
            "open": True,
            "failing": False,
            "presented": 12,
            "stalled_seconds": 0.1,
            "shows": True,
        }
        return PanelFacts(**{**known, **more})

    @pytest.mark.parametrize(
        ("more", "severity", "text"),
        [
            ({}, Severity.FINE, "1920 x 1080"),
            ({"open": False}, Severity.ERROR, "not open"),
            ({"failing": True}, Severity.ERROR, "fails"),
            ({"stalled_seconds": 31.0}, Severity.ERROR, "31 s"),
            ({"presented": 0}, Severity.ERROR, "nothing has been presented"),
            ({"presented": 0, "shows": False}, Severity.FINE, "0 pictures"),
            ({"complaint": "no such panel 'screeen'"}, Severity.WARNING, "screeen"),
        ],
    )
    def test_the_panel(self, more: dict[str, Any], severity: Severity, text: str) -> None:
        found = worst(panel(self.facts(**more)))
        assert found.severity is severity and text in found.text
