"""Which parts of a file must not be shown, and what does it look like without them?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from artframe.config.describe import Schema, is_secret, node_at, secret_names
from artframe.config.problem import Path

MASK = "********"
CHANGED = f"{MASK} (changed)"
"""What is shown for a secret that is another one than before."""
REFERENCES = ("$secret", "$env", "$file")

LOOKS_SECRET = re.compile(r"key|token|passw|passphrase|secret|credential|pin\b", re.IGNORECASE)
CREDENTIALS = re.compile(r"(://)[^/@\s]+@")
MASKED_CREDENTIALS = re.compile(rf"://{re.escape(MASK)}@")


def is_reference(value: object) -> bool:
    """Whether this is ``{"$secret": "name"}`` or its like: it names a secret and holds none."""
    return (
        isinstance(value, dict)
        and len(value) == 1
        and all(name in REFERENCES and isinstance(target, str) for name, target in value.items())
    )


def without_credentials(text: str) -> str:
    """A text with the name and password inside web addresses masked."""
    return CREDENTIALS.sub(rf"\1{MASK}@", text)


def masked(data: Any, schema: Schema | None, path: Path = ()) -> Any:
    """A copy that may be shown. What the schema does not know is masked too: it may be a misspelled secret.

    ``schema`` None: nothing is known about the data (a kind that is not installed), so every value is masked.
    """
    if is_reference(data):
        return dict(data)
    node = node_at(schema, path) if schema is not None else None
    if node is not None and is_secret(node):
        return MASK
    if isinstance(data, dict):
        return {name: _member(name, value, schema, path) for name, value in data.items()}
    if isinstance(data, list):
        return [masked(value, schema, (*path, index)) for index, value in enumerate(data)]
    if node is None:
        return MASK
    return without_credentials(data) if isinstance(data, str) else data


def secret_texts(data: Any, schema: Schema, path: Path = ()) -> Iterator[str]:
    """Every secret in the data, those misplaced or misspelled included as far as they can be told."""
    if hasattr(data, "reveal"):
        yield data.reveal()
        return
    if isinstance(data, dict):
        for name, value in data.items():
            yield from secret_texts(value, schema, (*path, name))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from secret_texts(value, schema, (*path, index))
    elif isinstance(data, str) and data:
        node = node_at(schema, path)
        if node is None or is_secret(node):
            yield data


def _member(name: str, value: Any, schema: Schema | None, path: Path) -> Any:
    if not name.startswith("_"):
        return masked(value, schema, (*path, name))
    return value if isinstance(value, str) and is_harmless_note(name, schema) else MASK


def is_harmless_note(name: str, schema: Schema | None) -> bool:
    """A setting that somebody switched off by writing ``_`` before its name may be a secret: such a note is masked."""
    bare = name.lstrip("_")
    secrets = secret_names(schema) if schema is not None else []
    return not LOOKS_SECRET.search(bare) and bare not in secrets


def revealing_changes(before: Any, after: Any, shown: Any) -> Any:
    """``shown`` (``after``, masked) with a word at each masked value that is another one in ``before``."""
    if shown == MASK and after != MASK:
        return MASK if before == after else CHANGED
    if isinstance(shown, dict) and isinstance(after, Mapping):
        earlier = before if isinstance(before, Mapping) else {}
        return {
            name: revealing_changes(earlier.get(name, after[name]), after[name], value) for name, value in shown.items()
        }
    if isinstance(shown, list) and isinstance(after, list):
        earlier_items = before if isinstance(before, list) else []
        return [
            revealing_changes(earlier_items[index] if index < len(earlier_items) else after[index], after[index], value)
            for index, value in enumerate(shown)
        ]
    return shown
