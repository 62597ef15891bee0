"""How do the answers of folder sync read for people?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from artframe_folder_sync import sayings
from artframe_folder_sync.files.names import printable
from artframe_folder_sync.records import Held

_WOULD_IF_AGREED = {
    "local": "would go to the folder's trash",
    "remote": "would go to Immich's trash",
    "download": "would be downloaded",
}
_DID = {
    "link": "known to Immich already",
    "move": "moved or renamed",
    "forget": "crossed off the list",
    "restore_remote": "restored in Immich",
    "upload": "uploaded",
    "replace_remote": "uploaded as a new version",
    "bring_back": "brought back into the folder",
    "replace_local": "replaced in the folder",
    "download": "downloaded",
    "keep_remote": "kept in Immich",
    "trash_local": "to the folder's trash",
    "trash_remote": "to Immich's trash",
    "undo": "taken back",
}
_WOULD = {
    **{action: f"would be {did}" for action, did in _DID.items()},
    "link": "is known to Immich already",
    "trash_local": "would go to the folder's trash",
    "trash_remote": "would go to Immich's trash",
}
_MODES = {
    "two_way": "in both directions",
    "upload": "only from the folder to Immich",
    "mirror_down": "only from Immich to the folder",
}
_SHOWN = 40
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00")


def plain(value: Any) -> Any:
    """The same data with every text such that it can be shown and sent: names need not be text."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def counted(count: int, what: str) -> str:
    """``1 photo``, ``2 photos``."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def held_facts(held: Held) -> dict[str, Any]:
    """What waits for a person, as JSON."""
    return {
        "side": held.side,
        "count": held.count,
        "reason": held.reason,
        "phrases": {"reason": held.why.as_json()["phrases"]},
        "sample": list(held.sample),
        "digest": held.digest,
        "size": held.size,
    }


def would(side: str) -> str:
    """What becomes of one file when a person agrees: ``would go to the folder's trash``."""
    return _WOULD_IF_AGREED[side]


def held_text(held: Mapping[str, Any]) -> str:
    """One line about what waits for a person."""
    return str(sayings.held(held))


def status_text(result: Mapping[str, Any]) -> str:
    """``status`` for people."""
    lines = []
    for pair in result["pairs"]:
        lines.append(
            f"{pair['person']}: {pair['folder']} and {pair['server']}, {_MODES.get(pair['mode'], pair['mode'])}"
        )
        if pair["off"]:
            lines.append(f"  switched off: {pair['off']}")
        ran = f"last run {_moment(pair['last_run'])}" if pair["last_run"] else "no run has ended since artframe started"
        lines.append(f"  {counted(pair['tracked'], 'file')} in step; {ran}{_done(pair['done'])}")
        lines.append(f"  {pair['watching']}")
        lines += _settling(pair["settling"])
        lines += [f"  waits for you: {held_text(held)}" for held in pair["held"]]
        lines += [f"  {note}" for note in pair["notes"]]
        lines += [f"  {_trouble(trouble)}" for trouble in pair["troubles"][:_SHOWN]]
        lines += _and_more(len(pair["troubles"]) - _SHOWN, "files with trouble")
    lines += [f"not opened: {one}" for one in result["closed"]]
    return "\n".join(lines) or "no folder is kept in step"


def plan_text(result: Mapping[str, Any]) -> str:
    """``plan`` for people: every step with its reason."""
    lines = []
    for pair in result["pairs"]:
        lines.append(f"{pair['person']}: {counted(sum(pair['done'].values()), 'step')}; nothing was done")
        lines += [
            f"  {_WOULD.get(one['action'], one['action'])}: {one['path']}  ({one['reason']})" for one in pair["actions"]
        ]
        named = Counter(one["action"] for one in pair["actions"])
        for action, count in pair["done"].items():
            lines += _and_more(count - named[action], _WOULD.get(action, action))
        lines += _settling(pair["settling"])
        lines += [f"  would wait for you: {held_text(held)}" for held in pair["held"]]
        lines += [f"  {note}" for note in pair["notes"]]
        lines += [f"  {_trouble(trouble)}" for trouble in pair["troubles"]]
    return "\n".join(lines) or "no folder is kept in step"


def run_text(result: Mapping[str, Any]) -> str:
    """``run`` for people."""
    lines = []
    for pair in result["pairs"]:
        lines.append(f"{pair['person']}: {counted(pair['tracked'], 'file')} in step{_done(pair['done'])}")
        lines += _settling(pair["settling"])
        lines += [f"  waits for you: {held_text(held)}" for held in pair["held"]]
        lines += [f"  {note}" for note in pair["notes"]]
        lines += [f"  {_trouble(trouble)}" for trouble in pair["troubles"][:_SHOWN]]
    if not lines or result["exit_code"]:
        lines.append(result["message"] or "nothing was done")
        lines += [result["hint"]] if result["hint"] else []
    return "\n".join(lines)


def confirm_text(result: Mapping[str, Any]) -> str:
    """``confirm`` for people."""
    if not result["confirmed"]:
        return "nothing waits for a confirmation"
    return f"confirmed: {result['confirmed']}; the next run does exactly that, and begins now"


def upload_again_text(result: Mapping[str, Any]) -> str:
    """``upload-again`` for people."""
    if not result["files"]:
        return "nothing is held that could be uploaded again"
    return f"counts as new: {counted(result['files'], 'file')}; the next run uploads that, and begins now"


def why_text(result: list[Mapping[str, Any]]) -> str:
    """``why`` for people."""
    lines = []
    for one in result:
        lines.append(f"{one['path']} in {one['folder']} ({one['person']})")
        lines += [f"  {localized(fact)}" for fact in one["facts"]]
        lines += [f"  {entry_text(entry)}" for entry in one["journal"]]
    return "\n".join(lines)


def undo_text(result: Mapping[str, Any]) -> str:
    """``undo`` for people."""
    lines = []
    for one in result["pairs"]:
        lines.append(
            f"{one['person']}, of the run {one['run']}: {counted(len(one['photos']), 'photo')} out of Immich's trash,"
            f" {counted(len(one['files']), 'file')} back in the folder"
        )
        lines += [f"  not taken back: {failed['path']}: {failed['reason']}" for failed in one["failed"]]
    return "\n".join(lines)


def trash_text(result: list[Mapping[str, Any]]) -> str:
    """``trash`` for people."""
    if not result:
        return "the folder's trash is empty"
    lines = []
    for one in result:
        when = _moment(one["at"], "%Y-%m-%d %H:%M") if one["at"] else one["day"]
        lines.append(f"{when:16}  {_bytes(one['size']):>9}  {one['path']}  ({one['person']}: {one['trash_path']})")
    return "\n".join(lines)


def journal_text(result: list[Mapping[str, Any]]) -> str:
    """``journal`` for people."""
    return "\n".join(entry_text(one) for one in result) or "nothing was done yet"


def entry_text(entry: Mapping[str, Any]) -> str:
    """One line of the journal."""
    did = _DID.get(entry["action"], entry["action"])
    whose = f"{entry['person']}; " if entry["person"] else ""
    return f"{_moment(entry['at'])}  {did}: {entry['path']}  ({whose}{entry['reason']}; run {entry['run']})"


def _trouble(trouble: Mapping[str, Any]) -> str:
    again = f"; it is tried again at {_moment(trouble['retry_at'])}" if trouble["retry_at"] else ""
    hint = f" ({trouble['hint']})" if trouble["hint"] else ""
    return f"{trouble['path']}: {trouble['reason']}{again}{hint}"


def _settling(settling: Mapping[str, Any]) -> list[str]:
    """What is not looked at yet since it changed a moment ago; nothing if there is no such thing."""
    what = [
        counted(settling[key], name) for key, name in (("files", "file"), ("folders", "folder")) if settling.get(key)
    ]
    if not what and not settling["next"]:
        return []
    when = f", at {_moment(settling['next'])} at the earliest" if settling["next"] else ""
    subject = " and ".join(what) or "something"
    return [f"  {subject} changed just now: looked at when nothing changes there any more{when}"]


def done_text(done: Mapping[str, int]) -> str:
    """What was done, counted: ``3 uploaded, 1 to Immich's trash``; empty if nothing was."""
    return str(sayings.done(done) or "")


def _done(done: Mapping[str, int]) -> str:
    told = done_text(done)
    return f"; {told}" if told else ""


def _and_more(count: int, what: str) -> list[str]:
    return [f"  and {count} more {what}"] if count > 0 else []


def localized(sentence: str) -> str:
    """The moments in it (ISO 8601, UTC) as people read them: in the time zone of the frame."""
    return _ISO.sub(lambda found: _moment(found[0], "%Y-%m-%d %H:%M"), sentence)


def _moment(text: str, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromisoformat(text).astimezone().strftime(form)


def _bytes(size: int) -> str:
    for unit, power in (("GB", 30), ("MB", 20), ("kB", 10)):
        if size >= 1 << power:
            return f"{size / (1 << power):.1f} {unit}"
    return f"{size} B"
