"""Whoever talks to Immich hears of each failure who has to act."""

from __future__ import annotations

import pytest

from artframe.immich import (
    AccessRefused,
    ImmichError,
    InvalidAddress,
    MissingPermission,
    NoAccess,
    NotImmich,
    RateLimited,
    Redirected,
    RenditionMissing,
    TlsError,
    Unauthorized,
    Unreachable,
)
from artframe.immich_plugin import translated
from artframe.plugin import ArtframeError, AuthFailed, ConfigError, NotReady


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unauthorized("refused"), AuthFailed),
        (AccessRefused("refused"), AuthFailed),
        (MissingPermission("album.read"), AuthFailed),
        (InvalidAddress("no address"), ConfigError),
        (Redirected("elsewhere", target="https://elsewhere"), ConfigError),
        (TlsError("not trusted"), NotReady),
        (Unreachable("away"), NotReady),
        (NotImmich("a web page"), NotReady),
        (RenditionMissing("not yet"), NotReady),
        (NoAccess("gone"), NotReady),
    ],
)
def test_each_failure_goes_to_who_can_mend_it(error: ImmichError, expected: type[ArtframeError]) -> None:
    with pytest.raises(expected) as caught, translated():
        raise error
    assert error.message in caught.value.message


def test_what_the_settings_named_and_is_not_there_is_for_a_person() -> None:
    with pytest.raises(ConfigError, match="gone"), translated(refused=ConfigError):
        raise NoAccess("gone")
    with pytest.raises(NotReady), translated(refused=ConfigError):
        raise RenditionMissing("Immich makes it later")


def test_a_pause_that_the_server_asks_for_is_passed_on() -> None:
    with pytest.raises(NotReady) as caught, translated():
        raise RateLimited("slowly", retry_after=90.0)
    assert caught.value.retry_after == 90.0
