"""Who has an account?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.user_json import own_user_json, user_json, user_row

routes = Routes()


@routes.get("/users/me", "user.read")
def me(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = user_row(database, request.user_id)
    return own_user_json(row) if row is not None else None


@routes.get("/users", "user.read")
def listed(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return [user_json(row) for row in database.execute("SELECT * FROM user ORDER BY name")]


@routes.get("/users/<id>", "user.read")
def read(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        row = user_row(database, request.params["id"])
    if row is None:
        raise bad_request("User not found")
    return user_json(row)


@routes.get("/admin/users", "adminUser.read", admin=True)
def accounts(site: Site, request: Request) -> Any:
    with site.store.reading() as database:
        return [own_user_json(row) for row in database.execute("SELECT * FROM user ORDER BY created DESC")]
