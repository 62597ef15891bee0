"""What does a text stand for that may be an IP address: a visitor's, or a host that is named by one?"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def read_ip(text: str) -> Address | None:
    """The address, without a zone, and IPv4 as IPv4 however it came in; None for a name or anything else."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv4Address):
        return found
    return found.ipv4_mapped or ipaddress.IPv6Address(int(found))


def is_loopback(text: str) -> bool:
    """Whether it is an address of this machine, by which only itself is reached."""
    found = read_ip(text)
    return found is not None and found.is_loopback


def one_spelling(address: str) -> str:
    """The same for all ways in which one address may be written."""
    return str(read_ip(address) or address[:64])


def household(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the network of an IPv6 one (a home has 2^64 of those)."""
    found = read_ip(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((found, 64), strict=False))
    return one_spelling(address)
