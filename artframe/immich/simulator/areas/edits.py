"""How was a picture cropped, rotated or mirrored in the web app's editor?"""

from __future__ import annotations

import json
from typing import Any

from artframe.immich.simulator import access
from artframe.immich.simulator.edit_rows import set_edits
from artframe.immich.simulator.fields import AnyObject, Choice, Many, Thing
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site

routes = Routes()
EDIT = Thing(
    fields={
        "action": Choice(options=("crop", "rotate", "mirror"), required=True),
        "parameters": AnyObject(required=True),
    }
)


@routes.get("/assets/<id>/edits", "asset.edit.get")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = access.require_readable(database, request.user_id, request.params["id"], "asset.read")
    return {"assetId": row["id"], "edits": json.loads(row["edits"])}


@routes.put("/assets/<id>/edits", "asset.edit.create")
def write(site: Site, request: Request) -> Any:
    edits = request.fields({"edits": Many(of=EDIT, least=1, required=True)})["edits"]
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [request.params["id"]], "asset.update")
        return {"assetId": request.params["id"], "edits": set_edits(database, request.params["id"], edits)}


@routes.delete("/assets/<id>/edits", "asset.edit.delete")
def delete(site: Site, request: Request) -> None:
    with site.store.writing() as database:
        access.require_own(database, request.user_id, [request.params["id"]], "asset.update")
        set_edits(database, request.params["id"], [])
