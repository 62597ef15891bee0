"""Which areas does the API have? One module each, with a route table of its own; a new area is added here."""

from __future__ import annotations

from artframe.immich.simulator.areas import (
    album_members,
    albums,
    api_keys,
    asset_media,
    asset_notes,
    assets,
    auth,
    edits,
    faces,
    job_queues,
    libraries,
    partners,
    people,
    search,
    server_info,
    stacks,
    sync,
    tags,
    timeline,
    trash,
    uploads,
    users,
)

AREAS = [
    module.routes
    for module in (
        server_info,
        auth,
        api_keys,
        users,
        albums,
        album_members,
        search,
        timeline,
        uploads,
        assets,
        asset_media,
        asset_notes,
        edits,
        trash,
        tags,
        people,
        faces,
        stacks,
        libraries,
        partners,
        job_queues,
        sync,
    )
]
