"""What a token of less than full rights may do: look and leaf, but never lead a key to somebody else's server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from artframe.core.commands import Command, Effect
from artframe.interfaces.runner import Scope
from tests.frame.running import Running

READS_FOR_OWNERS = {"config preview", "immich check"}
"""Reading, and yet one tries out what a secret may be, and the other calls whatever address it is given."""
CHANGES_FOR_ALL = {
    "config edit",  # over the API it only says that it needs a terminal
    "display sleep",
    "display wake",
    "job cancel",
    "job run",
    "photo hide",
    "photo next",
    "photo pause",
    "photo previous",
    "photo resume",
    "photo unhide",
    "plugin disable",
    "plugin enable",
    "plugin reload",
    "plugin retry",
}
"""What home automation does with a frame; whoever may change settings could send a stored key anywhere."""


@pytest.mark.parametrize(
    ("effect", "owner_only", "read", "change"),
    [
        (Effect.READS, False, True, True),
        (Effect.CHANGES, False, False, True),
        (Effect.DANGEROUS, False, False, False),
        (Effect.READS, True, False, False),
        (Effect.CHANGES, True, False, False),
    ],
)
def test_a_scope_allows_by_what_a_command_does(effect: Effect, owner_only: bool, read: bool, change: bool) -> None:
    command = Command(
        name="one",
        function=print,
        effect=effect,
        summary="",
        description="",
        parameters=(),
        owner_only=owner_only,
    )
    assert Scope.READ.allows(command) is read
    assert Scope.CHANGE.allows(command) is change
    assert Scope.FULL.allows(command)


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    running.start()
    yield running
    running.kill()


def test_only_harmless_changes_are_open_to_automation(frame: Running) -> None:
    token = frame.result("token", "create", "automation", "--scope", "change")["token"]
    url = f"http://127.0.0.1:{frame.status()['web']['port']}/api/commands"
    headers = {"Authorization": f"Bearer {token}"}
    rows = {row["name"]: row for row in requests.get(url, headers=headers, timeout=60).json()["commands"]}
    open_changes = {name for name, row in rows.items() if row["effect"] == "changes" and not row["owner_only"]}
    assert open_changes == CHANGES_FOR_ALL
    assert {name for name, row in rows.items() if row["effect"] == "reads" and row["owner_only"]} >= READS_FOR_OWNERS
    body = {"file": "frame", "path": "name", "value": "Mallory"}
    refused = requests.post(f"{url}/config/set", json=body, headers=headers, timeout=60)
    assert refused.status_code == 403
    assert frame.status()["name"] != "Mallory"
