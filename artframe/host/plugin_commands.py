"""The commands about plugins: list, check, retry, reload, confirm."""

from __future__ import annotations

from typing import Annotated, Any

from artframe.core.commands import Effect, command
from artframe.core.exchange import Suggests
from artframe.core.moments import second
from artframe.core.visible import on_one_line
from artframe.host.entries import Entries
from artframe.host.rows import row_of
from artframe.host.states import State
from artframe.host.sync_job import SYNC

Instance = Annotated[str, "the plugin, by the name of its file in config/plugins", Suggests("instance")]


def _list(result: dict[str, Any]) -> str:
    rows = result["plugins"]
    lines = [line for row in rows for line in _row_lines(row, max(len(one["instance"]) for one in rows))]
    if not rows:
        lines.append("no plugin is configured; a file in config/plugins makes one")
    broken = [kind for kind in result["kinds"] if kind["error"]]
    lines.extend(f"installed but broken: {kind['kind']} ({kind['distribution']}): {kind['error']}" for kind in broken)
    unused = [kind for kind in result["kinds"] if not kind["instances"] and not kind["error"]]
    lines.extend(f"installed, not configured: {kind['kind']}  {kind['summary']}".rstrip() for kind in unused)
    return "\n".join(lines)


def _row_lines(row: dict[str, Any], width: int) -> list[str]:
    lines = [f"{row['instance']:{width}}  {row['kind'] or '-'}  {State[row['state'].upper()].text}"]
    lines.extend(f"{'':{width}}  {text}" for text in (row["reason"], row["hint"]) if text)
    if row["next_try"]:
        lines.append(f"{'':{width}}  next try {second(row['next_try'])}")
    return lines


def _row_text(row: dict[str, Any]) -> str:
    return "\n".join(_row_lines(row, len(row["instance"])))


def _check(result: dict[str, Any]) -> str:
    lines = []
    for finding in result["findings"]:
        lines.append(f"{'ok ' if finding['ok'] else 'BAD'}  {on_one_line(finding['text'])}")
        if finding["hint"]:
            lines.append(f"     {on_one_line(finding['hint'])}")
    return "\n".join(lines) or "it found nothing to say"


def _confirm(result: dict[str, Any]) -> str:
    return f"{result['instance']}: confirmed; the next sync does what was held back, and begins now"


class PluginCommands:
    """Add them with ``CommandRegistry.add_all``."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._parts = entries.parts

    @command("plugin list", render=_list)
    async def list(self) -> Any:
        """Show every configured plugin and its state, and what is installed."""
        rows = self._entries.list()
        kinds = [
            {
                "kind": info.kind,
                "distribution": info.distribution,
                "version": info.version,
                "summary": info.summary,
                "error": self._parts.kinds.error(info.kind),
                "instances": [row["instance"] for row in rows if row["kind"] == info.kind],
            }
            for _, info in sorted(self._parts.kinds.items())
        ]
        return {"plugins": rows, "kinds": kinds}

    @command("plugin check", render=_check)
    async def check(self, instance: Instance) -> Any:
        """Let a plugin try its connection and its permissions; changes nothing.

        The exit code is 1 if something is not as it should be.
        """
        findings = await self._entries[instance].check()
        plain = [{"ok": one.ok, "text": one.text, "hint": one.hint} for one in findings]
        ok = all(one.ok for one in findings)
        return {"instance": instance, "ok": ok, "findings": plain, "exit_code": 0 if ok else 1}

    @command("plugin retry", effect=Effect.CHANGES, render=_row_text)
    async def retry(self, instance: Instance) -> Any:
        """Try again now to start a plugin that waits, was parked, or was held back after a crash."""
        entry = self._entries[instance]
        await self._parts.caller.call(self._parts.boot.release, instance)
        entry.retry()
        await entry.settled()
        return row_of(entry, self._parts)

    @command("plugin reload", effect=Effect.CHANGES, render=_row_text)
    async def reload(self, instance: Instance) -> Any:
        """Stop a plugin and start it again."""
        entry = self._entries[instance]
        entry.reload()
        await entry.settled()
        return row_of(entry, self._parts)

    @command("plugin confirm", effect=Effect.DANGEROUS, render=_confirm)
    async def confirm(self, instance: Instance) -> Any:
        """Let a removal of photos happen that was held back because it was unusually large."""
        entry = self._entries[instance]
        result = await self._parts.caller.call(self._parts.confirm, entry.instance)
        self._parts.jobs.request(f"{instance}/{SYNC}")
        return {"instance": instance, "result": result}
