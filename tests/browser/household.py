"""Who lives with the frame: an Immich with albums, a frame, and what its people do on its pages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Page

from artframe.immich.simulator import Simulator
from tests.frame.running import Running, eventually

PASSWORD = "a good long password"
IMMICH_PASSWORD = "the password of Immich"


def landscape(number: int, size: tuple[int, int] = (960, 640)) -> bytes:
    """A picture that no other is like: a sky, hills and a sun, in colours of its own."""
    hue = number * 47 % 255
    picture = Image.new("HSV", size, (hue, 90, 225))
    draw = ImageDraw.Draw(picture)
    for step in range(size[1] // 2):
        draw.line((0, step, size[0], step), fill=(hue, 30 + step // 4, 250 - step // 5))
    sun = 120 + number * 61 % 600
    draw.ellipse((sun, 90, sun + 110, 200), fill=((hue + 128) % 255, 90, 250))
    for hill in range(3):
        top = size[1] // 2 + hill * 70
        tone = ((hue + 30 + hill * 12) % 255, 130, 150 - hill * 35)
        draw.ellipse((-200 + hill * 260, top, 760 + hill * 260, top + 700), fill=tone)
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=90, comment=str(number).encode())
    return file.getvalue()


@dataclass
class Household:
    """``frame`` runs; ``server`` holds the albums Summer (8 photos), Winter (5) and Everyday (3)."""

    server: Simulator
    frame: Running

    def __post_init__(self) -> None:
        self.user = self.server.add_user("Ada", "ada@example.com", IMMICH_PASSWORD)
        numbers = iter(range(100))
        self.albums = {}
        for name, count in (("Summer", 8), ("Winter", 5), ("Everyday", 3)):
            photos = [
                self.server.add_asset(self.user, landscape(number), f"IMG_{number:04}.jpg", description=f"{name} day")
                for number, _ in zip(numbers, range(count), strict=False)
            ]
            self.albums[name] = self.server.create_album(self.user, name, photos)

    @property
    def url(self) -> str:
        """Where the frame's page is."""
        web: dict[str, Any] = eventually(lambda: self.frame.status().get("web"), "the page is served")
        return f"http://127.0.0.1:{web['port']}"

    def code(self) -> str:
        """The pairing code, as somebody who stands before the frame reads it."""
        code: str = self.frame.result("pair")["code"]
        return code.replace(" ", "")

    def pair(self, page: Page, name: str = "Ada") -> None:
        """A phone that has the code makes its person's account; the walk-through begins."""
        page.goto(f"{self.url}/pair#{self.code()}")
        self.enter(page, name)
        page.wait_for_url("**/setup/frame")

    def enter(self, page: Page, name: str) -> None:
        page.get_by_label("Your name").fill(name)
        page.get_by_label("A password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()

    def log_in(self, page: Page, password: str = PASSWORD) -> None:
        page.goto(f"{self.url}/login")
        page.get_by_label("Name").fill("Ada")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()

    def show_summer(self) -> None:
        """Configured by hand, as an editor does it."""
        key = self.server.create_key(
            self.user, ("album.read", "asset.read", "asset.download", "asset.view", "person.read", "tag.read")
        )
        self.frame.configure("family", immich_url=self.server.url, immich_api_key=key, albums=["Summer"])
        self.frame.wait_for_photos(8)
        self.frame.wait_for_photo()
