"""What can be told and done while no frame runs?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from artframe import __version__
from artframe.config.store import ConfigStore
from artframe.core.clock import SystemClock
from artframe.core.commands import CommandRegistry, Effect, command
from artframe.core.events import EventBus
from artframe.errors import ArtframeError, CommandError
from artframe.host.discovery import PluginKinds
from artframe.interfaces.arguments import HelpRequested, parse
from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.exits import NOT_RUNNING, as_json
from artframe.interfaces.runner import ConfirmationNeeded

_HELP = """\
  run                 start the frame on this home (--headless, --window WxH)
  demo                show it with an embedded Immich and generated pictures (--headless, --window WxH, --once)
"""
_NEEDS_FRAME = ("photo", "plugin", "job", "library", "diagnostics")


class OfflineCommands:
    """``status``, told by the one who asked."""

    def __init__(self, home: Path) -> None:
        self._home = home

    @command("status", render=lambda result: result["text"])
    def status(self) -> dict[str, Any]:
        """Say how the frame is: it does not run."""
        text = f"no artframe runs on {self._home}; 'artframe run' starts one"
        return {
            "running": False,
            "version": __version__,
            "home": str(self._home),
            "text": text,
            "exit_code": NOT_RUNNING,
        }


def answer(home: Path, words: Sequence[str]) -> dict[str, Any]:
    """Answer like a running frame would, as far as that is possible."""
    kinds = PluginKinds.installed()
    store = ConfigStore(
        home,
        events=EventBus(),
        clock=SystemClock(),
        kinds=kinds.settings,
        known_kinds=lambda: tuple(kinds),
        migrations=kinds.migrate,
    )
    registry = CommandRegistry()
    registry.add_all(OfflineCommands(home))
    registry.add_all(ConfigCommands(store))
    try:
        if words and words[0] in _NEEDS_FRAME:
            raise CommandError(
                f"no artframe runs on {home}, and '{' '.join(words)}' needs one; nothing was done",
                "'artframe run' starts it; --home names another folder",
                exit_code=NOT_RUNNING,
            )
        if not (home / "config").is_dir() and words and words[0] == "config":
            raise CommandError(f"there is no frame in {home} yet", "'artframe run' makes one", exit_code=NOT_RUNNING)
        parsed = parse(registry, words)
        known = parsed.command
        if known.effect is Effect.DANGEROUS and not parsed.confirmed:
            raise ConfirmationNeeded(known)
        if known.effect is not Effect.READS:
            store.load()  # what nobody has read yet is not overwritten
        result = known.function(**known.bind(parsed.arguments))
        return {"result": result, "text": known.render(result) if known.render is not None else None}
    except HelpRequested as wanted:
        more = "" if words and words[0] not in ("help", "-h", "--help") else _HELP + f"\nno frame runs on {home}: "
        return {"help": f"{more}these work without one, more with one\n{wanted.text}" if more else wanted.text}
    except ArtframeError as error:
        return {"error": as_json(error)}
