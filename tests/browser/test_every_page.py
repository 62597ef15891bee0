"""Every page at the width of a phone and of a desk, light and dark, English and German: kept to be looked at."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESKTOP, PHONE, shoot
from tests.browser.household import Household

PAGES = {
    "frame": "/",
    "plugins": "/plugins",
    "plugin": "/plugins/family",
    "plugin-edit": "/plugins/family/edit",
    "plugin-kinds": "/add",
    "plugin-add": "/add/immich",
    "plugin-test": "/plugins/family/check",
    "jobs": "/jobs",
    "job": "/jobs/family/sync",
    "log": "/log",
    "config": "/config",
    "config-file": "/config/plugins/family",
    "config-history": "/config/plugins/family/history",
    "settings": "/settings",
    "system": "/system",
    "doctor": "/system/doctor",
    "access": "/access",
    "more": "/more",
    "problems": "/problems",
    "hidden": "/photo/hidden",
    "setup-frame": "/setup/frame",
    "setup-immich": "/setup/immich",
    "setup-albums": "/setup/albums",
    "setup-look": "/setup/look",
    "setup-done": "/setup/done",
    "missing": "/no-such-page",
}
SERIOUS = ("serious", "critical")


def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical on this page."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['help']} {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in SERIOUS]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(household: Household, at_home: Page, scheme: str) -> None:
    page, found = at_home, {}
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for name, path in PAGES.items():
            answer = page.goto(household.url + path)
            assert answer is not None and answer.status == (404 if name == "missing" else 200), (path, answer)
            page.wait_for_load_state("load")
            shoot(page, f"{name}-{scheme}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                found[f"{name} at {viewport['width']}"] = [f"scrolls sideways by {wide} px"]
            if serious := faults(page):
                found[f"{name} at {viewport['width']}"] = serious
    assert not found


def test_the_doors_can_be_used_by_everybody(chromium: Browser, household: Household, at_home: Page) -> None:
    stranger = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = stranger.new_page()
    for name in ("login", "pair"):
        page.goto(f"{household.url}/{name}")
        shoot(page, name)
        assert not faults(page)
    stranger.close()


def test_nothing_is_asked_of_anybody_else(household: Household, at_home: Page) -> None:
    asked: set[str] = set()
    at_home.on("request", lambda request: asked.add(request.url.split("/")[2]))
    for path in PAGES.values():
        at_home.goto(household.url + path)
    assert asked == {household.url.split("/")[2]}


def test_the_longer_words_of_german_leave_room_on_the_narrowest_phone(household: Household, at_home: Page) -> None:
    household.frame.result("config", "set", "frame", "language", "de")
    page, squeezed = at_home, {}
    page.set_viewport_size({"width": 320, "height": 640})
    for name, path in PAGES.items():
        page.goto(household.url + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        narrow = page.locator("dd:visible").evaluate_all(
            "found => found.filter(one => one.clientWidth < 64).map(one => one.innerText)"
        )
        if wide > 0 or narrow:
            squeezed[name] = (wide, narrow)
    assert not squeezed


def test_german_speaks_german_on_every_page(household: Household, at_home: Page) -> None:
    household.frame.result("config", "set", "frame", "language", "de")
    page = at_home
    for name, path in PAGES.items():
        page.goto(household.url + path)
        assert page.locator("html").get_attribute("lang") == "de"
        shoot(page, f"{name}-german")
    page.goto(household.url)
    page.get_by_role("button", name="Weiter").or_(page.get_by_role("button", name="Nächstes")).first.wait_for()
