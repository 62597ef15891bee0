"""What can be asked of the display itself: a look at it, sleep, and waking?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from artframe.core.commands import Effect, command
from artframe.core.exchange import Attachment
from artframe.display.screenshots import Screenshots
from artframe.display.slideshow import Slideshow
from artframe.errors import CommandError

_NARROWEST = 16


class DisplayCommands:
    """``artframe display …``; runs on the loop."""

    def __init__(self, slideshow: Slideshow, screenshots: Screenshots) -> None:
        self._slideshow = slideshow
        self._screenshots = screenshots

    @command("display screenshot")
    async def screenshot(
        self,
        *,
        format: Annotated[Literal["jpeg", "png"], "jpeg or png"] = "jpeg",
        width: Annotated[int, "at most so many pixels wide; 0: as wide as the display"] = 0,
    ) -> Attachment:
        """Take a picture of what is seen on the display now, the way people see it."""
        if width and width < _NARROWEST:
            raise CommandError(
                f"a picture is at least {_NARROWEST} pixels wide, not {width}; none was taken", exit_code=64
            )
        data = await self._screenshots.take(format, width or None)
        name = "screen.jpg" if format == "jpeg" else "screen.png"
        return Attachment(name=name, media_type=f"image/{format}", content=data)

    @command("display sleep", effect=Effect.CHANGES, render=lambda result: _text(result))
    async def sleep(self) -> dict[str, Any]:
        """Turn the display black until 'display wake' (or the next start); the slideshow stands still meanwhile."""
        self._slideshow.sleep(True)
        return {"asleep": True}

    @command("display wake", effect=Effect.CHANGES, render=lambda result: _text(result))
    async def wake(self) -> dict[str, Any]:
        """Show the picture again, for its whole interval."""
        self._slideshow.sleep(False)
        return {"asleep": False}


def _text(result: dict[str, Any]) -> str:
    return "the display is black until 'artframe display wake'" if result["asleep"] else "the display is awake"
