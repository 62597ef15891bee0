"""Whether the frame reaches the servers, and whether people reach the frame."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.events import EventBus
from artframe.doctor.finding import Finding, Severity
from artframe.doctor.network import name_of_server, network, servers
from artframe.doctor.reach import reached
from artframe.plugin import PluginSettings, Secret, setting
from tests.doctor.house import House, texts, worst


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
