"""Would a frame work with what a backup holds?"""

from __future__ import annotations

import json
from typing import Any

from artframe.access.records import VERSION as ACCESS_VERSION
from artframe.access.records import from_json
from artframe.backup.archive import Backup
from artframe.backup.contents import CONFIG, State, config_file
from artframe.config.layout import SECRETS
from artframe.config.problem import ConfigProblem, ConfigRefused, Severity
from artframe.config.secrets import Vault, read_vault
from artframe.config.store import ConfigStore

_KEY_BEGINS = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def config_problems(store: ConfigStore, backup: Backup) -> list[ConfigProblem]:
    """All that is wrong with the configuration in the backup, judged together with its own secrets.

    What its own frame could not use either is passed over: it is as it was.
    """
    vault, problems = _secrets(store, backup)
    for name, raw in backup.files.items():
        file = config_file(name)
        if file is not None and file != SECRETS and name not in backup.unusable:
            problems += store.trial(file, raw, vault=vault)
    return [problem for problem in problems if problem.severity is Severity.ERROR]


def state_problem(name: str, content: bytes) -> str:
    """Why a file of the machine's own cannot be used; empty if it can, and for every other file of a backup."""
    state = next((one for one in State if one.value == name), None)
    if state is None:
        return ""
    if state is State.HOST_KEY:
        return "" if content.startswith(_KEY_BEGINS) else "it is no OpenSSH key"
    try:
        return _wrong(state, json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return f"it is damaged ({type(error).__name__})"


def _wrong(state: State, data: Any) -> str:
    if state is State.ACCESS:
        if data["version"] > ACCESS_VERSION:
            return "a newer artframe wrote it"
        from_json(data)
        return ""
    inner, kind = ("hidden", list) if state is State.HIDDEN else ("jobs", dict)
    return "" if isinstance(data[inner], kind) else "it is damaged"


def _secrets(store: ConfigStore, backup: Backup) -> tuple[Vault, list[ConfigProblem]]:
    name = f"{CONFIG}{SECRETS}"
    nothing = Vault(folder=store.layout.config)
    if name in backup.unusable or name not in backup.files:
        return nothing, []
    try:
        document = store.files.parsed(SECRETS, backup.files[name])
    except ConfigRefused as refused:
        return nothing, list(refused.problems)
    return read_vault(document, store.layout.config)
