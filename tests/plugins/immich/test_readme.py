"""The README says what is true of the code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import artframe_immich
from artframe_immich import ImmichSettings
from artframe_immich.inspection import PERMISSIONS

README = (Path(artframe_immich.__file__).parent / "README.md").read_text()


def test_every_setting_is_in_the_table_with_its_default() -> None:
    for name, field in ImmichSettings.model_fields.items():
        row = re.search(rf"^\| `{name}` \| ([^|]*) \|", README, re.MULTILINE)
        assert row is not None, name
        default = row.group(1).strip().strip("`")
        if field.is_required():
            assert default == "required"
        else:
            wanted = list(field.default) if isinstance(field.default, tuple) else field.default
            assert default in (json.dumps(wanted), str(wanted)), name


def test_example_is_accepted() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    ImmichSettings.model_validate(json.loads(example)["settings"])


def test_permissions_are_the_ones_that_are_checked() -> None:
    assert set(re.findall(r"^\| `((?:album|asset)\.\w+)` \|", README, re.MULTILINE)) == set(PERMISSIONS)
