"""How does an original come from Immich into the folder: whole, verified, under a name that is free?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from artframe.immich import MalformedAnswer
from artframe_folder_sync.files.names import conflict_name, printable
from artframe_folder_sync.records import FileFact
from artframe_folder_sync.run.counting import BYTES_DOWN
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow

_MOST_NAMES = 100


class NoRoom(Exception):
    """The disk has not enough room for a download and its reserve."""


def receive(
    bench: Workbench,
    asset: AssetRow,
    sha1: str,
    names: Iterator[str],
    mtime_ns: int,
    make_way: Callable[[], bool] = lambda: True,
) -> FileFact | None:
    """Download an original and give it the first free of ``names``. Any thread.

    ``make_way``: called when all of it is here and right, before it gets its name; None when it says no. Raises
    ImmichError, OSError and NoRoom; then nothing is left in the folder. MalformedAnswer: other bytes came.
    """
    with bench.client.open(asset.id) as body, bench.disk.receive() as incoming:
        room = bench.disk.free_bytes() - bench.config.download.reserve_bytes
        if (body.total or 0) > room:
            raise NoRoom
        with bench.task.transfer(printable(asset.name), body.total) as arrived:
            for block in body.chunks():
                incoming.write(block)
                arrived(incoming.size)
        bench.task.count(BYTES_DOWN, incoming.size)
        if incoming.sha1 != sha1:
            raise MalformedAnswer("the server sent other bytes than it says it has", "it is tried again")
        return finish(incoming.finish, names, mtime_ns) if make_way() else None


def finish(place: Callable[[str, int], FileFact], names: Iterator[str], mtime_ns: int) -> FileFact:
    """Put a file under the first name that is free. FileExistsError when none is."""
    for name in names:
        try:
            return place(name, mtime_ns)
        except FileExistsError:
            continue
    raise FileExistsError("no name was free")


def names_for(path: str, day: date, source: str = "immich") -> Iterator[str]:
    """The path itself, then what it is called when something else is there."""
    yield path
    for number in range(1, _MOST_NAMES):
        yield conflict_name(path, day, source, number)
