"""What of a run do people have to know until it is otherwise? One problem for each thing that waits or is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from artframe.immich import ADD_PERMISSION
from artframe.immich_plugin import sentence
from artframe.plugin import Frame, Text, said
from artframe_folder_sync import sayings
from artframe_folder_sync.files.names import printable
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.records import RunReport
from artframe_folder_sync.renderings import held_facts, plain

SIDES = ("local", "remote", "download", "folder")
_SAMPLE = 3
_PASSING = "nothing is deleted this time"
_KEY = "the API key lacks"
CONFIRM = "confirm"
"""The command that lets happen what was held back."""


@dataclass(frozen=True, kw_only=True)
class _Told:
    """Trouble with a file; ``was_there``: it was in the folder then (or may have been)."""

    trouble: Mapping[str, str]
    was_there: bool


class Telling:
    """Shows the problems of each pair, and takes them back. ``several``: texts say whose they are."""

    def __init__(self, frame: Frame, *, several: bool) -> None:
        self._frame = frame
        self._several = several
        self._known: dict[str, dict[str, _Told]] = {}

    def permissions(self, keeper: Keeper) -> None:
        """What the key lacks, each with what does not happen for it."""
        missing = sayings.lacking(keeper.person.missing)
        self._tell(
            f"permissions/{keeper.person.user_id}",
            said(
                "folder_sync.lacks",
                "the API key '{key}' of {person} lacks {missing}",
                key=keeper.person.key_name,
                person=keeper.name,
                missing=missing,
            )
            if missing
            else "",
            sentence(ADD_PERMISSION),
        )

    def closed(self, index: int, text: Text, hint: Text = "") -> None:
        """A key or folder that cannot be used; empty: it can."""
        self._tell(f"key/{index + 1}", text, hint)

    def off(self, keeper: Keeper, text: Text, hint: Text = "") -> None:
        """A folder that is not synced any more until the plugin starts anew."""
        self._tell(f"off/{keeper.person.user_id}", self._whose(keeper, text), hint)

    def other_folder(self, keeper: Keeper, text: Text) -> None:
        """Something else is at the folder's place; it goes away with the next run that reaches its end."""
        user = keeper.person.user_id
        confirm = f"artframe {self._frame.instance} {CONFIRM} folder"
        self._frame.problem(
            f"held/folder/{user}",
            self._whose(keeper, text),
            said(
                "folder_sync.mount",
                "mount the right disk; or, if the photos moved to this one, '{command}'",
                command=confirm,
            ),
            command=CONFIRM,
            arguments={"side": "folder", "person": user},
        )

    def watch(self, keeper: Keeper) -> None:
        """Whether changes in the folder are noticed at once."""
        watch = keeper.watch
        # Of a folder that is not there, the runs tell.
        trouble = watch.trouble if watch is not None and not watch.is_away else ""
        self._tell(
            f"watch/{keeper.person.user_id}",
            sayings.left_to_looking(trouble) if trouble else "",
            said(
                "folder_sync.watch_off",
                "changes take some minutes to be noticed; if that is all right, set 'watch' to false",
            ),
        )

    def report(self, keeper: Keeper, report: RunReport) -> None:
        """What a run left."""
        facts = plain(report.as_json())
        # By the state, not by the report: a quick run judges only a part.
        waiting: dict[str, Any] = {held.side: plain(held_facts(held)) for held in keeper.pair.held()}
        for side in SIDES:
            self._held(keeper, side, waiting.get(side))
        user = keeper.person.user_id
        # What the key lacks is a problem of its own; that one run only adds is none.
        notes = "; ".join(note for note in facts["notes"] if not note.startswith(_PASSING) and _KEY not in note)
        self._tell(f"notes/{user}", self._whose(keeper, notes) if notes else "")
        known = {} if report.full else self._known.get(user, {})
        # A quick run looked at some files only: what it does not name may be as it was, unless it was done or is gone.
        done = {one.path for one in report.actions}
        known = {
            path: one
            for path, one in known.items()
            if path not in done and not (one.was_there and not _may_be_there(keeper, path))
        }
        for one, trouble in zip(report.troubles, facts["troubles"], strict=True):
            known[one.path] = _Told(trouble=trouble, was_there=_may_be_there(keeper, one.path))
        self._known[user] = known
        self._troubles(keeper, [one.trouble for one in known.values()])

    def _held(self, keeper: Keeper, side: str, held: Mapping[str, Any] | None) -> None:
        user = keeper.person.user_id
        key = f"held/{side}/{user}"
        if held is None:
            self._frame.clear_problem(key)
            return
        ours = f"artframe {self._frame.instance}"
        otherwise = sayings.otherwise(side, f"{ours} upload-again")
        self._frame.problem(
            key,
            self._whose(keeper, sayings.nothing_of_it(sayings.held(held))),
            sayings.confirm(f"{ours} {CONFIRM}", otherwise),
            command=CONFIRM,
            arguments={"side": side, "person": user, "digest": held["digest"]},
        )

    def _troubles(self, keeper: Keeper, troubles: Sequence[Mapping[str, str]]) -> None:
        key = f"troubles/{keeper.person.user_id}"
        if not troubles:
            self._frame.clear_problem(key)
            return
        sample = "; ".join(f"{one['path']}: {one['reason']}" for one in troubles[:_SAMPLE])
        hints = list(dict.fromkeys(one["hint"] for one in troubles if one["hint"]))
        self._tell(
            key,
            self._whose(keeper, sayings.left_alone(len(troubles), sample)),
            sayings.look(hints[:_SAMPLE], f"artframe {self._frame.instance} why"),
        )

    def _whose(self, keeper: Keeper, text: Text) -> Text:
        return sayings.whose(printable(keeper.name), text) if self._several else text

    def _tell(self, key: str, text: Text, hint: Text = "") -> None:
        if text:
            self._frame.problem(key, text, hint)
        else:
            self._frame.clear_problem(key)


def _may_be_there(keeper: Keeper, path: str) -> bool:
    """Whether there is something at the path; True in doubt."""
    try:
        return keeper.disk.kind(path) is not None
    except OSError:
        return True
