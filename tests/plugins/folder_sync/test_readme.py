"""The README says what is true of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import artframe_folder_sync
from artframe.core.commands import describe, marked
from artframe_folder_sync import FolderSync, FolderSyncSettings
from artframe_folder_sync.people import OPTIONAL_PERMISSIONS, PERMISSIONS

README = (Path(artframe_folder_sync.__file__).parent / "README.md").read_text()


def test_the_examples_are_accepted() -> None:
    examples = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        FolderSyncSettings.model_validate(json.loads(example)["settings"])


@pytest.mark.parametrize("row", re.findall(r"^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \| ([^|]*) \|", README, re.MULTILINE))
def test_the_defaults_in_the_table_are_true(row: tuple[str, str]) -> None:
    for name, default in zip(re.findall(r"\w+", row[0]), re.findall(r"`([^`]+)`", row[1]), strict=True):
        wanted = FolderSyncSettings.model_fields[name].default
        assert default in (json.dumps(wanted), str(wanted), f"{wanted:g}" if isinstance(wanted, float) else ""), name


def test_the_permissions_are_those_that_are_checked() -> None:
    assert tuple(re.findall(r"^\| `((?:asset|user)\.\w+)` \|", README, re.MULTILINE)) == PERMISSIONS
    told = re.search(r"Besides, where they are wanted:(.*?)\n\n", README, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`(\w+\.\w+)`", told[1])) == set(OPTIONAL_PERMISSIONS)


def test_the_commands_in_the_table_are_all_there_are() -> None:
    there = {describe(function).name for function in marked(FolderSync())}
    assert set(re.findall(r"^\| `artframe folder-sync ([a-z-]+)` \|", README, re.MULTILINE)) == there
