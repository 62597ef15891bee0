"""How does a face listen on the network? On sockets opened by us, since a taken port must never end the process."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import os
import socket
from collections.abc import Callable

from artframe.core.sentence import Sentence, said
from artframe.errors import ConfigError, NotReady

log = logging.getLogger(__name__)

EVERYWHERE = "*"
_WAITING = 128
"""Connections that may wait to be accepted."""
_TRIES = 10
_NO_ROOM_SECONDS = 0.5


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Listen on the host's addresses (``*``: on all of this machine, IPv4 and IPv6); port 0: any, the same for each.

    Blocks while a name is looked up. Raises OSError.
    """
    for attempt in range(_TRIES):
        try:
            return _open(_addresses(host), port)
        except OSError as error:
            # The free port that the first address got may be taken on the second one.
            if port or error.errno != errno.EADDRINUSE or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def cannot_listen(
    what: Sentence, section: str, host: str, port: int, error: OSError, *, variable: str = ""
) -> NotReady | ConfigError:
    """What a person is told: ``what`` (the web page) cannot be reached as its ``section`` of frame.json says.

    ``variable`` of the environment names the port, if the section does not.
    """
    setting = (
        said("port.by_variable", "with {variable}", variable=variable)
        if variable
        else said("port.by_setting", "under {section}.port in frame.json", section=section)
    )
    if error.errno == errno.EADDRINUSE:
        return NotReady(
            said(
                "port.taken",
                "{what} cannot be reached: another program has port {port}; tried again every few seconds",
                what=what,
                port=str(port),
            ),
            said("port.choose", "stop the other program, or choose another port {setting}", setting=setting),
        )
    if error.errno == errno.EACCES:
        return ConfigError(
            said(
                "port.refused", "{what} cannot be reached: artframe may not use port {port}", what=what, port=str(port)
            ),
            said("port.choose_higher", "choose a port of 1024 or more {setting}", setting=setting),
        )
    return NotReady(
        said(
            "address.unusable",
            "{what} cannot be reached on {where}: {reason}; tried again every few seconds",
            what=what,
            where=said("address.any", "this machine") if host == EVERYWHERE else host,
            reason=error.strerror or type(error).__name__,
        ),
        said(
            "address.correct",
            "{section}.host in frame.json names an address of this machine, or *",
            section=section,
        ),
    )


async def accept(listener: socket.socket, let_in: Callable[[socket.socket, str], None]) -> None:
    """Let in one connection after the other, with their address, until cancelled.

    ``let_in`` is quick. Whoever else is on the loop has its turn before the next visitor.
    """
    loop = asyncio.get_running_loop()
    while True:
        try:
            channel, address = await loop.sock_accept(listener)
        except ConnectionError:
            continue
        except OSError as error:
            log.warning("no more visitors for a moment: %s", error.strerror or error)
            await asyncio.sleep(_NO_ROOM_SECONDS)
            continue
        let_in(channel, str(address[0]))
        await asyncio.sleep(0)


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    if host == EVERYWHERE:
        return [(socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")]  # noqa: S104  (what the person asked for)
    found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _open(addresses: list[tuple[socket.AddressFamily, str]], port: int) -> list[socket.socket]:
    with contextlib.ExitStack() as undo:
        opened: list[socket.socket] = []
        for family, address in addresses:
            try:
                listener = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
            except OSError:
                continue  # a kernel without IPv6
            try:
                _bind(listener, address, port)
            except OSError as error:
                if len(addresses) > 1 and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    continue  # IPv6 is switched off
                raise
            port = listener.getsockname()[1]
            opened.append(listener)
        if not opened:
            raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
        undo.pop_all()
        return opened


def _bind(listener: socket.socket, address: str, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if listener.family == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((address, port))
    listener.listen(_WAITING)
    listener.setblocking(False)
