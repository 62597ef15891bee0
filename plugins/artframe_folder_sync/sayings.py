"""What does a run say of itself and of what waits, so that a face of the frame can say it in another language?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add
from typing import Any

from artframe.plugin import Sentence, Text, read_sentence, said

NOTHING = Sentence(english="")


def too_many(count: int, allowed: int) -> Sentence:
    """More deletions at once than are believed."""
    return said(
        "folder_sync.too_many",
        "{count} at once; more than {allowed} need your word",
        count=count,
        allowed=allowed,
    )


def too_many_today(count: int, spent: int, allowed: int) -> Sentence:
    """More deletions in a day than are believed."""
    return said(
        "folder_sync.too_many_today",
        "{count} after {spent} in the last 24 hours; more than {allowed} need your word",
        count=count,
        spent=spent,
        allowed=allowed,
    )


def done(counts: Mapping[str, int], waits: int = 0) -> Sentence | None:
    """What was done, by the names of actions, and how many wait for a person; None if nothing was and nothing does."""
    told = [_did(action, count) for action, count in counts.items() if count]
    if waits:
        told.append(said("folder_sync.wait", "{count} wait for you", count=waits))
    return reduce(add, told) if told else None


def _did(action: str, count: int) -> Sentence:
    match action:
        case "link":
            return said("folder_sync.linked", "{count} known to Immich already", count=count)
        case "move":
            return said("folder_sync.moved", "{count} moved or renamed", count=count)
        case "forget":
            return said("folder_sync.forgotten", "{count} crossed off the list", count=count)
        case "restore_remote":
            return said("folder_sync.restored", "{count} restored in Immich", count=count)
        case "upload":
            return said("folder_sync.uploaded", "{count} uploaded", count=count)
        case "replace_remote":
            return said("folder_sync.renewed", "{count} uploaded as a new version", count=count)
        case "bring_back":
            return said("folder_sync.brought_back", "{count} brought back into the folder", count=count)
        case "replace_local":
            return said("folder_sync.replaced", "{count} replaced in the folder", count=count)
        case "download":
            return said("folder_sync.downloaded", "{count} downloaded", count=count)
        case "keep_remote":
            return said("folder_sync.kept", "{count} kept in Immich", count=count)
        case "trash_local":
            return said("folder_sync.trashed_here", "{count} to the folder's trash", count=count)
        case "trash_remote":
            return said("folder_sync.trashed_there", "{count} to Immich's trash", count=count)
        case _:
            return Sentence(english=f"{count} {action}")


def whose(name: str, text: Text) -> Sentence:
    """The same, with the person in front."""
    return said("folder_sync.whose", "{person}: {text}", person=name, text=text)


def held(facts: Mapping[str, Any]) -> Sentence:
    """One line about what waits for a person; ``facts`` as ``texts.held_facts`` gives them."""
    reason = {"text": facts["reason"], "phrases": facts.get("phrases", {}).get("reason", ())}
    what = _waits(facts["side"], facts["count"], reason)
    if not facts["sample"]:
        return what
    names = ", ".join(facts["sample"])
    if facts["count"] > len(facts["sample"]):
        return said("folder_sync.some_named", "{what}: {names} and more", what=what, names=names)
    return said("folder_sync.all_named", "{what}: {names}", what=what, names=names)


def _waits(side: str, count: int, reason: Mapping[str, Any]) -> Sentence:
    match side, count:
        case "local", 1:
            return said("folder_sync.one_to_go_here", "1 file would go to the folder's trash ({reason})", reason=reason)
        case "local", _:
            return said(
                "folder_sync.to_go_here",
                "{count} files would go to the folder's trash ({reason})",
                count=count,
                reason=reason,
            )
        case "remote", 1:
            return said("folder_sync.one_to_go_there", "1 photo would go to Immich's trash ({reason})", reason=reason)
        case "remote", _:
            return said(
                "folder_sync.to_go_there",
                "{count} photos would go to Immich's trash ({reason})",
                count=count,
                reason=reason,
            )
        case _, 1:
            return said("folder_sync.one_to_come", "1 photo would be downloaded ({reason})", reason=reason)
        case _:
            return said(
                "folder_sync.to_come", "{count} photos would be downloaded ({reason})", count=count, reason=reason
            )


def nothing_of_it(what: Sentence) -> Sentence:
    """What waits, as a problem."""
    return said("folder_sync.held", "{what}. Nothing of it happens; all else goes on", what=what)


def otherwise(side: str, upload_again: str) -> Sentence:
    """What to do where what is held is not meant."""
    match side:
        case "local":
            return said(
                "folder_sync.not_meant_here",
                "take the photos out of Immich's trash; those that it lost, '{command}' sends anew",
                command=upload_again,
            )
        case "download":
            return said("folder_sync.not_meant_down", "set which photos come down, or switch 'download' off")
        case _:
            return said("folder_sync.not_meant_there", "put back what is missing")


def confirm(command: str, otherwise: Sentence) -> Sentence:
    """What a person can do about that."""
    return said(
        "folder_sync.confirm",
        "if it is meant so, '{command}' lets exactly this happen; if not, {otherwise}",
        command=command,
        otherwise=otherwise,
    )


def left_alone(count: int, sample: str) -> Sentence:
    """Files that are not synced, with the reasons of some."""
    if count == 1:
        return said("folder_sync.one_left_alone", "1 file is left alone: {sample}", sample=sample)
    return said("folder_sync.left_alone", "{count} files are left alone: {sample}", count=count, sample=sample)


def look(hints: Sequence[str], why: str) -> Sentence:
    """What helps with files that are left alone: their own hints, and where to read more."""
    more = said("folder_sync.why", "'{command}' with its path tells all about one", command=why)
    if not hints:
        return more
    return said("folder_sync.hints", "{hints}; {more}", hints="; ".join(hints), more=more)


def closed(number: int, trouble: Sentence) -> Sentence:
    """One of several keys or folders that cannot be used."""
    return said(
        "folder_sync.closed",
        "API key {number}: {trouble}; its folder is left alone",
        number=number,
        trouble=trouble,
    )


def left_to_looking(trouble: str) -> Sentence:
    """Changes are not noticed at once."""
    return said(
        "folder_sync.unwatched", "{trouble}; everything is looked through now and then instead", trouble=trouble
    )


def lacking(permissions: Mapping[str, Sentence]) -> Sentence | None:
    """Permissions that a key lacks, each with what does not happen for it; None if it lacks none."""
    told = [
        said("folder_sync.permission", "{name} ({without})", name=name, without=without)
        for name, without in permissions.items()
    ]
    return reduce(add, told) if told else None


def stored(sentence: Sentence) -> str:
    """As the state keeps it: JSON where it can be said in another language."""
    return json.dumps(sentence.as_json(), ensure_ascii=False) if sentence.phrases else sentence.english


def restored(kept: str) -> Sentence:
    """What ``stored`` gave, or a text of before."""
    try:
        return read_sentence(json.loads(kept))
    except (ValueError, KeyError, TypeError):
        return Sentence(english=kept)
