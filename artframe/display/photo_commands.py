"""What can be asked of the slideshow from outside?"""

from __future__ import annotations

from typing import Any

from artframe.core.commands import Effect, command
from artframe.core.sentence import with_phrases
from artframe.display.photo_json import facts
from artframe.display.slideshow import Slideshow


class PhotoCommands:
    """``artframe photo …``; runs on the loop, like the slideshow itself."""

    def __init__(self, slideshow: Slideshow) -> None:
        self._slideshow = slideshow

    @command("photo current", render=lambda result: current_text(result))
    async def current(self) -> dict[str, Any]:
        """Say which photo is shown, why it was chosen, and when the next one comes."""
        return self.as_json()

    @command("photo next", effect=Effect.CHANGES, render=lambda result: current_text(result))
    async def next(self) -> dict[str, Any]:
        """Go on to the next photo now."""
        await self._slideshow.next()
        return self.as_json()

    @command("photo previous", effect=Effect.CHANGES, render=lambda result: current_text(result))
    async def previous(self) -> dict[str, Any]:
        """Go back to the photo before; the one that is left comes next."""
        await self._slideshow.previous()
        return self.as_json()

    @command("photo pause", effect=Effect.CHANGES, render=lambda result: current_text(result))
    async def pause(self) -> dict[str, Any]:
        """Stay with the current photo until 'photo resume'; next and previous still work."""
        self._slideshow.pause()
        return self.as_json()

    @command("photo resume", effect=Effect.CHANGES, render=lambda result: current_text(result))
    async def resume(self) -> dict[str, Any]:
        """Go on after 'photo pause'; the current photo gets its whole interval again."""
        self._slideshow.resume()
        return self.as_json()

    def as_json(self) -> dict[str, Any]:
        """What the slideshow does now; ``photo`` is None while the card is shown."""
        now = self._slideshow.now()
        photo = None
        if now.slide is not None:
            photo = {
                **now.slide.local.as_json(),
                "file": str(now.slide.local.path),
                **with_phrases(reason=now.slide.reason),
            }
        return {
            "photo": photo,
            "since": now.since.isoformat() if now.since is not None else None,
            "paused": now.paused,
            "asleep": now.asleep,
            "next_in_seconds": round(now.next_in, 1) if now.next_in is not None else None,
        }


def current_text(result: dict[str, Any]) -> str:
    """What ``PhotoCommands.as_json`` says, for people."""
    photo = result["photo"]
    if photo is None:
        lines = ["no photo is here yet: the frame shows its card"]
    else:
        lines = [f"{photo['name']} ({photo['source']})", f"  {facts(photo)}", f"  {photo['reason']}"]
    if result["asleep"]:
        lines.append("  asleep: the display is black; 'artframe display wake' shows it again")
    if result["paused"]:
        lines.append("  paused; 'artframe photo resume' goes on")
    elif result["next_in_seconds"] is not None:
        lines.append(f"  the next one comes in {result['next_in_seconds']:.0f} s")
    return "\n".join(line for line in lines if line.strip())
