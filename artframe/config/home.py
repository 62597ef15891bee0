"""What does a new frame's ARTFRAME_HOME hold before anybody has set anything?"""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from artframe.config.describe import Setting
from artframe.config.layout import FRAME, SECRETS, Layout
from artframe.config.models import FrameSettings
from artframe.config.rewrite import render
from artframe.config.saving import private_folder, save
from artframe.config.schema import settings_of

FRAME_NOTE = (
    "The settings of the frame. Names that start with _ are notes for people. Changes take effect at once; "
    "a mistake does no harm: the last good settings stay in force, and artframe config check tells what is wrong."
)
SECRETS_NOTE = (
    'Keys and passwords, one "name": "value" each. Elsewhere {"$secret": "name"} stands for the value. '
    "Only the owner of this file can read it."
)


def init_home(home: Path) -> Layout:
    """Create the folders and the first files where they are missing. Never changes a file that is there.

    A ``frame.json`` that was there once is not made anew: then the copy in the history counts. Raises OSError.
    """
    layout = Layout(home)
    layout.plugins.mkdir(parents=True, exist_ok=True)
    private_folder(layout.state)
    if stat.S_IMODE(layout.state.stat().st_mode) & 0o077:
        layout.state.chmod(0o700)
    for file, text, mode in ((FRAME, frame_text(), 0o644), (SECRETS, secrets_text(), 0o600)):
        path = layout.path(file)
        was_there = (layout.history / file.removesuffix(".json")).is_dir()
        if not (path.exists() or path.is_symlink() or was_there):
            save(path, text.encode(), mode=mode)
    return layout


def frame_text() -> str:
    """``frame.json`` with all defaults, and a note before each setting that says what it is for."""
    content: dict[str, Any] = {"_note": FRAME_NOTE, "version": 1}
    for setting in settings_of(FrameSettings):
        *groups, name = setting.path.split(".")
        place = content
        for group in groups:
            place = place.setdefault(group, {})
        place[f"_{name}"] = _note(setting)
        place[name] = json.loads(setting.default)
    return render(content)


def secrets_text() -> str:
    """``secrets.json`` without any secret."""
    return render({"_note": SECRETS_NOTE})


def _note(setting: Setting) -> str:
    unit = f" {setting.unit}" if setting.unit and setting.unit != "°" else ""
    limits = setting.allowed.replace('"', "'")
    return f"{setting.help} Allowed: {limits}{unit}." if limits else setting.help
