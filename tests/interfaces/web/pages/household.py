"""Who lives with the frame of these tests, and under which names that a page must not believe."""

from __future__ import annotations

from dataclasses import dataclass

from artframe.immich.simulator import Simulator
from tests.frame.running import Running
from tests.interfaces.web.pages.browser import Browser

PASSWORD = "a long password"
SCRIPT = "<script>alert(1)</script>"
ALBUM = f"Living room {SCRIPT}"
CAPTION = f"At the lake {SCRIPT} \"'><img src=x onerror=alert(2)>"
PHOTO = "IMG_<b>0.jpg"


@dataclass(frozen=True, kw_only=True)
class Household:
    """A running frame, its Immich, and a browser that is signed in."""

    frame: Running
    server: Simulator
    browser: Browser
    key: str
    album: str
    base: str
