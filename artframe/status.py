"""How is the frame? One look at everything, and the facts for somebody who helps."""

from __future__ import annotations

from typing import Any

from artframe import __version__
from artframe.core.commands import command
from artframe.core.moments import minute
from artframe.frame_parts import FrameParts
from artframe.host.states import State
from artframe.reaching import reach_lines


class StatusCommands:
    """``status`` and ``library stats``."""

    def __init__(self, parts: FrameParts) -> None:
        self._parts = parts
        self._started = parts.clock.monotonic()

    @property
    def running_seconds(self) -> int:
        """For how long the frame has been up."""
        return round(self._parts.clock.monotonic() - self._started)

    @command("status", render=lambda result: _status_lines(result))
    async def status(self) -> dict[str, Any]:
        """Say what is shown, what runs, and what wants attention."""
        now = self._parts.picture.commands.as_json()
        return {
            "name": self._parts.store.config.frame.name,
            "version": __version__,
            "home": str(self._parts.home),
            "running_seconds": self.running_seconds,
            **now,
            "photos": self._parts.library.count(),
            "plugins": self._parts.entries.list(),
            "jobs_running": list(self._parts.jobs.running()),
            **self._parts.reaching.as_json(),
            "problems": [problem.as_json() for problem in self._parts.problems],
        }

    @command("library stats", render=lambda result: _stats_lines(result))
    def stats(self) -> dict[str, Any]:
        """Count the photos of each source: here, waiting, evicted, unreadable; and name those that make trouble."""
        sources = [
            {**source, "troubles": [dict(one) for one in self._parts.library.troubles(source["source"])]}
            for source in self._parts.library.stats()
        ]
        return {"photos": self._parts.library.count(), "sources": sources}


def _status_lines(result: dict[str, Any]) -> str:
    photo = result["photo"]
    lines = [f"{result['name']} · artframe {result['version']} · running {span(result['running_seconds'])}"]
    if photo is None:
        lines.append("no photo is here yet: the frame shows its card")
    else:
        paused = ", asleep" if result["asleep"] else ", paused" if result["paused"] else ""
        lines.append(f"shows {photo['name']} ({photo['source']}){paused}: {photo['reason']}")
    lines.append(f"{result['photos']:,} photos are on this frame")
    for plugin in result["plugins"]:
        reason = f": {plugin['reason']}" if plugin["reason"] else ""
        text = State[plugin["state"].upper()].text
        lines.append(f"  {plugin['instance']} ({plugin['kind']}) {text}{reason}")
    lines += reach_lines(result)
    lines += [f"  working on {name}" for name in result["jobs_running"]]
    if not result["problems"]:
        lines.append("nothing wants attention")
    for problem in result["problems"]:
        lines.append(f"! {problem['owner']}: {problem['message']} (since {minute(problem['since'])})")
        if problem["hint"]:
            lines.append(f"    {problem['hint']}")
    return "\n".join(lines)


def _stats_lines(result: dict[str, Any]) -> str:
    lines = [f"{result['photos']:,} photos are on this frame"]
    for source in result["sources"]:
        rest = {
            name: source[name] for name in ("hidden", "waiting", "evicted", "unreadable", "failing") if source[name]
        }
        more = "".join(f", {count} {name}" for name, count in rest.items())
        synced = minute(source["last_sync"]) if source["last_sync"] is not None else "never"
        lines.append(
            f"  {source['source']}: {source['here']:,} of {source['listed']:,} here,"
            f" {source['bytes'] / 1e6:,.0f} MB{more}; last sync {synced}"
        )
        lines += [f"    {one['name']}: {one['reason']}" for one in source["troubles"]]
    return "\n".join(lines)


def span(seconds: int) -> str:
    """A time span for people: ``2 d 5 h``."""
    days, rest = divmod(seconds, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
