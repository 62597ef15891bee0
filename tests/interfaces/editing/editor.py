"""Editors that do as a test says, and what is in the files before and after."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from artframe.interfaces.config_commands import ConfigCommands
from artframe.interfaces.edit_command import EditCommand

HALL = '{\n  "name": "Hall"\n}\n'


class Both(ConfigCommands, EditCommand):
    """What a running frame has of this."""


class Editor:
    """A program that edits as the test says, and tells what it was called with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0
        self.log = folder / "calls"

    def does(self, script: str, name: str = "editor") -> str:
        """Shell commands; ``$file`` is the copy, ``$n`` counts the calls from 1."""
        program = self.folder / name
        program.write_text(
            f'#!/bin/bash\necho "$@" >> {self.log}\nn=$(wc -l < {self.log})\nfile="${{@: -1}}"\n{script}\n'
        )
        program.chmod(0o755)
        return str(program)

    @property
    def called(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []


def name_of(home: Path) -> Any:
    return json.loads((home / "config" / "frame.json").read_text()).get("name")


def left(home: Path) -> list[Path]:
    folder = home / "state" / "edits"
    return list(folder.iterdir()) if folder.is_dir() else []


WRONG = r"""printf '{\n  "name": "Hall",\n  "displai": {},\n  "language": 7\n}\n' > "$file" """
RIGHT = r"""printf '{"name": "Attic"}' > "$file" """
