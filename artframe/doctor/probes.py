"""At what does the doctor look, on this frame, at this moment?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from artframe.config.layout import FRAME
from artframe.config.models import FrameSettings
from artframe.config.store import ConfigStore
from artframe.core.clock import Clock
from artframe.core.machine import Machine
from artframe.doctor import frame
from artframe.doctor.card import card
from artframe.doctor.clock import clock as look_at_clock
from artframe.doctor.disk import disk, file_system_errors, write_test
from artframe.doctor.finding import Finding, Probe
from artframe.doctor.memory import memory
from artframe.doctor.network import name_of_server, network, servers
from artframe.doctor.panel import PanelFacts, panel
from artframe.doctor.power import power
from artframe.doctor.programs import exiftool
from artframe.doctor.reach import reached
from artframe.errors import ConfigError
from artframe.host.entries import Entries
from artframe.host.entry import Entry
from artframe.host.problems import Problems

_PLUGIN_SECONDS = 60.0
_NAME_SECONDS = 15.0


class MachineProbes:
    """The machine and the files of the frame, whether that runs or not."""

    def __init__(self, home: Path, store: ConfigStore, clock: Clock, machine: Machine | None = None) -> None:
        self._home = home
        self._store = store
        self._clock = clock
        self._machine = machine or Machine()

    @property
    def _settings(self) -> FrameSettings:
        """What ``frame.json`` says, for while nobody has put it in force; the defaults if it cannot be used."""
        try:
            said = self._store.files.document(FRAME).data
            return FrameSettings.model_validate({name: value for name, value in said.items() if name != "version"})
        except (ConfigError, ValueError):
            return self._store.config.frame

    def quick(self) -> list[Probe]:
        """What costs next to nothing: no network, no program, no write."""
        machine, settings = self._machine, self._settings
        return [
            Probe(area="network", what="the network", function=lambda: network(machine)),
            Probe(
                area="disk",
                what="the disk's room",
                function=lambda: disk(machine, self._home, settings.storage.min_free_mb),
            ),
            Probe(area="disk", what="the file systems", function=lambda: file_system_errors(machine)),
            Probe(area="card", what="the card", function=lambda: card(machine)),
            Probe(area="memory", what="the memory", function=lambda: memory(machine)),
            Probe(area="power", what="power and heat", function=lambda: power(machine)),
            Probe(area="settings", what="the settings", function=lambda: frame.settings(self._store.check())),
        ]

    def all(self) -> list[Probe]:
        """Everything."""
        machine, settings = self._machine, self._settings
        state = self._home / "state"
        return [
            *self.quick(),
            Probe(
                area="time",
                what="the clock",
                function=lambda: look_at_clock(machine, self._clock.now(), state, settings.time_zone),
            ),
            Probe(area="disk", what="writing to the disk", function=lambda: write_test(state)),
            Probe(area="exiftool", what="exiftool", function=lambda: exiftool(machine)),
            *(_name(instance, host) for instance, host in servers(self._store.config)),
        ]


class FrameProbes(MachineProbes):
    """All that, and the running frame."""

    def __init__(
        self,
        home: Path,
        store: ConfigStore,
        clock: Clock,
        *,
        entries: Entries,
        problems: Problems,
        panel: Callable[[], PanelFacts],
        faces: Callable[[], Mapping[str, Any]],
        machine: Machine | None = None,
    ) -> None:
        super().__init__(home, store, clock, machine)
        self._entries = entries
        self._problems = problems
        self._panel = panel
        self._faces = faces

    @property
    def _settings(self) -> FrameSettings:
        """Those in force."""
        return self._store.config.frame

    def quick(self) -> list[Probe]:
        return [
            *super().quick(),
            Probe(area="panel", what="the panel", function=lambda: panel(self._panel())),
            Probe(
                area="web",
                what="the ways to reach the frame",
                function=lambda: reached(self._faces(), self._store.config.frame, self._home, self._machine),
            ),
            Probe(area="problems", what="what the frame reports", function=lambda: frame.problems(self._problems)),
        ]

    def all(self) -> list[Probe]:
        return [*super().all(), *(_plugin(entry) for entry in self._entries)]


def _name(instance: str, host: str) -> Probe:
    def look() -> Iterator[Finding]:
        return name_of_server(instance, host)

    return Probe(area="network", what=f"the address of {host}", function=look, seconds=_NAME_SECONDS)


def _plugin(entry: Entry) -> Probe:
    async def look() -> list[Finding]:
        return await frame.plugin(entry)

    return Probe(area="plugins", what=f"the plugin {entry.instance}", function=look, seconds=_PLUGIN_SECONDS)
