"""Who shares an album, and in which role?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator import access, moments
from artframe.immich.simulator.album_json import album_json, album_row
from artframe.immich.simulator.album_rows import add_member
from artframe.immich.simulator.fields import Choice, Many, Thing, Uuid, read_fields
from artframe.immich.simulator.refusal import Refused, bad_request, no_access
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site
from artframe.immich.simulator.store import Database, scalar

routes = Routes()


@routes.put("/albums/<id>/users", "albumUser.create")
def share(site: Site, request: Request) -> Any:
    roles = ("editor", "viewer", "owner")
    member = Thing(fields={"userId": Uuid(required=True), "role": Choice(options=roles)})
    given = request.fields({"albumUsers": Many(of=member, least=1, required=True)})
    album_id = request.params["id"]
    with site.store.writing() as database:
        access.require_album(database, request.user_id, album_id, "album.share", (access.OWNER, access.EDITOR))
        for one in given["albumUsers"]:
            if one.get("role") == access.OWNER and site.generation.modern:
                raise bad_request("Cannot add another owner")
            role = access.album_role(database, one["userId"], album_id)
            if role == access.OWNER:
                raise bad_request("Cannot be shared with owner" if not site.generation.modern else "User already added")
            if role is not None:
                raise bad_request("User already added")
            if database.execute("SELECT 1 FROM user WHERE id = ?", (one["userId"],)).fetchone() is None:
                raise bad_request("Invalid user" if site.generation.modern else "User not found")
            # 2.7 takes the role "owner" without complaint; it makes nobody an owner
            wanted = one.get("role", access.EDITOR)
            add_member(database, album_id, one["userId"], access.EDITOR if wanted == access.OWNER else wanted)
        database.execute("UPDATE album SET updated = ? WHERE id = ?", (moments.now(), album_id))
        return album_json(database, album_row(database, album_id), site.generation, fresh=True)


@routes.put("/albums/<id>/user/{userId}", "albumUser.update")
def change_role(site: Site, request: Request) -> None:
    roles = ("editor", "owner", "viewer") if site.generation.modern else ("editor", "viewer")
    role = request.fields({"role": Choice(options=roles, required=True)})["role"]
    album_id, user_id = request.params["id"], _user(site, request)
    with site.store.writing() as database:
        access.require_album(database, request.user_id, album_id, "album.share", (access.OWNER, access.EDITOR))
        now = access.album_role(database, user_id, album_id)
        if role == access.OWNER and now != access.OWNER and _owners(database, album_id):
            raise Refused(500, "Failed to update album user")  # the database allows one owner only
        if now == access.OWNER and not site.generation.modern:
            return  # 204, and nothing has changed
        # 3.0 really lets an editor demote the owner
        sql = "UPDATE album_user SET role = ? WHERE album_id = ? AND user_id = ?"
        database.execute(sql, (role, album_id, user_id))


@routes.delete("/albums/<id>/user/{userId}", "albumUser.delete")
def remove(site: Site, request: Request) -> None:
    album_id, user_id = request.params["id"], _user(site, request)
    with site.store.writing() as database:
        mine = access.album_role(database, request.user_id, album_id)
        role = access.album_role(database, user_id, album_id)
        if mine is None or (user_id != request.user_id and mine not in (access.OWNER, access.EDITOR)):
            raise no_access("album.share")
        if role is None:
            raise bad_request("Album not shared with user")
        if role == access.OWNER and _owners(database, album_id) <= 1:
            raise bad_request("Cannot remove album owner")
        database.execute("DELETE FROM album_user WHERE album_id = ? AND user_id = ?", (album_id, user_id))


def _user(site: Site, request: Request) -> str:
    user_id = request.params["userId"]
    if user_id == "me":
        return request.user_id
    read_fields({"userId": Uuid(required=True)}, {"userId": user_id}, site.generation)
    return user_id


def _owners(database: Database, album_id: str) -> int:
    return scalar(database, "SELECT count(*) FROM album_user WHERE album_id = ? AND role = 'owner'", album_id)
