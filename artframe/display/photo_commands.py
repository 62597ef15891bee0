"""What can be asked of the slideshow from outside?"""

from __future__ import annotations

from typing import Any

from artframe.core.commands import Effect, command
from artframe.display.roles import Slide
from artframe.display.slideshow import Slideshow


class PhotoCommands:
    """``artframe photo …``; runs on the loop, like the slideshow itself."""

    def __init__(self, slideshow: Slideshow) -> None:
        self._slideshow = slideshow

    @command("photo current", render=lambda result: _lines(result))
    async def current(self) -> dict[str, Any]:
        """Say which photo is shown, why it was chosen, and when the next one comes."""
        return self.as_json()

    @command("photo next", effect=Effect.CHANGES, render=lambda result: _lines(result))
    async def next(self) -> dict[str, Any]:
        """Go on to the next photo now."""
        await self._slideshow.next()
        return self.as_json()

    @command("photo previous", effect=Effect.CHANGES, render=lambda result: _lines(result))
    async def previous(self) -> dict[str, Any]:
        """Go back to the photo before; the one that is left comes next."""
        await self._slideshow.previous()
        return self.as_json()

    @command("photo pause", effect=Effect.CHANGES, render=lambda result: _lines(result))
    async def pause(self) -> dict[str, Any]:
        """Stay with the current photo until 'photo resume'; next and previous still work."""
        self._slideshow.pause()
        return self.as_json()

    @command("photo resume", effect=Effect.CHANGES, render=lambda result: _lines(result))
    async def resume(self) -> dict[str, Any]:
        """Go on after 'photo pause'; the current photo gets its whole interval again."""
        self._slideshow.resume()
        return self.as_json()

    def as_json(self) -> dict[str, Any]:
        """What the slideshow does now; ``photo`` is None while the card is shown."""
        now = self._slideshow.now()
        return {
            "photo": _photo(now.slide) if now.slide is not None else None,
            "since": now.since.isoformat() if now.since is not None else None,
            "paused": now.paused,
            "next_in_seconds": round(now.next_in, 1) if now.next_in is not None else None,
        }


def _photo(slide: Slide) -> dict[str, Any]:
    photo = slide.local.photo
    return {
        "source": slide.local.source,
        "id": photo.id,
        "name": photo.name,
        "file": str(slide.local.path),
        "taken_at": photo.local_taken_at.isoformat() if photo.local_taken_at is not None else None,
        "caption": photo.caption,
        "place": photo.place,
        "people": list(photo.people),
        "album": photo.group,
        "reason": slide.reason,
    }


def _lines(result: dict[str, Any]) -> str:
    photo = result["photo"]
    if photo is None:
        return "no photo is here yet: the frame shows its card"
    taken = photo["taken_at"]
    facts = [taken[:10] if taken else "", photo["place"], ", ".join(photo["people"]), photo["caption"]]
    lines = [f"{photo['name']} ({photo['source']})", "  " + " · ".join(filter(None, facts)), f"  {photo['reason']}"]
    if result["paused"]:
        lines.append("  paused; 'artframe photo resume' goes on")
    elif result["next_in_seconds"] is not None:
        lines.append(f"  the next one comes in {result['next_in_seconds']:.0f} s")
    return "\n".join(line for line in lines if line.strip())
