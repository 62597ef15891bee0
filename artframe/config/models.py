"""What can be set in ``frame.json``, and what does the outer form of a plugin's file hold?"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import field_validator

from artframe.config.schema import SettingsModel, setting
from artframe.core.near_names import did_you_mean


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
        labels={"contain": "Whole, with margins", "cover": "Filled, edges cut", "blur": "Whole, blurred behind"},
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
        "crossfade",
        title="Transition",
        help="How one photo gives way to the next.",
        labels={"crossfade": "Crossfade", "cut": "At once"},
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

    @field_validator("png_file")
    @classmethod
    def _is_a_picture(cls, value: Path | None) -> Path | None:
        # Whatever stands there is replaced at the next start: no photo, key or file of settings may.
        if value is not None and value.suffix.lower() != ".png":
            raise ValueError("its name must end in .png")
        return value


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


class WebSettings(SettingsModel):
    """The web page."""

    enabled: bool = setting(True, title="Web page", help="false: no web page; SSH and the command line stay.")
    host: str = setting(
        "*",
        title="Address",
        help="On which of this machine's addresses the page is served. *: on all of them; 127.0.0.1: on this machine "
        "only, as behind a proxy.",
        min_length=1,
        allowed='"*" or an address of this machine',
    )
    port: int = setting(
        8080,
        title="Port",
        help="Its port; the environment variable ARTFRAME_WEB_PORT overrides it. 0: any that is free.",
        ge=0,
        le=65535,
    )
    host_names: tuple[str, ...] = setting(
        (),
        title="Names",
        help="Names under which the page is opened besides this machine's own name and addresses, such as "
        "frame.example.com. Requests for other names are refused.",
    )
    tls: Literal["off", "generated", "own"] = setting(
        "off",
        title="Encryption",
        help="off: http; generated: https with a certificate that the frame makes itself (browsers warn once); own: "
        "https with the certificate below.",
    )
    certificate: Path | None = setting(
        None, title="Certificate", help="PEM file, relative to ARTFRAME_HOME: the certificate and those it rests on."
    )
    private_key: Path | None = setting(
        None, title="Private key", help="PEM file of the certificate's key, relative to ARTFRAME_HOME."
    )


class SshSettings(SettingsModel):
    """The SSH server: commands, a shell and SFTP, for the keys in ``config/authorized_keys``."""

    enabled: bool = setting(
        True, title="SSH", help="false: no SSH server. It is off as well while config/authorized_keys holds no key."
    )
    host: str = setting(
        "*",
        title="Address",
        help="On which of this machine's addresses it listens. *: on all of them.",
        min_length=1,
        allowed='"*" or an address of this machine',
    )
    port: int = setting(8022, title="Port", help="Its port. 0: any that is free.", ge=0, le=65535)
    idle_minutes: int = setting(
        30, title="Idle time", help="A session in which nothing happens for so long is ended.", unit="minutes", ge=1
    )
    connections: int = setting(
        24,
        title="Connections",
        help="So many connections are served at once, half of them from one address; more are refused.",
        ge=1,
        le=100,
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
    language: Literal["en", "de"] = setting(
        "en",
        title="Language",
        help="The language of the frame's texts and dates.",
        labels={"en": "English", "de": "Deutsch"},
    )
    time_zone: str = setting(
        "",
        title="Time zone",
        help="The zone of all times that the frame shows and goes by, such as Europe/Berlin. Empty: the machine's.",
        allowed="the name of a time zone such as Europe/Berlin, or nothing",
    )
    display: DisplaySettings = setting(DisplaySettings(), title="Display")
    storage: StorageSettings = setting(StorageSettings(), title="Storage")
    web: WebSettings = setting(WebSettings(), title="Web page")
    ssh: SshSettings = setting(SshSettings(), title="SSH")
    log: LogSettings = setting(LogSettings(), title="Log")

    @field_validator("time_zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        name = value.strip()
        if name:
            try:
                ZoneInfo(name)
            except (ValueError, OSError, ZoneInfoNotFoundError):
                meant = _zone_meant(name.replace(" ", "_"))
                asked = f"; did you mean {meant}?" if meant else ""
                raise ValueError(f"there is no time zone of this name{asked}") from None
        return name


def _zone_meant(name: str) -> str:
    if len(name) < 5:
        return ""  # CEST is no slip for EST
    zones = sorted(available_timezones())
    by_city = {zone.rpartition("/")[2]: zone for zone in zones}
    return did_you_mean(name, zones) or by_city.get(did_you_mean(name, by_city), "")


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
