"""How does the present state of a frame become a backup?"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path

from artframe import __version__
from artframe.backup.archive import Backup
from artframe.backup.contents import AUTHORIZED_KEYS, CONFIG, LARGEST_FILE, NOTHING, State, place
from artframe.backup.review import state_problem
from artframe.config.history import Kind
from artframe.config.layout import FRAME, SECRETS
from artframe.config.problem import Severity
from artframe.config.store import ConfigStore
from artframe.errors import ConfigError, NotReady

log = logging.getLogger(__name__)


def present(store: ConfigStore, created: datetime) -> Backup:
    """The frame as it is now. Of a file that cannot be used, the version that is in force. Blocks; raises NotReady."""
    files: dict[str, bytes] = {}
    unusable: list[str] = []
    with store.held():
        wrong = {problem.file for problem in store.check() if problem.severity is Severity.ERROR}
        for file in (FRAME, SECRETS, *(store.layout.listing().plugins or ())):
            raw = store.files.raw(file)
            good = raw if file not in wrong else _in_force(store, file)
            content = raw if good is None else good
            if content is not None:
                files[f"{CONFIG}{file}"] = content
            if content is not None and good is None:
                unusable.append(f"{CONFIG}{file}")
    for name in (AUTHORIZED_KEYS, *(state.value for state in State)):
        content = _content(place(store.layout.home, name))
        if content is not None:
            files[name] = content
    return Backup(
        artframe=__version__,
        frame=_name(store),
        created=created,
        unusable=tuple(unusable),
        files={**_fit_to_keep(files), **{name: nothing for name, nothing in NOTHING.items() if name not in files}},
    )


def _name(store: ConfigStore) -> str:
    """What the frame is called, also while it does not run."""
    try:
        name = store.files.document(FRAME).data.get("name")
    except ConfigError:
        name = None
    return name if isinstance(name, str) else store.config.frame.name


def _in_force(store: ConfigStore, file: str) -> bytes | None:
    """The newest kept version that can be used."""
    for version in store.history(file):
        if version.kind is Kind.REMOVED:
            return None
        if version.kind is Kind.GOOD:
            raw = version.path.read_bytes()
            if not store.trial(file, raw):
                return raw
    return None


def _content(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotReady(
            f"{path.name} cannot be read ({error.strerror or type(error).__name__}), so no backup was made",
            "see that it belongs to the user who runs artframe",
        ) from error
    return content


def _fit_to_keep(files: dict[str, bytes]) -> dict[str, bytes]:
    """Without what no frame could use; a damaged file of the machine's own must not spoil the whole backup."""
    kept = {}
    for name, content in files.items():
        problem = "it is too large" if len(content) > LARGEST_FILE else state_problem(name, content)
        if problem:
            log.warning("%s is left out of the backup: %s", name, problem)
            continue
        kept[name] = _without_sessions(content) if name == State.ACCESS.value else content
    return kept


def _without_sessions(content: bytes) -> bytes:
    """Who was signed in is not saved: a session that was ended since must not come back to life."""
    data = json.loads(content)
    return (json.dumps({**data, "sessions": []}, indent=1) + "\n").encode()
