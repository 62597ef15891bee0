"""What does the card say to somebody who stands before a frame without photos?"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from artframe.display.cards import Card


@dataclass(frozen=True, kw_only=True)
class _Texts:
    ask: str
    looking: str
    coming: str
    empty: str
    fill: str
    ready: str
    describe: str
    check: str


_TEXTS = {
    "en": _Texts(
        ask="artframe status  tells more",
        looking="Looking for the first photos.",
        coming="They appear here by themselves, one after the other.",
        empty="There is no photo in the chosen albums yet.",
        fill="Photos that are added to them in Immich appear here by themselves.",
        ready="This frame is ready for its first album.",
        describe="Describe the album in {folder}/family.json; the README has the ten lines.",
        check="artframe config check  finds mistakes; saved is applied.",
    ),
    "de": _Texts(
        ask="artframe status  sagt mehr",
        looking="Die ersten Fotos werden gesucht.",
        coming="Sie erscheinen hier von selbst, eines nach dem anderen.",
        empty="In den gewählten Alben ist noch kein Foto.",
        fill="Was in Immich hinzukommt, erscheint hier von selbst.",
        ready="Dieser Rahmen ist bereit für sein erstes Album.",
        describe="Das Album in {folder}/family.json beschreiben; die zehn Zeilen stehen in der README.",
        check="artframe config check  findet Fehler; gespeichert ist übernommen.",
    ),
}


def first_steps(
    *, name: str, home: Path, sources: int, synced: bool = False, problems: Sequence[str] = (), language: str = "en"
) -> Card:
    """The card's texts: ``sources`` plugins bring photos, ``synced`` if they did and there was none."""
    texts = _TEXTS.get(language, _TEXTS["en"])
    steps: tuple[str, ...]
    if problems:
        message, steps = problems[0], (texts.ask,)
    elif sources and synced:
        message, steps = texts.empty, (texts.fill,)
    elif sources:
        message, steps = texts.looking, (texts.coming,)
    else:
        message = texts.ready
        steps = (texts.describe.format(folder=home / "config" / "plugins"), texts.check)
    return Card(title=name, message=message, steps=steps, addresses=addresses())


def addresses() -> tuple[str, ...]:
    """Where this machine is reached: its name and its address in the home's network, as far as it has one."""
    host = socket.gethostname()
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        # Connecting a datagram socket sends nothing: it only asks the kernel which address it would send from.
        # 192.0.2.1 is reserved for documentation and belongs to nobody.
        probe.connect(("192.0.2.1", 9))
        return (f"{host}   {probe.getsockname()[0]}",)
    return (host,)
