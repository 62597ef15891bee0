"""What does the SSH server need of the frame?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from artframe.config.authorized_keys import AuthorizedKeys
from artframe.config.store import ConfigStore
from artframe.core.calling import Caller
from artframe.core.clock import Clock
from artframe.interfaces.runner import Runner


@dataclass(frozen=True, kw_only=True)
class SshParts:
    """The parts of one frame that an SSH session reaches."""

    home: Path
    runner: Runner
    caller: Caller
    clock: Clock
    store: ConfigStore
    keys: AuthorizedKeys
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
