"""``plugin check`` says what the key can see, what is missing by name, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artframe.errors import AuthFailed, NotReady
from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album

Make = Callable[..., Album]


def texts(frame: Album, *, ok: bool) -> str:
    return "\n".join(finding.text for finding in frame.plugin.check() if finding.ok is ok)


def test_good_key_is_told_what_it_sees(immich: Simulator, user: str, upload: Callable[..., str], album: Make) -> None:
    immich.create_album(user, "Summer", [upload(), upload("2.jpg")])
    immich.create_album(user, "Alone", [upload("3.jpg")])
    frame = album(albums=["Summer"])
    assert texts(frame, ok=False) == ""
    found = texts(frame, ok=True)
    assert f"Immich {immich.generation}" in found
    assert "Summer: 2 photos and videos" in found
    assert "Alone: 1 photo or video" in found
    assert "chosen: Summer" in found


def test_missing_permissions_are_named(immich: Simulator, user: str, album: Make) -> None:
    frame = album(immich_api_key=immich.create_key(user, ("album.read", "asset.read")))
    missing = texts(frame, ok=False)
    assert "asset.download" in missing and "asset.view" in missing and "album.read" not in missing


def test_album_that_the_key_does_not_see_is_a_finding(immich: Simulator, user: str, album: Make) -> None:
    immich.create_album(user, "Summer")
    frame = album(albums=["Sumer"])
    (finding,) = [finding for finding in frame.plugin.check() if not finding.ok]
    assert "Sumer" in finding.text and "Summer" in finding.hint


def test_wrong_key_raises_what_start_raises(immich: Simulator, user: str, album: Make) -> None:
    with pytest.raises(AuthFailed):
        album(immich_api_key="wrong")


def test_server_away_raises_not_ready(immich: Simulator, album: Make) -> None:
    frame = album()
    immich.faults.refuse()
    with pytest.raises(NotReady):
        frame.plugin.check()


def test_albums_command_lists_albums(immich: Simulator, user: str, album: Make) -> None:
    immich.create_album(user, "Summer")
    assert any("Summer" in line for line in album().plugin.albums())
