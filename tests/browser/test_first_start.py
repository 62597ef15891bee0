"""A new frame, a phone, and six digits: from the code to the first pictures."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESKTOP, PHONE, shoot
from tests.browser.household import IMMICH_PASSWORD, PASSWORD, Household
from tests.frame.running import eventually


def test_a_phone_pairs_and_walks_through_to_the_first_pictures(household: Household, page: Page) -> None:
    page.goto(household.url)
    expect(page).to_have_url(f"{household.url}/pair")
    shoot(page, "pair")
    page.get_by_label("Code from the frame").fill(household.code())
    household.enter(page, "Ada")

    page.wait_for_url("**/setup/frame")
    shoot(page, "setup-frame")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    page.get_by_label("Name", exact=True).fill("Ada's frame")
    page.get_by_role("button", name="Go on").click()

    page.wait_for_url("**/setup/immich")
    shoot(page, "setup-immich")
    page.get_by_label("Address of Immich").fill(household.server.url)
    page.get_by_label("E-mail address in Immich").fill("ada@example.com")
    page.get_by_label("Password in Immich").fill(IMMICH_PASSWORD)
    page.get_by_role("button", name="Sign in and make a key").click()

    page.wait_for_url("**/setup/albums**")
    covers = page.locator(".picks img")
    expect(covers.first).to_be_visible()
    loaded = "[...document.querySelectorAll('.picks img')].every(one => one.complete && one.naturalWidth > 0)"
    eventually(lambda: covers.count() >= 3 and page.evaluate(loaded), "the covers are there")
    shoot(page, "setup-albums")
    page.locator("label", has_text="Winter").click()
    page.get_by_role("button", name="Go on").click()

    page.wait_for_url("**/setup/look**")
    shoot(page, "setup-look")
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url("**/setup/done**")
    expect(page.get_by_text("5 photos have arrived.")).to_be_visible()
    shoot(page, "setup-done")

    page.get_by_role("link", name="To the frame").click()
    expect(page.get_by_text("Winter", exact=False).first).to_be_visible()
    status = household.frame.status()
    assert (status["name"], status["photos"]) == ("Ada's frame", 5)
    files = [path.read_text() for path in (household.frame.home / "config").rglob("*.json")]
    assert not [text for text in files if IMMICH_PASSWORD in text or PASSWORD in text]


def test_the_code_in_the_square_fills_itself_in(household: Household, page: Page) -> None:
    code = household.code()
    page.goto(f"{household.url}/pair#{code}")
    expect(page.get_by_label("Code from the frame")).to_have_value(code)
    assert code not in page.url, "nobody who looks over a shoulder later finds it in the history"


def test_a_wrong_code_ten_times_locks_and_the_frame_goes_on(household: Household, page: Page) -> None:
    right = household.code()
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(10):
        page.goto(f"{household.url}/pair")
        page.get_by_label("Code from the frame").fill(wrong)
        household.enter(page, "Mallory")
        expect(page.locator(".note.error")).to_be_visible()
    page.goto(f"{household.url}/pair")
    page.get_by_label("Code from the frame").fill(right)
    household.enter(page, "Mallory")
    expect(page.locator(".note.error")).to_be_visible()
    shoot(page, "pair-locked")
    assert household.frame.status()["users"] == 0
    page.goto(f"{household.url}/plugins")
    expect(page).to_have_url(re.compile("/pair"))


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_everything_works_without_scripts(chromium: Browser, household: Household, viewport: dict[str, int]) -> None:
    context = chromium.new_context(viewport=viewport, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{household.url}/pair")
    page.fill("#code", household.code())
    household.enter(page, "Ada")
    page.wait_for_url("**/setup/frame")
    household.show_summer()
    page.goto(household.url)
    before = household.frame.photo()
    page.get_by_role("button", name="Next").click()
    eventually(lambda: household.frame.photo() != before, "another photo is shown")
    page.goto(f"{household.url}/plugins/family/edit")
    page.locator("summary", has_text="Choose").nth(1).click()
    page.locator("label", has_text="Everyday").nth(1).click()
    page.get_by_role("button", name="Save").click()
    household.frame.wait_for_photos(11)
    page.goto(f"{household.url}/more")
    page.get_by_role("button", name="Log out").first.click()
    page.wait_for_url("**/login**")
    context.close()
