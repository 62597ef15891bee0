"""A household keeps a folder and Immich in step, on its phone: the form, what waits, and the word that lets it."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, shoot
from tests.browser.household import Household, landscape
from tests.frame.running import eventually
from tests.plugins.folder_sync.world import PERMISSIONS


def live(folder: Path) -> list[str]:
    """The names of the photos in the folder, without its trash."""
    return sorted(one.name for one in folder.glob("*.jpg"))


def test_deletions_that_are_too_many_wait_for_a_press_of_a_button(
    household: Household, at_home: Page, tmp_path: Path
) -> None:
    page, frame, server = at_home, household.frame, household.server
    phone = tmp_path / "phone"
    phone.mkdir()
    for number in range(8):
        (phone / f"IMG_{number}.jpg").write_bytes(landscape(400 + number))
    settings = {
        "immich_url": server.url,
        "api_keys": [server.create_key(household.user, PERMISSIONS)],
        "folders": [str(phone)],
        "settle_seconds": 1,
        "max_deletions": 3,
        "max_deletions_percent": 0,
        "watch": False,
    }
    before = set(server.asset_ids(household.user))
    frame.configure("phone", "folder_sync", **settings)
    eventually(lambda: len(server.asset_ids(household.user)) == len(before) + 8, "the folder is in Immich")

    page.goto(f"{household.url}/plugins/phone")
    expect(page.get_by_role("heading", name="phone")).to_be_visible()
    shoot(page, "folder-sync")
    page.goto(f"{household.url}/plugins/phone/edit")
    assert settings["api_keys"][0] not in page.content()  # type: ignore[index]
    shoot(page, "folder-sync-edit")

    sent = [one for one in server.asset_ids(household.user) if one not in before]
    server.trash(sent[:5])
    frame.result("job", "run", "phone/folder")
    assert frame.result("job", "history", "phone/folder")[0]["message"] == "5 wait for you"
    assert len(live(phone)) == 8, "five are more than the three that are believed"
    page.goto(f"{household.url}/plugins/phone")
    expect(page.get_by_text("5 files would go").first).to_be_visible()
    shoot(page, "folder-sync-held")
    page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
    shoot(page, "folder-sync-held-wide")

    page.get_by_text("That is meant so").first.click()
    shoot(page, "folder-sync-asked")
    page.locator("details.ask[open] form button").first.click()
    eventually(lambda: len(live(phone)) == 3, "exactly these five go")
    assert len(list((phone / ".artframe-trash").rglob("*.jpg"))) == 5
    eventually(lambda: not [one for one in frame.problems() if "would go" in one], "nothing waits any more")
    journal = (frame.home / "plugins" / "folder_sync" / "phone" / "journal.jsonl").read_text()
    assert [json.loads(line)["action"] for line in journal.splitlines()].count("trash_local") == 5
