"""How is an embedded Immich started, filled and stopped?"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from artframe.immich.simulator import processing
from artframe.immich.simulator.faults import Faults
from artframe.immich.simulator.generation import generation_named
from artframe.immich.simulator.jobs import Jobs
from artframe.immich.simulator.listener import Listener
from artframe.immich.simulator.request_log import RequestLog
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Store
from artframe.immich.simulator.web_app import WebApp


class Simulator(WebApp):
    """One embedded Immich. Use it as a context manager, or call ``start()`` and ``stop()``.

    ``folder`` keeps everything: the same folder started again, also with another port or generation, has the same
    users, keys and photos. ``port`` 0 takes a free one, kept over ``stop()`` and ``start()`` of one object. Users,
    assets and albums can be put in before ``start()``. ``trash_days`` None: the trash is switched off. ``requests`` is
    the log of ``(method, path)``, ``faults`` are the switches for what can go wrong.
    """

    def __init__(
        self,
        folder: Path,
        generation: str = "3.0",
        port: int = 0,
        host: str = "127.0.0.1",
        *,
        trash_days: int | None = 30,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.faults = Faults()
        self.requests = RequestLog()
        self._address = (host, port)
        self._listener: Listener | None = None
        store = Store(folder / "immich.sqlite")
        super().__init__(
            Site(
                generation=generation_named(generation),
                folder=folder,
                store=store,
                jobs=Jobs(),
                trash_days=trash_days,
            )
        )

    @property
    def generation(self) -> str:
        """``2.7`` or ``3.0``."""
        return self.site.generation.name

    @property
    def port(self) -> int:
        """The port it listens (or will listen again) on."""
        return self._address[1]

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``; clients add ``/api``."""
        host = f"[{self._address[0]}]" if ":" in self._address[0] else self._address[0]
        return f"http://{host}:{self.port}"

    @property
    def running(self) -> bool:
        """Whether it answers requests."""
        return self._listener is not None

    def start(self) -> Self:
        """Answer requests and work on what the last run left undone."""
        if self._listener is None:
            self._listener = Listener(self._address, self.site, self.faults, self.requests)
            self._address = (self._address[0], self._listener.server_port)
            self.site.jobs.start()
            processing.queue_unfinished(self.site)
            self._listener.start()
        return self

    def stop(self) -> None:
        """Close all connections and the database; a later ``start()`` listens on the same port."""
        self.faults.hang_up()
        if self._listener is not None:
            self._listener.stop()
            self.site.jobs.stop()
            self._listener = None
        self.site.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
