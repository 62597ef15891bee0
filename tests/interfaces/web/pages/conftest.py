from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.frame.running import Running, eventually, jpeg
from tests.interfaces.web.pages.browser import Browser
from tests.interfaces.web.pages.household import ALBUM, CAPTION, PASSWORD, PHOTO, Household


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Household]:
    """A frame that shows an album with hostile names, and somebody who is signed in."""
    folder = tmp_path_factory.mktemp("household")
    with Simulator(folder / "immich", "3.0") as server:
        user = server.add_user("Ada", "ada@example.com", "secret-password")
        key = server.create_key(user, ("album.read", "asset.read", "asset.download", "asset.view"))
        photos = [
            server.add_asset(user, jpeg((40 * number, 90, 200 - 30 * number), seed=number), name, description=CAPTION)
            for number, name in enumerate((PHOTO, "IMG_1.jpg", "IMG_2.jpg"))
        ]
        album = server.create_album(user, ALBUM, photos)
        frame = Running(folder / "home")
        frame.write("frame.json", {"display": {"interval_seconds": 3600, "fit": "cover", "transition": "cut"}})
        frame.configure("family", immich_url=server.url, immich_api_key=key, album_id=album)
        try:
            frame.start()
            base = str(eventually(lambda: frame.status()["web"]["urls"], "the page is served")[0])
            port = frame.status()["web"]["port"]
            browser = Browser(f"http://127.0.0.1:{port}")
            code = frame.result("pair")["code"]
            page = browser.get("/pair")
            welcomed = browser.submit(page, "/pair", code=code, name="ada", password=PASSWORD)
            assert welcomed.path == "/setup/frame", welcomed.text
            frame.wait_for_photo()
            yield Household(frame=frame, server=server, browser=browser, key=key, album=album, base=base)
        finally:
            frame.kill()


@pytest.fixture
def browser(household: Household) -> Browser:
    return household.browser


@pytest.fixture
def frame(household: Household) -> Running:
    return household.frame


@pytest.fixture
def home(household: Household) -> Path:
    return household.frame.home
