"""What is part of a backup, under which names, and how much of it is believable?"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from pathlib import Path

from artframe.config.authorized_keys import NAME as KEYS
from artframe.config.layout import FRAME, INSTANCE, PLUGINS, SECRETS

VERSION = 1
"""Of the form of a backup; a newer one is refused."""
MANIFEST = "manifest.json"

LARGEST_BACKUP = 16 << 20
LARGEST_FILE = 8 << 20
LARGEST_CONTENT = 32 << 20
MOST_FILES = 1000

CONFIG = "config/"
_PLUGIN = re.compile(rf"{CONFIG}{PLUGINS}/({INSTANCE.pattern})\.json")


class State(enum.Enum):
    """What the machine keeps and a backup holds beside the configuration."""

    ACCESS = "state/access.json"
    HOST_KEY = "state/ssh_host_ed25519_key"
    HIDDEN = "state/hidden.json"
    JOBS = "state/jobs.json"


AUTHORIZED_KEYS = f"{CONFIG}{KEYS}"
NOTHING: Mapping[str, bytes] = {
    AUTHORIZED_KEYS: b"",
    State.ACCESS.value: b'{"version": 1, "users": [], "tokens": [], "sessions": []}\n',
    State.HIDDEN.value: b'{"version": 1, "hidden": []}\n',
}
"""What a backup holds where its frame has no such file: whoever may enter another frame loses that with a restore."""
_KNOWN = (f"{CONFIG}{FRAME}", f"{CONFIG}{SECRETS}", AUTHORIZED_KEYS, *(one.value for one in State))


def is_known(name: str) -> bool:
    """Whether a backup may hold a file of this name. No such name leads out of the frame's home."""
    return name in _KNOWN or _PLUGIN.fullmatch(name) is not None


def config_file(name: str) -> str | None:
    """The configuration file of that name in the backup, as ``ConfigStore`` names it; None for any other file."""
    bare = name.removeprefix(CONFIG)
    return bare if name != AUTHORIZED_KEYS and name.startswith(CONFIG) else None


def place(home: Path, name: str) -> Path:
    """Where a known file belongs."""
    if not is_known(name):
        raise ValueError(f"not part of a backup: {name!r}")
    return home / name


def mode(name: str) -> int:
    """Who may read a file that is new: everybody the frame's own settings, only the owner all others."""
    return 0o644 if name == f"{CONFIG}{FRAME}" else 0o600
