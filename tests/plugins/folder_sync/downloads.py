"""How do photos of Immich come into a folder for the first time? Somebody agrees to it."""

from __future__ import annotations

from typing import Any

from artframe_folder_sync.records import DownloadRule, RunReport
from tests.plugins.folder_sync.world import World


def download_all(world: World, **rule: Any) -> RunReport:
    """Turn downloads on and agree to the first ones."""
    world.configure(download=DownloadRule(enabled=True, reserve_bytes=0, **rule))
    held = world.run().held
    assert [one.side for one in held] == ["download"], "the first downloads wait for a person"
    world.pair.confirm("download")
    return world.run()
