"""Addresses as people write them, and where a key may follow a redirect."""

from __future__ import annotations

import pytest

from artframe.immich import Immich, InvalidAddress
from artframe.immich.address import api_root, may_follow


@pytest.mark.parametrize(
    ("written", "root"),
    [
        ("https://host", "https://host/api"),
        ("https://host/", "https://host/api"),
        (" https://host/api ", "https://host/api"),
        ("https://host/api/", "https://host/api"),
        ("HTTP://Host:2283", "http://host:2283/api"),
        ("http://host/immich", "http://host/immich/api"),
        ("http://host/immich/api/", "http://host/immich/api"),
        ("http://host/?x=1#y", "http://host/api"),
        ("http://[fe80::1]:2283/", "http://[fe80::1]:2283/api"),
    ],
)
def test_address_as_people_write_it_becomes_the_api_root(written: str, root: str) -> None:
    assert api_root(written) == root


@pytest.mark.parametrize("written", ["", "photos.local", "ftp://host", "https://", "http://host:port", "http://a b/"])
def test_unusable_address_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        Immich(written, "key")
    assert caught.value.hint
    assert caught.value.needs_person


@pytest.mark.parametrize(
    "password", ["secret", "secret/1", "secret#1", "secret?1", "[secret", "a@secret", "secret\u2100"]
)
def test_password_in_an_address_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        api_root(f"https://me:{password}@host")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("source", "target", "allowed"),
    [
        ("http://host/api/a", "http://host/api/b", True),
        ("http://host/api/a", "https://host/api/a", True),
        ("http://host:2283/api/a", "https://host/api/a", True),
        ("http://host:2283/api/a", "https://host:2283/api/a", True),
        ("https://host/a", "https://host:443/b", True),
        ("https://host/api/a", "http://host/api/a", False),
        ("http://host/api/a", "https://host:8443/api/a", False),
        ("http://host/api/a", "http://host:81/api/a", False),
        ("https://host/api/a", "https://login.host/api/a", False),
        ("https://host/api/a", "https://other/api/a", False),
    ],
)
def test_key_follows_redirects_only_on_the_same_server(source: str, target: str, allowed: bool) -> None:
    assert may_follow(source, target) is allowed
