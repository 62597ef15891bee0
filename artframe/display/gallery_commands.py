"""Which photos were shown, which are never shown, and what do they look like?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from artframe.core.commands import Effect, command
from artframe.core.exchange import AtLeast, Attachment, Suggests
from artframe.core.moments import minute
from artframe.core.sentence import with_phrases
from artframe.display.photo_commands import current_text
from artframe.display.photo_json import absent_as_json, facts
from artframe.display.playlist import Playlist
from artframe.display.roles import RunBlocking
from artframe.display.slideshow import Slideshow
from artframe.display.thumbnails import SIZES, Thumbnails
from artframe.errors import CommandError, NotThere
from artframe.library.hidden import HiddenPhoto, HiddenPhotos
from artframe.library.library import Library

SourceName = Annotated[str, "the plugin that brings the photo", Suggests("instance")]
PhotoId = Annotated[str, "the photo's id, as 'artframe photo history --json' tells it"]


class GalleryCommands:
    """More of ``artframe photo …``. ``current`` tells what is shown after a change (``PhotoCommands.as_json``)."""

    def __init__(
        self,
        slideshow: Slideshow,
        playlist: Playlist,
        hidden: HiddenPhotos,
        library: Library,
        thumbnails: Thumbnails,
        run_blocking: RunBlocking,
        current: Callable[[], dict[str, Any]],
    ) -> None:
        self._slideshow = slideshow
        self._playlist = playlist
        self._hidden = hidden
        self._library = library
        self._thumbnails = thumbnails
        self._run_blocking = run_blocking
        self._current = current

    @command("photo history", render=lambda rows: _history_text(rows))
    async def history(self, *, count: Annotated[int, "at most so many, up to 200", AtLeast(1)] = 50) -> Any:
        """List what was shown, the newest first, over restarts."""
        rows: list[dict[str, Any]] = await self._run_blocking(self._past, min(count, 200))
        now = self._slideshow.now()
        if now.slide is not None and now.since is not None:
            local = now.slide.local
            # What fades in, or was gone back to, is not (or not again) among the past.
            if not rows or (rows[0]["source"], rows[0]["id"]) != local.key:
                shown = {"shown_at": now.since.isoformat(), **with_phrases(reason=now.slide.reason)}
                state = {"here": True, "hidden": local.key in self._hidden}
                rows = [{**local.as_json(), **shown, **state}, *rows][:count]
        return rows

    @command("photo hide", effect=Effect.CHANGES, render=lambda result: _hidden_text(result))
    async def hide(
        self,
        source: Annotated[
            str, "the plugin that brings the photo; none: the photo shown now", Suggests("instance")
        ] = "",
        id: Annotated[str, "the photo's id"] = "",
    ) -> dict[str, Any]:
        """Never show this photo again on this frame; the one shown now, if none is named.

        It leaves the wall at once for the next one. The photo itself stays where it is, here and on its server, and is
        kept in step like all others; 'artframe photo unhide' shows it again.
        """
        if bool(source) != bool(id):
            raise CommandError("a photo is named by its plugin and its id, both; nothing was hidden", exit_code=64)
        if not source:
            slide = self._slideshow.now().slide
            if slide is None:
                raise NotThere("no photo is shown now; nothing was hidden")
            source, id = slide.local.key
        try:
            hidden: HiddenPhoto = await self._run_blocking(self._hidden.hide, source, id)
        finally:
            await self._slideshow.drop_hidden()  # also if only the disk did not take note
        return {"hidden": _entry(hidden), **self._current()}

    @command("photo unhide", effect=Effect.CHANGES, render=lambda result: f"{result['name']} may be shown again")
    async def unhide(self, source: SourceName, id: PhotoId) -> dict[str, Any]:
        """Let a hidden photo be shown again, in its turn."""
        shown: HiddenPhoto = await self._run_blocking(self._hidden.unhide, source, id)
        self._slideshow.library_changed()
        return _entry(shown)

    @command("photo hidden", render=lambda rows: _list_text(rows))
    def hidden(self) -> list[dict[str, Any]]:
        """List the photos that are never shown on this frame, the latest hidden first."""
        rows = []
        for entry in self._hidden.photos():
            local = self._library.find(*entry.key)
            told = local.as_json() if local is not None else absent_as_json(*entry.key, entry.name)
            rows.append({**told, "hidden_at": entry.at.isoformat(), "here": local is not None})
        return rows

    @command("photo thumbnail")
    async def thumbnail(
        self, source: SourceName, id: PhotoId, *, size: Annotated[int, "pixels of the longer edge, about"] = 320
    ) -> Attachment:
        """Make a small JPEG of a photo that is on this frame, upright and without metadata."""
        if not 1 <= size <= SIZES[-1]:
            raise CommandError(f"a thumbnail has 1 to {SIZES[-1]} pixels, not {size}; nothing was made", exit_code=64)
        data = await self._thumbnails.of(source, id, size)
        return Attachment(name="thumbnail.jpg", media_type="image/jpeg", content=data)

    def _past(self, count: int) -> list[dict[str, Any]]:
        return [
            {
                **(
                    showing.local.as_json()
                    if showing.local is not None
                    else absent_as_json(showing.source, showing.id, showing.name)
                ),
                "shown_at": showing.at.isoformat(),
                **with_phrases(reason=showing.reason),
                "here": showing.local is not None,
                "hidden": (showing.source, showing.id) in self._hidden,
            }
            for showing in self._playlist.history(count)
        ]


def _entry(hidden: HiddenPhoto) -> dict[str, Any]:
    return {"source": hidden.source, "id": hidden.id, "name": hidden.name, "hidden_at": hidden.at.isoformat()}


def _hidden_text(result: dict[str, Any]) -> str:
    hidden = result["hidden"]
    back = f"'artframe photo unhide {hidden['source']} {hidden['id']}' shows it again"
    return f"{hidden['name']} is not shown any more; {back}\n{current_text(result)}"


def _history_text(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "nothing was shown yet"
    lines = []
    for row in rows:
        state = " (hidden)" if row["hidden"] else "" if row["here"] else " (no longer here)"
        lines.append(f"{minute(row['shown_at'])}  {row['name']}{state}  {facts(row) or row['reason']}")
    return "\n".join(lines)


def _list_text(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "no photo is hidden on this frame"
    return "\n".join(
        f"{row['name']}  hidden {minute(row['hidden_at'])}  artframe photo unhide {row['source']} {row['id']}"
        for row in rows
    )
