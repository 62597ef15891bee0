"""What can be picked from for a setting, instead of typing an id? Asked of the plugin itself."""

from __future__ import annotations

from typing import Annotated, Any

from artframe.config.schema import schema_of
from artframe.core.commands import command
from artframe.core.exchange import Attachment
from artframe.core.visible import on_one_line
from artframe.errors import CommandError, NotThere
from artframe.host.entries import Entries
from artframe.host.plugin_commands import Instance

PICTURES = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
"""What a browser shows as a picture and as nothing else."""


def _lines(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "there is nothing to pick from"
    # Names of albums come from strangers: one with a line end in it stays one line.
    told = [[on_one_line(str(row[name])) for name in ("label", "detail", "value")] for row in rows]
    width = max(len(label) for label, _, _ in told)
    return "\n".join(f"{label:{width}}  {detail}  {value}".rstrip() for label, detail, value in told)


class PickCommands:
    """Add them with ``CommandRegistry.add_all``."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries

    @command("plugin choices", render=_lines)
    async def choices(self, instance: Instance, setting: Annotated[str, "its name, such as albums"]) -> Any:
        """List what a setting of a plugin can be picked from: albums, people, tags."""
        entry, name = self._entries[instance], setting.removeprefix("settings.")
        pickers = [
            one for one, node in schema_of(type(entry.config.settings))["properties"].items() if "picker" in node
        ]
        if name not in pickers:
            raise CommandError(
                f"'{name}' of '{instance}' is no setting that is picked from a list",
                f"these are: {', '.join(pickers)}" if pickers else "this plugin has none",
                exit_code=64,
            )
        found = await entry.inquiry.choices(name)
        return [{"value": one.value, "label": one.label, "detail": one.detail, "picture": one.picture} for one in found]

    @command("plugin thumbnail")
    async def thumbnail(
        self, instance: Instance, picture: Annotated[str, "the picture of a choice, from 'plugin choices'"]
    ) -> Attachment:
        """Give the small picture of something that can be picked."""
        found = await self._entries[instance].inquiry.thumbnail(picture)
        if found is None or found.media_type not in PICTURES:
            raise NotThere(f"'{instance}' has no picture of that")
        return Attachment(
            name=f"{instance}.{PICTURES[found.media_type]}", media_type=found.media_type, content=found.content
        )
