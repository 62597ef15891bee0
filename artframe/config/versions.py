"""What is the difference between two versions of a file, for people to read? Without any secret."""

from __future__ import annotations

import difflib
from typing import Any

from artframe.config.describe import Schema
from artframe.config.masking import masked, revealing_changes
from artframe.config.rewrite import render


def difference(
    before: Any, after: Any, schemas: tuple[Schema | None, Schema | None], *, labels: tuple[str, str]
) -> str:
    """A unified diff of two files' data, both written alike; empty if they say the same.

    Secrets are masked; of one that is another than before, only that is told.
    """
    old = masked(before, schemas[0])
    new = revealing_changes(before, after, masked(after, schemas[1]))
    lines = difflib.unified_diff(
        render(old).splitlines(), render(new).splitlines(), fromfile=labels[0], tofile=labels[1], lineterm=""
    )
    return "\n".join(lines)
