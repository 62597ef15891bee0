"""A whole frame beside an embedded Immich, and a real Chromium that looks at its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from artframe.immich.simulator import Simulator
from tests.browser.household import Household
from tests.frame.running import PATIENCE, Running, eventually

ARTEFACTS = Path(__file__).parents[2] / "build" / "screenshots"
"""Where screenshots of every page are kept to be looked at; not part of the project."""
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
_CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Ends with its module: while it is there, playwright keeps an event loop running in this thread, and no other test
    could start one."""
    if not Path(_CHROMIUM).exists():
        pytest.skip("chromium is not installed: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE * 1000)
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_QUIET))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone of its own, without any cookie."""
    phone = chromium.new_context(viewport=PHONE, locale="en-GB", timezone_id="Europe/Berlin")  # type: ignore[arg-type]
    phone.set_default_timeout(PATIENCE * 1000)
    yield phone
    phone.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that must not log an error: neither of a script nor of the content security policy."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
    yield page
    assert not complaints


def _is_complaint(said: Any) -> bool:
    # What a refused form answers (409, 422, 429 …) is told by the browser as well; that is no fault of the page.
    return said.type == "error" and not said.text.startswith("Failed to load resource")


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    """Ada's Immich with three albums, a frame that nobody has set up, and its address."""
    with Simulator(tmp_path / "immich", "3.0") as server:
        frame = Running(tmp_path / "home")
        frame.write("frame.json", {"display": {"interval_seconds": 3600, "fit": "cover", "transition": "cut"}})
        frame.start(TZ="UTC")
        home = Household(server, frame)
        try:
            yield home
        finally:
            frame.kill()


@pytest.fixture
def at_home(household: Household, page: Page) -> Page:
    """Ada's phone, signed in, and the album Summer on the wall."""
    household.pair(page)
    household.show_summer()
    page.goto(household.url)
    return page


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the page."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=ARTEFACTS / f"{name}-{width}.png", full_page=True)


__all__ = ["ARTEFACTS", "DESKTOP", "PHONE", "Household", "eventually", "os", "shoot"]
