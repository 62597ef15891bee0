"""What can be set in ``frame.json``, and what does the outer form of a plugin's file hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from artframe.config.schema import SettingsModel, setting


class DisplaySettings(SettingsModel):
    """How photos are shown."""

    panel: str = setting(
        "auto",
        title="Panel",
        help="What shows the picture: a screen, a picture file, or another installed panel by its name. "
        "auto: the screen if there is one, else the picture file.",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
        allowed='"auto", "screen", "png" or the name of an installed panel',
    )
    rotation: Literal[0, 90, 180, 270] = setting(
        0, title="Rotation", help="How far the picture is turned clockwise, for a panel that hangs sideways.", unit="°"
    )
    fit: Literal["contain", "cover", "blur"] = setting(
        "blur",
        title="Fit",
        help="What to do with photos of another shape than the panel. contain: whole photo, margins in the background "
        "colour; cover: fill the panel, cut what does not fit; blur: whole photo over a blurred copy of itself.",
    )
    background: str = setting(
        "#000000",
        title="Background",
        help="Colour of the margins.",
        pattern=r"^#[0-9a-fA-F]{6}$",
        allowed='a colour such as "#000000"',
    )
    interval_seconds: float = setting(
        60.0, title="Interval", help="How long each photo is shown.", unit="seconds", ge=1, le=7 * 24 * 3600
    )
    transition: Literal["crossfade", "cut"] = setting(
        "crossfade", title="Transition", help="How one photo gives way to the next."
    )
    transition_seconds: float = setting(
        1.5, title="Transition time", help="How long a crossfade takes.", unit="seconds", ge=0, le=10
    )
    show_date: bool = setting(False, title="Show the date", help="Show when the photo was taken.")
    show_caption: bool = setting(False, title="Show the caption", help="Show the photo's description.")
    show_badge: bool = setting(
        True, title="Show the badge", help="Show a small mark in a corner while something needs attention."
    )
    png_file: Path | None = setting(
        None,
        title="Picture file",
        help="Where the png panel writes the picture, relative to ARTFRAME_HOME. null: screen.png.",
    )


class StorageSettings(SettingsModel):
    """How much disk artframe may use, and how it fetches photos."""

    min_free_mb: int = setting(
        500, title="Free space", help="This much of the disk always stays free; syncing waits instead.", unit="MB", ge=0
    )
    cache_mb: int = setting(
        500,
        title="Cache",
        help="How much disk pictures in the size of the panel may take. They can always be made again.",
        unit="MB",
        ge=0,
    )
    downloads: int = setting(
        4, title="Downloads", help="How many photos of one source are fetched at the same time.", ge=1, le=16
    )


class LogSettings(SettingsModel):
    """What artframe writes into its log."""

    level: Literal["debug", "info", "warning", "error"] = setting(
        "info", title="Level", help="The least important kind of message that is logged."
    )


class FrameSettings(SettingsModel):
    """The settings of the frame itself: ``frame.json``."""

    name: str = setting(
        "Artframe", title="Name", help="What the frame is called on its own pages.", min_length=1, max_length=60
    )
    language: Literal["en", "de"] = setting("en", title="Language", help="The language of the frame's texts and dates.")
    display: DisplaySettings = setting(DisplaySettings(), title="Display")
    storage: StorageSettings = setting(StorageSettings(), title="Storage")
    log: LogSettings = setting(LogSettings(), title="Log")


class PluginFile(SettingsModel):
    """The outer form of ``plugins/<instance>.json``; what ``settings`` may hold is the plugin's affair."""

    version: int = setting(
        1, title="Version", help="Which version of the plugin's settings this file was written for.", ge=1
    )
    plugin: str = setting(title="Plugin", help="The kind of plugin.", min_length=1)
    enabled: bool = setting(True, title="Enabled", help="false: the plugin is left alone, its photos stay.")
    settings: dict[str, Any] = setting(
        {}, title="Settings", help="The plugin's own settings; see the section of its kind."
    )
