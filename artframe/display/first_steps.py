"""What does the card say to somebody who stands before a frame without photos?"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from artframe.core.ip import is_loopback
from artframe.display.cards import Card


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How the frame is reached at the moment, as far as it is.

    ``address``: of its web page, without a path. ``code``: the six digits that let somebody in, while they do.
    ``fingerprint``: of the SSH server's key.
    """

    address: str = ""
    code: str = field(default="", repr=False)
    fingerprint: str = ""

    @property
    def pairs(self) -> bool:
        """Whether somebody who stands before the frame can be let in."""
        return bool(self.address and self.code)


@dataclass(frozen=True, kw_only=True)
class _Texts:
    ask: str
    looking: str
    coming: str
    empty: str
    fill: str
    hidden: str
    unhide: str
    ready: str
    add: str
    describe: str
    check: str
    pair: str
    scan: str
    enter: str
    enter_only: str


_TEXTS = {
    "en": _Texts(
        ask="artframe status  tells more",
        looking="Looking for the first photos.",
        coming="They appear here by themselves, one after the other.",
        empty="There is no photo in the chosen albums yet.",
        fill="Photos that are added to them in Immich appear here by themselves.",
        hidden="All photos that are here are hidden.",
        unhide="artframe photo hidden  lists them.",
        ready="This frame is ready for its first album.",
        add="Add an album on the frame's web page:",
        describe="Describe the album in {folder}/family.json; the README has the ten lines.",
        check="artframe config check  finds mistakes; saved is applied.",
        pair="Set up this frame from a phone.",
        scan="Scan the square with a phone in the same Wi-Fi.",
        enter="Or open this address and enter the digits:",
        enter_only="Open this address and enter the digits:",
    ),
    "de": _Texts(
        ask="artframe status  sagt mehr",
        looking="Die ersten Fotos werden gesucht.",
        coming="Sie erscheinen hier von selbst, eines nach dem anderen.",
        empty="In den gewählten Alben ist noch kein Foto.",
        fill="Was in Immich hinzukommt, erscheint hier von selbst.",
        hidden="Alle Fotos, die hier sind, sind ausgeblendet.",
        unhide="artframe photo hidden  zählt sie auf.",
        ready="Dieser Rahmen ist bereit für sein erstes Album.",
        add="Ein Album auf der Webseite des Rahmens hinzufügen:",
        describe="Das Album in {folder}/family.json beschreiben; die zehn Zeilen stehen in der README.",
        check="artframe config check  findet Fehler; gespeichert ist übernommen.",
        pair="Diesen Rahmen mit dem Handy einrichten.",
        scan="Das Quadrat mit einem Handy im selben WLAN scannen.",
        enter="Oder diese Adresse öffnen und die Ziffern eingeben:",
        enter_only="Diese Adresse öffnen und die Ziffern eingeben:",
    ),
}


def first_steps(
    *,
    name: str,
    home: Path,
    sources: int,
    synced: bool = False,
    hidden: bool = False,
    problems: Sequence[str] = (),
    language: str = "en",
    reach: Reach | None = None,
) -> Card:
    """The card's texts: ``sources`` plugins bring photos, ``synced`` if they did and there was none.

    ``hidden``: there are some, and a person hid each of them.
    """
    texts = _TEXTS.get(language, _TEXTS["en"])
    reach = reach if reach is not None else Reach()
    steps: tuple[str, ...]
    if problems:
        message, steps = problems[0], (texts.ask,)
    elif sources and hidden:
        message, steps = texts.hidden, (texts.unhide,)
    elif sources and synced:
        message, steps = texts.empty, (texts.fill,)
    elif sources:
        message, steps = texts.looking, (texts.coming,)
    elif reach.address:
        message, steps = (texts.pair if reach.pairs else texts.ready), (texts.add,)
    else:
        message = texts.ready
        steps = (texts.describe.format(folder=home / "config" / "plugins"), texts.check)
    footer = f"SSH  {reach.fingerprint}" if reach.fingerprint else ""
    if not reach.pairs:
        known = (reach.address,) if reach.address else addresses()
        return Card(title=name, message=message, steps=steps, addresses=known, footer=footer)
    page = f"{reach.address}/pair"
    scannable = not _is_this_machine(reach.address)
    return Card(
        title=name,
        message=message,
        steps=(texts.scan, texts.enter) if scannable else (texts.enter_only,),
        addresses=(page,),
        footer=footer,
        code=f"{reach.code[:3]} {reach.code[3:]}",
        qr=f"{page}#{reach.code}" if scannable else "",
    )


def _is_this_machine(address: str) -> bool:
    """Whether only this machine itself can open the address: then a phone has no use for it."""
    host = urlsplit(address).hostname or ""
    return is_loopback(host) or host == "localhost"


def addresses() -> tuple[str, ...]:
    """Where this machine is reached: its name and its address in the home's network, as far as it has one."""
    host = socket.gethostname()
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only asks the kernel which address it would send from.
        # 192.0.2.1 is reserved for documentation and belongs to nobody.
        probe.connect(("192.0.2.1", 9))
        return (f"{host}   {probe.getsockname()[0]}",)
    return (host,)
