"""Does the machine have a network, a way out of it, and a name for each server?"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from artframe.config.snapshot import Config
from artframe.core.ip import read_ip
from artframe.core.machine import Machine
from artframe.core.sentence import said
from artframe.doctor.finding import Area, Finding

AREA = Area("network")

_WEAK_DBM = -75
_UP = 0x1
_HOST_SETTINGS = ("host", "hostname", "server")


def network(machine: Machine) -> Iterator[Finding]:
    """Interfaces and the default route."""
    links = [name for name in machine.names("sys/class/net") if name != "lo"]
    up = [name for name in links if _is_up(machine, name)]
    if up:
        yield AREA.fine(said("network.connected", "connected over {links}", links=", ".join(up)))
    else:
        yield AREA.error(
            said("network.none", "no network is connected; photos that are here are shown, no new ones come"),
            said(
                "network.join",
                "plug in the cable, or join the Wi-Fi (sudo nmtui); there is: {links}",
                links=", ".join(links),
            )
            if links
            else said(
                "network.no_device",
                "plug in the cable, or join the Wi-Fi (sudo nmtui); there is: no network device",
            ),
        )
        return
    gateway = _gateway(machine)
    if gateway:
        yield AREA.fine(said("network.way_out", "the way out is {gateway}", gateway=gateway))
    else:
        yield AREA.warning(
            said("network.no_route", "there is no default route: only servers in the own network can be reached"),
            said("network.look_at_router", "look at the router, or at the address that the frame got (ip route)"),
        )
    yield from _wireless(machine)


def name_of_server(instance: str, host: str) -> Iterator[Finding]:
    """Whether a plugin's server has an address. Blocks for as long as the resolver takes."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no host name"
        yield AREA.error(
            said(
                "network.no_address",
                "{instance}: no address is found for its server {host}: {reason}",
                instance=instance,
                host=host,
                reason=reason or type(error).__name__,
            ),
            said(
                "network.check_local_name",
                "check the name in config/plugins/{instance}.json and the router's DNS"
                " (names that end in .local need the package libnss-mdns)",
                instance=instance,
            )
            if host.endswith(".local")
            else said(
                "network.check_name",
                "check the name in config/plugins/{instance}.json and the router's DNS",
                instance=instance,
            ),
        )
        return
    address = str(found[0][4][0])
    yield AREA.fine(
        said(
            "network.server",
            "{instance}: its server {host} is {address}",
            instance=instance,
            host=host,
            address=address,
        )
    )


def servers(config: Config) -> Iterator[tuple[str, str]]:
    """Instance and host name of every server in the settings of the plugins that are enabled, each once."""
    for instance, plugin in config.plugins.items():
        if plugin.enabled:
            hosts = dict.fromkeys(_hosts(plugin.settings.model_dump()))
            yield from ((instance, host) for host in hosts)


def _hosts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _hosts(member, str(key))
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _hosts(member, name)
    elif isinstance(value, str) and value:
        host = _host_in(value, name)
        if host and read_ip(host) is None:
            yield host


def _host_in(value: str, name: str) -> str:
    try:
        if "://" in value:
            return urlsplit(value).hostname or ""
    except ValueError:
        return ""
    named = name in _HOST_SETTINGS or name.endswith(tuple(f"_{one}" for one in _HOST_SETTINGS))
    return value if named and not any(letter in value for letter in " /@") else ""


def _is_up(machine: Machine, name: str) -> bool:
    state = machine.text(f"sys/class/net/{name}/operstate")
    return state == "up" or (state == "unknown" and machine.text(f"sys/class/net/{name}/carrier") == "1")


def _gateway(machine: Machine) -> str:
    """The address of the default route's next hop, or its interface; empty if there is no such route."""
    for line in machine.text("proc/net/route").splitlines()[1:]:
        fields = line.split()
        if len(fields) >= 8 and fields[1] == fields[7] == "00000000" and int(fields[3], 16) & _UP:
            return str(ipaddress.IPv4Address(int(fields[2], 16).to_bytes(4, "little"))) + f" ({fields[0]})"
    for line in machine.text("proc/net/ipv6_route").splitlines():
        fields = line.split()
        if len(fields) >= 10 and fields[0] == "0" * 32 and fields[1] == "00" and fields[9] != "lo":
            return f"{ipaddress.IPv6Address(bytes.fromhex(fields[4]))} ({fields[9]})"
    return ""


def _wireless(machine: Machine) -> Iterator[Finding]:
    for line in machine.text("proc/net/wireless").splitlines()[2:]:
        name, _, rest = line.partition(":")
        fields = rest.split()
        try:
            level = int(float(fields[2]))
        except (IndexError, ValueError):
            continue
        if level < 0:
            link = name.strip()
            if level < _WEAK_DBM:
                yield AREA.notice(
                    said("network.weak_wifi", "Wi-Fi {link}: {level} dBm, a weak signal", link=link, level=level),
                    said(
                        "network.move",
                        "move the frame or the router; a metal frame around the Pi takes much of the signal",
                    ),
                )
            else:
                yield AREA.fine(said("network.wifi", "Wi-Fi {link}: {level} dBm", link=link, level=level))
