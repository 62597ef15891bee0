"""With which certificate is the page served, and is it still good?"""

from __future__ import annotations

import contextlib
import json
import ssl
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from artframe.config.document import read_bytes
from artframe.config.models import WebSettings
from artframe.core.addresses import addresses
from artframe.core.clock import Clock
from artframe.core.files import write_atomic
from artframe.errors import ConfigError, NotReady
from artframe.interfaces.web.security import own_names

_VALID = timedelta(days=397)
"""No longer, or Apple's devices refuse it."""
_RENEW = timedelta(days=30)
"""So long before its end a new one is made."""
_MAKE_SECONDS = 60.0
Stamp = tuple[object, ...]


class Certificates:
    """The certificates of one frame; what it makes itself is kept in ``state/tls``. All methods block."""

    def __init__(self, home: Path, clock: Clock) -> None:
        self._home = home
        self._clock = clock
        self._folder = home / "state" / "tls"
        self._made = self._folder / "made.pem"
        self._facts = self._folder / "made.json"

    def stamp(self, web: WebSettings) -> Stamp:
        """Another one whenever the context should be another one: other settings, other files, or time has passed."""
        if web.tls == "own":
            files = [path for path in (web.certificate, web.private_key) if path is not None]
            return (web.tls, *files, *(_changed(self._home / path) for path in files))
        if web.tls == "generated":
            return (web.tls, *self._names(), _changed(self._made), self._is_good())
        return (web.tls,)

    def context(self, web: WebSettings) -> ssl.SSLContext | None:
        """What TLS needs for these settings; None where it is off. Raises ConfigError, NotReady."""
        if web.tls == "off":
            return None
        return self._own(web) if web.tls == "own" else self.generated()

    def generated(self) -> ssl.SSLContext:
        """With a certificate of our own making: the one that is there, while it is good. Raises NotReady."""
        if self._is_good():
            with contextlib.suppress(OSError):  # ssl's errors are OSErrors: one that cannot be used is made anew
                return _context(self._made, None)
        try:
            self._make()
            return _context(self._made, None)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotReady(
                f"no certificate could be made for the web page: {_told(error)}; tried again every few seconds",
                "see that state/ can be written to, or set web.tls to off",
            ) from error

    def _own(self, web: WebSettings) -> ssl.SSLContext:
        if web.certificate is None:
            raise ConfigError(
                "web.tls is 'own', but no certificate is named",
                "name web.certificate and web.private_key in frame.json, or set web.tls to generated",
            )
        certificate = self._home / web.certificate
        key = self._home / web.private_key if web.private_key is not None else None
        for path in (certificate, key):
            if path is not None:
                try:
                    there = read_bytes(path) is not None  # a pipe or a device would keep us for ever
                except OSError as error:
                    raise _unusable(f"{path.name}: {_told(error)}") from error
                if not there:
                    raise _unusable(f"{path.name}: there is no such file")
        try:
            return _context(certificate, key)
        except OSError as error:
            raise _unusable(_told(error)) from error

    def _make(self) -> None:
        names, until = self._names(), self._clock.now() + _VALID
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", "artframe.interfaces.web.certificate_maker", until.isoformat(), *names],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            timeout=_MAKE_SECONDS,
            check=True,
        )
        write_atomic(self._made, done.stdout, mode=0o600)
        write_atomic(self._facts, json.dumps({"version": 1, "names": names, "until": until.isoformat()}))

    def _is_good(self) -> bool:
        try:
            facts: dict[str, Any] = json.loads(self._facts.read_text("utf-8"))
            until = datetime.fromisoformat(facts["until"])
            known = set(facts["names"])
        except (OSError, ValueError, KeyError, TypeError):
            return False
        # A clock that is years ahead or behind makes no certificate bad that was good yesterday.
        return self._clock.now() < until - _RENEW and set(self._names()) <= known

    def _names(self) -> list[str]:
        """Under which names and addresses the page may be opened. Those of IPv6 change too often to be among them."""
        lasting = [address for address in addresses() if ":" not in address]
        return [*sorted(own_names(), key=lambda name: (-len(name), name)), "localhost", *lasting, "127.0.0.1", "::1"]


def _context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # A key that is locked would have OpenSSL ask on the terminal.
    context.load_cert_chain(certificate, key, password=lambda: b"")
    return context


def _changed(path: Path) -> tuple[int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return (facts.st_mtime_ns, facts.st_size)


def _told(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is not PEM, or is damaged").replace("_", " ").lower()
    return getattr(error, "strerror", None) or type(error).__name__


def _unusable(what: str) -> ConfigError:
    return ConfigError(
        f"the web page's certificate cannot be used: {what}",
        "web.certificate and web.private_key in frame.json name PEM files that belong together, relative to the"
        " frame's folder, without a password",
    )
