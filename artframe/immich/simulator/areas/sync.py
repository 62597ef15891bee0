"""Who may follow the change feed? (Nobody with an API key; the feed itself is not built.)"""

from __future__ import annotations

from artframe.immich.simulator.refusal import Refused
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site

routes = Routes()


@routes.post("/sync/stream", "sync.stream")
@routes.get("/sync/ack", "syncCheckpoint.read")
@routes.post("/sync/ack", "syncCheckpoint.update")
@routes.delete("/sync/ack", "syncCheckpoint.delete")
def refuse(site: Site, request: Request) -> None:
    if request.caller.by_key:
        raise Refused(403, "Sync endpoints cannot be used with API keys")
    raise Refused(501, "The change feed is not part of this embedded server")
