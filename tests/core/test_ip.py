"""Addresses as texts: which are one and the same, who is one visitor, and what is no address at all."""

from __future__ import annotations

import pytest

from artframe.core.ip import household, is_loopback, one_spelling, read_ip


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.168.1.5", "192.168.1.5"),
        ("::ffff:192.168.1.5", "192.168.1.5"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_a_home_is_one_visitor_whatever_its_addresses(address: str, who: str) -> None:
    assert household(address) == who


@pytest.mark.parametrize(
    ("address", "spelling"),
    [
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("x" * 1000, "x" * 64),
    ],
    ids=["capitals and zeros", "a zone", "IPv4 in IPv6", "no address, and long"],
)
def test_one_address_has_one_spelling(address: str, spelling: str) -> None:
    assert one_spelling(address) == spelling


@pytest.mark.parametrize("text", ["", "frame.local", "10.0.0", "10.0.0.1%evil.example", "[::1]", "0x7f.1", "1"])
def test_a_name_is_no_address(text: str) -> None:
    assert read_ip(text) is None
    assert not is_loopback(text)


@pytest.mark.parametrize(
    ("address", "own"), [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("::ffff:127.0.0.1", True),
                         ("10.0.0.1", False), ("::", False)]
)  # fmt: skip
def test_this_machine_is_told_from_all_others(address: str, own: bool) -> None:
    assert is_loopback(address) is own
