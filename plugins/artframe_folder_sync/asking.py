"""How does a thread of the plugin have one of its jobs run, without ever standing in the way of a stop?"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from artframe.plugin import ArtframeError, Frame

_LOOK_SECONDS = 0.5


def run_job(frame: Frame, job: str, stopping: threading.Event, *, wait: bool) -> bool:
    """Have the job run now; with ``wait``, whether it went well. False as soon as the plugin stops.

    While a plugin stops, the frame answers nothing about its jobs before all its threads have ended: waiting for that
    answer, this one never would.
    """
    try:
        ended = asyncio.run(_run(frame, f"{frame.instance}/{job}", stopping, wait))
    except ArtframeError:
        return False  # removed or cancelled meanwhile: the next start runs it
    return ended is not None and ended.get("exit_code", 0) == 0


async def _run(frame: Frame, job: str, stopping: threading.Event, wait: bool) -> dict[str, Any] | None:
    work = asyncio.ensure_future(frame.run("job run", job=job, wait=wait))
    try:
        while not work.done():
            if stopping.is_set():
                return None
            await asyncio.wait({work}, timeout=_LOOK_SECONDS)
        return dict(work.result())
    finally:
        work.cancel()
