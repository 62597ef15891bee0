"""What comes out of the trash, and what goes for good?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import access
from artframe.immich.simulator.asset_changes import empty_trash, restore_assets
from artframe.immich.simulator.fields import Many, Uuid
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site

routes = Routes()


@routes.post("/trash/restore/assets", "asset.delete")
def restore(site: Site, request: Request) -> Any:
    ids = request.fields({"ids": Many(of=Uuid(), required=True)})["ids"]
    with site.store.writing() as database:
        access.require_own(database, request.user_id, ids, "asset.delete")
        restore_assets(database, ids)
    return {"count": len(ids)}  # what was sent, whatever came back


@routes.post("/trash/restore", "asset.delete")
def restore_all(site: Site, request: Request) -> Any:
    with site.store.writing() as database:
        sql = "SELECT id FROM asset WHERE owner_id = ? AND status = 'trashed'"
        ids = [row["id"] for row in database.execute(sql, (request.user_id,))]
        return {"count": restore_assets(database, ids)}


@routes.post("/trash/empty", "asset.delete")
def empty(site: Site, request: Request) -> Any:
    with site.store.writing() as database:
        count, later = empty_trash(database, request.user_id)
    later.queue(site)
    return {"count": count}
