"""What does the server tell about itself?"""

from __future__ import annotations

import shutil
from typing import Any

from artframe.immich.simulator.media.types import IMAGES, SIDECARS, VIDEOS, kind_of
from artframe.immich.simulator.request import Request
from artframe.immich.simulator.routes import Access, Routes
from artframe.immich.simulator.site import Site

routes = Routes()
FEATURES = {
    "smartSearch": False,
    "facialRecognition": False,
    "duplicateDetection": False,
    "map": True,
    "reverseGeocoding": True,
    "importFaces": False,
    "sidecar": True,
    "search": True,
    "trash": True,
    "oauth": False,
    "oauthAutoLaunch": False,
    "ocr": False,
    "passwordLogin": True,
    "configFile": False,
    "email": False,
}


@routes.get("/server/ping", Access.PUBLIC)
def ping(site: Site, request: Request) -> Any:
    return {"res": "pong"}


@routes.get("/server/version", Access.PUBLIC)
def version(site: Site, request: Request) -> Any:
    return dict(zip(("major", "minor", "patch"), site.generation.version, strict=True))


@routes.get("/server/features", Access.PUBLIC)
def features(site: Site, request: Request) -> Any:
    return FEATURES | {"trash": site.trash_days is not None}


@routes.get("/server/config", Access.PUBLIC)
def config(site: Site, request: Request) -> Any:
    return {
        "loginPageMessage": "",
        "trashDays": 30 if site.trash_days is None else site.trash_days,
        "userDeleteDelay": 7,
        "oauthButtonText": "Login with OAuth",
        "isInitialized": True,
        "isOnboarded": True,
        "externalDomain": "",
        "publicUsers": True,
        "mapDarkStyleUrl": "",
        "mapLightStyleUrl": "",
        "maintenanceMode": False,
    }


@routes.get("/server/media-types", Access.PUBLIC)
def media_types(site: Site, request: Request) -> Any:
    images = [name for name in IMAGES if kind_of(f"x{name}", modern=site.generation.modern)]
    return {"video": list(VIDEOS), "image": images, "sidecar": list(SIDECARS)}


@routes.get("/server/theme", Access.PUBLIC, only="2.7")
def theme(site: Site, request: Request) -> Any:
    return {"customCss": ""}


@routes.get("/server/about", "server.about")
def about(site: Site, request: Request) -> Any:
    text = f"v{site.generation.text}"
    tools = dict.fromkeys(("nodejs", "exiftool", "ffmpeg", "libvips", "imagemagick"), "")  # none of them is used here
    return {
        **tools,
        "version": text,
        "versionUrl": f"https://github.com/immich-app/immich/releases/tag/{text}",
        "licensed": False,
    }


@routes.get("/server/storage", "server.storage")
def storage(site: Site, request: Request) -> Any:
    disk = shutil.disk_usage(site.folder)
    return {
        "diskAvailable": _gibibytes(disk.free),
        "diskSize": _gibibytes(disk.total),
        "diskUse": _gibibytes(disk.used),
        "diskAvailableRaw": disk.free,
        "diskSizeRaw": disk.total,
        "diskUseRaw": disk.used,
        "diskUsagePercentage": round(100 * disk.used / disk.total, 2),
    }


def _gibibytes(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"


@routes.get("/server/statistics", "server.statistics", admin=True)
def statistics(site: Site, request: Request) -> Any:
    sql = """SELECT user.id, user.name, user.quota, count(asset.id) FILTER (WHERE kind = 'IMAGE') AS photos,
             count(asset.id) FILTER (WHERE kind = 'VIDEO') AS videos,
             coalesce(sum(size) FILTER (WHERE kind = 'IMAGE' AND library_id IS NULL), 0) AS photo_bytes,
             coalesce(sum(size) FILTER (WHERE kind = 'VIDEO' AND library_id IS NULL), 0) AS video_bytes
             FROM user LEFT JOIN asset ON asset.owner_id = user.id AND asset.deleted IS NULL AND visibility <> 'hidden'
             GROUP BY user.id ORDER BY user.created"""
    with site.store.reading() as database:
        rows = database.execute(sql).fetchall()
    by_user = [
        {
            "userId": row["id"],
            "userName": row["name"],
            "photos": row["photos"],
            "videos": row["videos"],
            "usage": row["photo_bytes"] + row["video_bytes"],
            "usagePhotos": row["photo_bytes"],
            "usageVideos": row["video_bytes"],
            "quotaSizeInBytes": row["quota"],
        }
        for row in rows
    ]
    totals = {
        name: sum(user[name] for user in by_user)
        for name in ("photos", "videos", "usage", "usagePhotos", "usageVideos")
    }
    return {**totals, "usageByUser": by_user}
