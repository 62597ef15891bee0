"""What a household does on the pages once the frame hangs: leaf, look, correct, cancel, leave."""

from __future__ import annotations

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import shoot
from tests.browser.household import PASSWORD, Household, landscape
from tests.frame.running import eventually


def test_next_changes_the_picture_on_the_page_and_on_the_wall(household: Household, at_home: Page) -> None:
    page, frame = at_home, household.frame
    screen = page.locator("#screen")
    expect(screen).to_be_visible()
    before, shown = frame.photo(), screen.get_attribute("src")
    page.get_by_role("button", name="Next").click()
    expect(screen).not_to_have_attribute("src", shown or "")
    after = frame.photo()
    assert before and after and before["id"] != after["id"]
    expect(page.get_by_text(after["name"], exact=False).first).to_be_visible()
    expect(page.locator(".strip img")).to_have_count(2)


def test_a_change_on_the_wall_shows_on_the_page_by_itself(household: Household, at_home: Page) -> None:
    shown = at_home.locator("#screen").get_attribute("src")
    household.frame.result("photo", "next")
    expect(at_home.locator("#screen")).not_to_have_attribute("src", shown or "")


def test_a_hidden_photo_is_never_shown_again_until_it_is_let_back(household: Household, at_home: Page) -> None:
    page, frame = at_home, household.frame
    hidden = frame.photo()
    assert hidden is not None
    page.get_by_role("button", name="Never show this").click()
    eventually(lambda: (frame.photo() or hidden)["id"] != hidden["id"], "another photo took its place")
    for _ in range(10):
        assert frame.result("photo", "next")["photo"]["id"] != hidden["id"]
    page.goto(f"{household.url}/photo/hidden")
    shoot(page, "hidden")
    page.get_by_role("button", name=re.compile("Show again")).click()
    eventually(lambda: not frame.result("photo", "hidden"), "nothing is hidden")


def test_a_config_broken_by_hand_is_told_and_changes_nothing_and_rolls_back(
    household: Household, at_home: Page
) -> None:
    page, frame = at_home, household.frame
    before = frame.photo()
    file = frame.home / "config" / "plugins" / "family.json"
    good = json.loads(file.read_text())
    # First a good edit, so that there is something to go back to; then one that is none.
    frame.write("plugins/family.json", {**good, "settings": {**good["settings"], "albums": ["Winter"]}})
    frame.wait_for_photos(5)
    shown = frame.photo()
    file.write_text(file.read_text().replace('"albums"', '"albmus"'))
    eventually(lambda: any("albmus" in line for line in frame.problems()), "the mistake is told")
    assert frame.photo() == {**(shown or {}), **(frame.photo() or {})}, "the same photo hangs"
    assert frame.status()["photos"] == 5

    page.goto(f"{household.url}/")
    expect(page.get_by_text("albmus", exact=False).first).to_be_visible()
    page.goto(f"{household.url}/config/plugins/family")
    expect(page.get_by_text("Did you mean", exact=False).first).to_be_visible()
    shoot(page, "config-problem")

    page.goto(f"{household.url}/config/plugins/family/history")
    shoot(page, "config-history")
    # The newest good one is Winter's; the one before it shows Summer.
    before_it = page.locator("li", has_text="Bring this back").nth(1)
    before_it.locator("summary").click()
    before_it.get_by_role("button", name="Bring this back").click()
    eventually(lambda: not frame.problems(), "nothing is wrong any more")
    frame.wait_for_photos(8)
    assert json.loads(file.read_text())["settings"]["albums"] == ["Summer"]
    assert before is not None


def test_two_editors_at_once_overwrite_nothing(household: Household, at_home: Page) -> None:
    page, frame = at_home, household.frame
    page.goto(f"{household.url}/config/frame")
    text = page.locator("textarea#text")
    ours = text.input_value().replace('"interval_seconds": 3600', '"interval_seconds": 111')
    file = frame.home / "config" / "frame.json"
    theirs = file.read_text().replace('"interval_seconds": 3600', '"interval_seconds": 222')
    file.write_text(theirs)
    text.fill(ours)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Somebody else saved this file", exact=False)).to_be_visible()
    expect(page.get_by_text('"interval_seconds": 222', exact=False).first).to_be_visible()
    assert '"interval_seconds": 111' in page.locator("textarea#text").input_value()
    assert file.read_text() == theirs, "nothing was overwritten"
    shoot(page, "config-conflict")
    page.get_by_role("button", name="Save mine").click()
    eventually(lambda: '"interval_seconds": 111' in file.read_text(), "the second, deliberate save")


def test_no_secret_reaches_the_browser(household: Household, at_home: Page) -> None:
    page = at_home
    key = json.loads((household.frame.home / "config" / "plugins" / "family.json").read_text())["settings"][
        "immich_api_key"
    ]
    seen: list[str] = []
    page.on("response", lambda answer: seen.append(answer.url))
    for path in ("/config/plugins/family", "/plugins/family/edit", "/plugins/family", "/system", "/log", "/config"):
        page.goto(household.url + path)
        assert key not in page.content(), path
    page.goto(f"{household.url}/config/plugins/family")
    text = page.locator("textarea#text")
    assert "********" in text.input_value()
    text.fill(text.input_value().replace('"Summer"', '"Winter"'))
    page.get_by_role("button", name="Save").click()
    household.frame.wait_for_photos(5)
    assert key in (household.frame.home / "config" / "plugins" / "family.json").read_text(), "the mask stood for it"


def test_the_progress_of_a_sync_shows_and_a_job_is_cancelled(household: Household, at_home: Page) -> None:
    page, frame, server = at_home, household.frame, household.server
    more = [server.add_asset(household.user, landscape(200 + n), f"MORE_{n}.jpg") for n in range(12)]
    server.add_to_album(household.albums["Summer"], more)
    server.faults.slow(rate=20_000)
    page.goto(f"{household.url}/jobs/family/sync")
    page.get_by_role("button", name="Run now").click()
    bar = page.locator("progress, [role=progressbar]").first
    expect(bar).to_be_visible()
    shoot(page, "job-running")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Cancelled").first).to_be_visible()
    assert frame.result("job", "history", "family/sync")[0]["outcome"] == "cancelled"
    server.faults.clear()
    page.get_by_role("button", name="Run now").click()
    expect(page.get_by_text("Done").first).to_be_visible()
    frame.wait_for_photos(20)
    shoot(page, "job-done")


def test_what_was_left_is_closed_to_whoever_comes_back(household: Household, at_home: Page) -> None:
    page = at_home
    page.goto(f"{household.url}/more")
    page.get_by_role("button", name="Log out").first.click()
    page.wait_for_url("**/login**")
    page.go_back()
    page.goto(f"{household.url}/plugins")
    expect(page).to_have_url(re.compile("/login"))
    household.log_in(page, "not the password")
    expect(page.locator(".note.error")).to_be_visible()
    household.log_in(page, PASSWORD)
    expect(page).to_have_url(f"{household.url}/")
