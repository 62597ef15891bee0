"""How does the frame stop although some of its parts may fail or hang?"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

Stop = Callable[[], Coroutine[Any, Any, None]]
Stages = list[tuple[str, float, Stop]]
"""What is stopped, the first last: its name, the seconds it may take, and how."""

log = logging.getLogger(__name__)


async def timed(name: str, seconds: float, stop: Stop) -> None:
    """One stage of the stop: it may fail or hang, and is named; the next one comes all the same."""
    try:
        await asyncio.wait_for(stop(), seconds)
    except TimeoutError:
        log.error("stopping: %s did not end within %.0f s and is left behind", name, seconds)
    except Exception:
        log.exception("stopping: %s failed; the rest is stopped all the same", name)


def name_the_hung(what: str, names: tuple[str, ...]) -> None:
    """Say which of these parts did not end."""
    if names:
        log.error("stopping: these %s did not end and are left behind: %s", what, ", ".join(names))
