"""The doctor finds what is wrong with a machine, says what to do, changes nothing and never hangs."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from artframe.config.home import init_home
from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock, SystemClock
from artframe.core.commands import describe
from artframe.core.events import EventBus
from artframe.core.machine import Machine
from artframe.core.task import Progress, Task
from artframe.doctor.card import card
from artframe.doctor.clock import clock as look_at_clock
from artframe.doctor.disk import disk, file_system_errors, write_test
from artframe.doctor.doctor_commands import DoctorCommands
from artframe.doctor.examination import examine
from artframe.doctor.finding import Area, Finding, Probe, Severity
from artframe.doctor.memory import memory
from artframe.doctor.network import name_of_server, network, servers
from artframe.doctor.panel import PanelFacts, panel
from artframe.doctor.power import power
from artframe.doctor.probes import MachineProbes
from artframe.doctor.programs import exiftool
from artframe.doctor.reach import reached
from artframe.errors import Cancelled
from artframe.plugin import PluginSettings, Secret, setting
from artframe.testing import ManualClock
from tests.small_disk import small_disk

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class House(Machine):
    """A machine that a test furnishes: files below a folder, programs that are shell scripts."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        super().__init__(folder / "root", str(self.bin))
        self.disks: dict[str, Any] = {}

    def put(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def install(self, name: str, script: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def disk(self, path: Path) -> os.statvfs_result:
        found = list(super().disk(path))
        names = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_flag")
        for name, value in self.disks.items():
            found[names.index(name)] = value
        return os.statvfs_result(found)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


def worst(findings: Iterable[Finding]) -> Finding:
    return max(findings, key=lambda finding: list(Severity).index(finding.severity))


def texts(findings: Iterable[Finding]) -> str:
    return "\n".join(finding.text for finding in findings)


class TestNetwork:
    @pytest.fixture
    def connected(self, house: House) -> House:
        house.put("sys/class/net/lo/operstate", "unknown\n")
        house.put("sys/class/net/eth0/operstate", "down\n")
        house.put("sys/class/net/wlan0/operstate", "up\n")
        house.put(
            "proc/net/route",
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
            "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            "wlan0\t0001A8C0\t00000000\t0001\t0\t0\t600\t00FFFFFF\t0\t0\t0\n",
        )
        return house

    def test_a_connected_machine_is_fine(self, connected: House) -> None:
        found = list(network(connected))
        assert worst(found).severity is Severity.FINE
        assert "wlan0" in texts(found) and "192.168.1.1" in texts(found)

    def test_without_any_network_the_hint_says_how_to_join_one(self, connected: House) -> None:
        connected.put("sys/class/net/wlan0/operstate", "down\n")
        [found] = network(connected)
        assert found.severity is Severity.ERROR
        assert "nmtui" in found.hint and "eth0, wlan0" in found.hint

    def test_without_a_default_route_no_server_outside_is_reached(self, connected: House) -> None:
        connected.put("proc/net/route", connected.text("proc/net/route").splitlines()[0])
        assert "no default route" in worst(network(connected)).text

    def test_a_default_route_over_ipv6_is_one(self, connected: House) -> None:
        connected.put("proc/net/route", "")
        nothing, hop = "0" * 32, "fe800000000000000000000000000001"
        rest = "00000064 00000001 00000000 00450003 wlan0"
        connected.put("proc/net/ipv6_route", f"{nothing} 00 {nothing} 00 {hop} {rest}\n")
        assert "fe80::1 (wlan0)" in texts(network(connected))

    def test_a_weak_signal_is_told(self, connected: House) -> None:
        heading = "Inter-| sta-|   Quality\n face | tus | link level noise\n"
        connected.put("proc/net/wireless", f"{heading} wlan0: 0000   31.  -79.  -256  0  0  0  0  5  0\n")
        found = worst(network(connected))
        assert found.severity is Severity.NOTICE and "-79 dBm" in found.text
        connected.put("proc/net/wireless", f"{heading} wlan0: 0000   60.  -50.  -256  0  0  0  0  5  0\n")
        assert worst(network(connected)).severity is Severity.FINE

    def test_a_server_whose_name_nobody_knows_is_named_with_its_plugin(self) -> None:
        [found] = name_of_server("family", "no-such-host.invalid")
        assert found.severity is Severity.ERROR
        assert "family" in found.text and "no-such-host.invalid" in found.text and "family.json" in found.hint
        [found] = name_of_server("family", "localhost")
        assert found.severity is Severity.FINE

    def test_servers_are_found_in_the_settings_and_no_secret_is(self, tmp_path: Path) -> None:
        class Settings(PluginSettings):
            """A plugin with servers."""

            url: str = setting(title="url", help="where")
            key: Secret = setting(title="key", help="what opens it")
            sftp_host: str = setting(title="host", help="where", default="")
            note: str = setting(title="note", help="any", default="")

        store = ConfigStore(tmp_path, events=EventBus(), clock=SystemClock(), kinds=lambda kind: Settings)
        for name, enabled, settings in [
            ("one", True, {"url": "https://ada:pass@nas.example:2283/x", "key": "https://secret.example/"}),
            ("two", True, {"url": "http://192.168.1.5", "key": "k", "sftp_host": "other.example", "note": "a/host b"}),
            ("off", False, {"url": "http://off.example", "key": "k"}),
        ]:
            file = tmp_path / "config" / "plugins" / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            text = {"version": 1, "plugin": "any", "enabled": enabled, "settings": settings}
            file.write_text(json.dumps(text))
        assert list(servers(store.load())) == [("one", "nas.example"), ("two", "other.example")]


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


class TestDisk:
    def test_a_disk_with_room_is_fine(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_blocks": 30_000, "f_bavail": 9_000}
        [found] = disk(house, tmp_path, 500)
        assert (found.severity, found.text) == (Severity.FINE, "9,000 of 30,000 MB are free")

    def test_less_room_than_syncing_leaves_is_told(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_bavail": 300}
        found = worst(disk(house, tmp_path, 500))
        assert found.severity is Severity.WARNING and "500 MB" in found.text

    def test_a_disk_without_room_is_an_error_whatever_syncing_leaves(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_frsize": 1 << 20, "f_bavail": 0}
        found = worst(disk(house, tmp_path, 0))
        assert found.severity is Severity.ERROR and "the disk is full" in found.text and "free some space" in found.hint

    def test_a_disk_that_went_read_only_is_an_error(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_flag": os.ST_RDONLY}
        assert "read-only" in worst(disk(house, tmp_path, 0)).text

    def test_a_disk_that_can_hold_no_more_files_is_told(self, house: House, tmp_path: Path) -> None:
        house.disks = {"f_files": 1_000_000, "f_favail": 100}
        assert "only 100 more files" in worst(disk(house, tmp_path, 0)).text

    def test_errors_that_the_file_system_counted_are_told(self, house: House) -> None:
        house.put("sys/fs/ext4/mmcblk0p2/errors_count", "0\n")
        house.put("sys/fs/ext4/features/lazy_itable_init", "supported\n")
        assert worst(file_system_errors(house)).severity is Severity.FINE
        house.put("sys/fs/ext4/mmcblk0p2/errors_count", "17\n")
        found = worst(file_system_errors(house))
        assert found.severity is Severity.ERROR and "mmcblk0p2" in found.text and "17" in found.text

    def test_writing_is_tried_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        assert [one.severity for one in write_test(tmp_path)] == [Severity.FINE]
        assert list(tmp_path.iterdir()) == []

    def test_a_test_that_finds_no_room_asks_for_room(self, tmp_path: Path) -> None:
        with small_disk(tmp_path / "disk", size="64k") as small:
            small.fill()
            [found] = write_test(small.place)
        assert found.severity is Severity.ERROR and "free some space" in found.hint

    def test_a_folder_that_takes_nothing_is_an_error(self, tmp_path: Path) -> None:
        [found] = write_test(tmp_path / "gone")
        assert found.severity is Severity.ERROR and "No such file" in found.text


class TestCard:
    def put_card(self, house: House, **facts: str) -> None:
        for name, text in {"name": "SD64G", "date": "03/2023", "type": "SD", **facts}.items():
            house.put(f"sys/block/mmcblk0/device/{name}", f"{text}\n")

    def test_a_card_that_does_not_tell_its_wear_is_named(self, house: House) -> None:
        self.put_card(house)
        house.put("sys/block/mmcblk0boot0/size", "0")
        house.put("sys/block/loop0/size", "0")
        [found] = card(house)
        assert found.severity is Severity.FINE
        assert "SD64G (03/2023)" in found.text

    @pytest.mark.parametrize(
        ("facts", "severity", "text"),
        [
            ({"life_time": "0x01 0x02", "pre_eol_info": "0x01"}, Severity.FINE, "10 to 20 %"),
            ({"life_time": "0x09 0x01", "pre_eol_info": "0x01"}, Severity.WARNING, "80 to 90 %"),
            ({"life_time": "0x0b 0x01"}, Severity.ERROR, "outlived"),
            ({"life_time": "0x01 0x01", "pre_eol_info": "0x02"}, Severity.ERROR, "80 %"),
            ({"life_time": "0x01 0x01", "pre_eol_info": "0x03"}, Severity.ERROR, "nearly gone"),
            ({"life_time": "0x00 0x00", "pre_eol_info": "0x00"}, Severity.FINE, "does not tell"),
            ({"life_time": "?"}, Severity.FINE, "does not tell"),
        ],
    )
    def test_wear_is_told(self, house: House, facts: dict[str, str], severity: Severity, text: str) -> None:
        self.put_card(house, **facts)
        [found] = card(house)
        assert found.severity is severity and text in found.text
        assert bool(found.hint) == (severity is not Severity.FINE)

    def test_other_disks_are_no_mistake(self, house: House) -> None:
        house.put("sys/block/sda/size", "1")
        house.put("sys/block/nvme0n1/size", "1")
        assert {one.severity for one in card(house)} == {Severity.FINE}
        assert texts(card(house)).count("not readable here") == 2


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


class TestReach:
    def ask(self, house: House, home: Path, facts: dict[str, Any], **settings: Any) -> Finding:
        [found] = reached(facts, FrameSettings.model_validate(settings), home, house)
        return found

    def test_a_face_that_runs_says_where(self, house: House, tmp_path: Path) -> None:
        web = self.ask(house, tmp_path, {"web": {"running": True, "urls": ["http://192.168.1.5:8080"]}})
        assert web.severity is Severity.FINE and "http://192.168.1.5:8080" in web.text
        assert "port 8022" in self.ask(house, tmp_path, {"ssh": {"running": True, "port": 8022}}).text

    def test_what_is_switched_off_is_no_mistake(self, house: House, tmp_path: Path) -> None:
        off = {"running": False}
        assert self.ask(house, tmp_path, {"web": off}, web={"enabled": False}).severity is Severity.FINE
        assert "holds no key" in self.ask(house, tmp_path, {"ssh": off}).text

    def test_a_taken_port_is_told(self, house: House, tmp_path: Path) -> None:
        house.put("proc/net/tcp6", f"head\n 0: {'0' * 32}:1F90 {'0' * 32}:0000 0A 0:0\n")
        found = self.ask(house, tmp_path, {"web": {"running": False}})
        assert found.severity is Severity.ERROR and "another program has port 8080" in found.text

    def test_one_that_should_run_and_does_not_is_an_error(self, house: House, tmp_path: Path) -> None:
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "authorized_keys").write_text("# mine\nssh-ed25519 AAAA me\n")
        assert self.ask(house, tmp_path, {"ssh": {"running": False}}).severity is Severity.ERROR


AREA = Area("test")


def run(
    probes: Sequence[Probe], clock: Clock | None = None, task: Task | None = None, meanwhile: Callable[[], Any] = list
) -> list[Finding]:
    async def look() -> list[Finding]:
        caller = Caller(asyncio.get_running_loop())
        looking = asyncio.ensure_future(
            examine(probes, caller=caller, clock=clock or SystemClock(), task=task or Task())
        )
        await asyncio.to_thread(meanwhile)
        try:
            return await looking
        finally:
            caller.close()

    return asyncio.run(asyncio.wait_for(look(), 60))


class TestExamination:
    def test_one_that_hangs_is_named_and_keeps_nobody_waiting(self) -> None:
        clock = ManualClock()
        hanging, looked = threading.Event(), threading.Event()

        def hang() -> list[Finding]:
            looked.set()
            hanging.wait(60)
            return [AREA.fine("at last")]

        def meanwhile() -> None:
            assert looked.wait(60)
            clock.wait_for_sleepers(1)
            clock.advance(10)

        probes = [
            Probe(area="test", what="the card reader", function=hang),
            Probe(area="test", what="the rest", function=lambda: [AREA.fine("fine")]),
        ]
        try:
            hung, fine = run(probes, clock, meanwhile=meanwhile)
        finally:
            hanging.set()
        assert hung.severity is Severity.ERROR and "the card reader: no answer within 10 s" in hung.text and hung.hint
        assert fine.text == "fine"

    def test_one_that_fails_is_named_and_the_others_are_told(self) -> None:
        def fail() -> list[Finding]:
            raise ZeroDivisionError

        probes = [
            Probe(area="test", what="the card", function=fail),
            Probe(area="other", what="the rest", function=lambda: [AREA.notice("good to know")]),
        ]
        failed, notice = run(probes)
        assert "the card: looking at it failed with ZeroDivisionError" in failed.text
        assert notice.severity.ok

    def test_progress_is_told_and_a_cancelled_look_ends(self) -> None:
        seen: list[Progress] = []
        probes = [Probe(area="test", what=f"part {number}", function=list) for number in range(3)]
        run(probes, task=Task(seen.append))
        assert (seen[-1].done, seen[-1].total) == (3, 3)
        cancelled = Task()
        cancelled.cancel()
        with pytest.raises(Cancelled):
            run(probes, task=cancelled)

    def test_findings_come_area_by_area(self) -> None:
        probes = [
            Probe(area=area, what=area, function=lambda area=area, text=text: [Area(area).fine(text)])  # type: ignore[misc]
            for area, text in [("disk", "1"), ("time", "2"), ("disk", "3")]
        ]
        assert [one.text for one in run(probes)] == ["1", "3", "2"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    init_home(folder)
    return folder


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
