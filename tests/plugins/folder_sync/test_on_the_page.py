"""What waits for a person is a button on the page of a running frame, and pressing it does exactly that."""

from __future__ import annotations

import itertools
from pathlib import Path

from artframe.immich.simulator import Simulator
from artframe_folder_sync.people import PERMISSIONS
from tests.frame.running import Running, eventually
from tests.interfaces.web.pages.browser import Browser, Page
from tests.interfaces.web.pages.household import PASSWORD
from tests.plugins.folder_sync.contents import photo

_numbers = itertools.count(1)


def test_held_deletions_are_confirmed_with_a_button(tmp_path: Path, immich: Simulator) -> None:
    user = immich.add_user("Anna", f"anna{next(_numbers)}@page.example", "password")
    assets = [immich.add_asset(user, bytes(photo(number)), f"{number}.jpg") for number in range(4)]
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(4):
        (folder / f"{number}.jpg").write_bytes(photo(number))
    frame = Running(tmp_path / "home")
    frame.configure(
        "folder-sync",
        "folder_sync",
        immich_url=immich.url,
        api_keys=[immich.create_key(user, PERMISSIONS)],
        folders=[str(folder)],
        settle_seconds=1,
        max_deletions=0,
        max_deletions_percent=0,
    )
    try:
        frame.start()
        eventually(lambda: tracked(frame) == 4, "all to be in step")
        immich.trash(assets[:3])
        frame.result("folder-sync", "run")
        assert len(list(folder.glob("*.jpg"))) == 4

        browser = Browser(f"http://127.0.0.1:{frame.status()['web']['port']}")
        page = browser.get("/pair")
        browser.submit(page, "/pair", code=frame.result("pair")["code"], name="anna", password=PASSWORD)
        page = browser.get("/problems")
        assert "3 files would go to the folder" in page.text
        frame.result("config", "set", "frame", "language", "de")
        page = eventually_german(browser, "/problems")
        assert "3 Dateien kämen in den Papierkorb des Ordners (3 auf einmal; mehr als 0 brauchen" in page.text
        assert "would go" not in page.text
        runs = browser.get("/jobs/folder-sync/folder").text
        assert "4 in Immich schon bekannt" in runs, "what a run did, in the words that the plugin brings"
        assert "Photos sent" not in runs
        (action,) = {form.action for form in page.forms if "/answer" in form.action}
        answered = browser.submit(page, action)
        assert answered.path == "/plugins/folder-sync"
        eventually(lambda: [path.name for path in folder.glob("*.jpg")] == ["3.jpg"], "the files to go")
        assert len(list((folder / ".artframe-trash").rglob("*.jpg"))) == 3
        eventually(lambda: "3 files would go" not in browser.get("/problems").text, "the problem to go")
    finally:
        frame.kill()


def eventually_german(browser: Browser, path: str) -> Page:
    """The page once the frame speaks German."""
    page: Page = eventually(
        lambda: page if (page := browser.get(path)).attributes("html")[0]["lang"] == "de" else None, "German"
    )
    return page


def tracked(frame: Running) -> int:
    """How many files are in step, by the command; none while the plugin starts."""
    pairs = frame.ask("folder-sync", "status").get("result", {"pairs": []})["pairs"]
    return sum(pair["counts"]["tracked"] for pair in pairs)
