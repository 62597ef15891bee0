"""What is the server working on, and may it go on?"""

from __future__ import annotations

from typing import Any

from artframe.immich.simulator.fields import Choice, Flag
from artframe.immich.simulator.jobs import QUEUES
from artframe.immich.simulator.refusal import bad_request
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Routes
from artframe.immich.simulator.site import Site

routes = Routes()


def _old_status(site: Site, name: str) -> dict[str, Any]:
    counts = site.jobs.counts(name)
    return {
        "queueStatus": {"isPaused": site.jobs.is_paused(name), "isActive": counts["active"] > 0},
        "jobCounts": counts,
    }


def _status(site: Site, name: str) -> dict[str, Any]:
    return {"name": name, "isPaused": site.jobs.is_paused(name), "statistics": site.jobs.counts(name)}


def _name(request: Request) -> str:
    name = request.params["name"]
    if name not in QUEUES:
        raise bad_request("Validation failed")
    return name


@routes.get("/jobs", "job.read", admin=True)
def listed_old(site: Site, request: Request) -> Any:
    return {name: _old_status(site, name) for name in QUEUES}


@routes.put("/jobs/{name}", "job.create", admin=True)
def command(site: Site, request: Request) -> Any:
    commands = ("start", "pause", "resume", "empty", "clear-failed")
    given = request.fields({"command": Choice(options=commands, required=True), "force": Flag()})
    name = _name(request)
    actions = {"pause": site.jobs.pause, "resume": site.jobs.resume, "empty": site.jobs.clear}
    if given["command"] in actions:
        actions[given["command"]](name)
    return _old_status(site, name)


@routes.get("/queues", "queue.read", admin=True)
def listed(site: Site, request: Request) -> Any:
    return [_status(site, name) for name in QUEUES]


@routes.get("/queues/{name}", "queue.read", admin=True)
def read(site: Site, request: Request) -> Any:
    return _status(site, _name(request))


@routes.put("/queues/{name}", "queue.update", admin=True)
def change(site: Site, request: Request) -> Any:
    given = request.fields({"isPaused": Flag()})
    name = _name(request)
    if "isPaused" in given:
        (site.jobs.pause if given["isPaused"] else site.jobs.resume)(name)
    return _status(site, name)


@routes.get("/queues/{name}/jobs", "queueJob.read", admin=True)
def waiting(site: Site, request: Request) -> Any:
    _name(request)
    return []  # what waits here has no name or data of its own


@routes.post("/jobs", "job.create", admin=True)
def create(site: Site, request: Request) -> None:
    names = ("tag-cleanup", "person-cleanup", "user-cleanup", "memory-cleanup", "memory-create", "backup-database")
    request.fields({"name": Choice(options=names, required=True)})
