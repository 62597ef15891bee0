"""What people do with the pages, without any script: each button does its work and leads on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from artframe.interfaces.web.pages.texts import texts
from tests.frame.running import Running, eventually
from tests.interfaces.web.pages.browser import Browser
from tests.interfaces.web.pages.household import ALBUM, PASSWORD, Household

EN = texts("en").text


def settings_of(home: Path, instance: str = "family") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / "config/plugins" / f"{instance}.json").read_text())["settings"]
    return found


# ---- the frame


def test_the_buttons_of_the_frame_do_what_they_say(browser: Browser, frame: Running) -> None:
    before = frame.photo()
    page = browser.submit(browser.get("/"), "/photo/next")
    assert page.path == "/"
    eventually(lambda: frame.photo() != before, "the next photo is shown")
    page = browser.submit(page, "/photo/pause")
    assert frame.result("photo", "current")["paused"]
    assert EN("frame.paused") in page.text
    page = browser.submit(page, "/photo/resume")
    page = browser.submit(page, "/photo/sleep")
    assert frame.result("photo", "current")["asleep"]
    assert EN("frame.asleep") in page.text
    page = browser.submit(page, "/photo/wake")
    assert not frame.result("photo", "current")["asleep"]


def test_a_hidden_photo_is_listed_and_can_be_shown_again(browser: Browser, frame: Running) -> None:
    frame.wait_for_photo()
    page = browser.submit(browser.get("/"), "/photo/hide")
    assert EN("said.hidden") in page.text
    (hidden,) = frame.result("photo", "hidden")
    page = browser.get(f"/photo?source={hidden['source']}&id={hidden['id']}")
    assert EN("photo.unhide") in page.text
    page = browser.submit(browser.get("/photo/hidden"), "/photo/unhide")
    assert EN("hidden.none") in page.text
    assert not frame.result("photo", "hidden")


# ---- plugins


def test_a_plugin_is_tested_restarted_and_switched_off_and_on(browser: Browser, frame: Running) -> None:
    assert EN("check.good") in browser.get("/plugins/family/check").text
    page = browser.submit(browser.get("/plugins/family"), "/plugins/family/reload")
    assert EN("said.reload") in page.text
    page = browser.submit(page, "/plugins/family/disable")
    eventually(lambda: EN("state.disabled") in browser.get("/plugins/family").text, "it is off")
    page = browser.submit(page, "/plugins/family/enable")
    eventually(lambda: EN("state.running") in browser.get("/plugins/family").text, "it runs again")


def test_albums_are_picked_by_their_name_and_settings_are_refused_at_their_field(browser: Browser, home: Path) -> None:
    page = browser.get("/plugins/family/edit")
    before = settings_of(home)
    refused = browser.submit(page, "/plugins/family/edit", settings__sync_interval_hours="999")
    assert refused.status == 422
    assert settings_of(home) == before
    wrong = [attributes for _, attributes in refused.elements if attributes.get("aria-invalid") == "true"]
    assert [one["name"] for one in wrong] == ["settings.sync_interval_hours"]
    assert refused.form("/plugins/family/edit").filled().count(("settings.sync_interval_hours", "999")) == 1
    page = browser.submit(refused, "/plugins/family/edit", settings__sync_interval_hours="9")
    assert page.path == "/plugins/family"
    assert EN("said.saved") in page.text
    assert settings_of(home)["sync_interval_hours"] == 9


def test_saving_without_a_change_says_so(browser: Browser, home: Path) -> None:
    before = settings_of(home)
    page = browser.submit(browser.get("/plugins/family/edit"), "/plugins/family/edit")
    assert EN("said.unchanged") in page.text
    assert settings_of(home) == before


def test_two_people_at_the_same_form_overwrite_nothing(browser: Browser, frame: Running, home: Path) -> None:
    mine = browser.get("/plugins/family/edit")
    frame.result("config", "change", "family", "max_photos=77", "selection_mode=newest")
    conflict = browser.submit(mine, "/plugins/family/edit", settings__max_photos="5")
    assert conflict.status == 409
    assert texts("en").text("field.elsewhere", value="77") in conflict.text
    assert texts("en").text("field.elsewhere", value="Newest first") in conflict.text, "in the words of the field"
    assert settings_of(home)["max_photos"] == 77
    page = browser.submit(conflict, "/plugins/family/edit")
    assert page.path == "/plugins/family", page.text
    assert settings_of(home)["max_photos"] == 5
    frame.result("config", "change", "family", "max_photos=", "selection_mode=")


def test_a_plugin_is_duplicated_edited_and_removed(browser: Browser, frame: Running, home: Path) -> None:
    page = browser.submit(browser.get("/plugins/family"), "/plugins/family/duplicate", new="Not A Name")
    assert page.status == 422
    assert "Not A Name" in [attributes.get("value") for _, attributes in page.elements]
    page = browser.submit(page, "/plugins/family/duplicate", new="copy")
    assert page.path == "/plugins/copy/edit"
    assert settings_of(home, "copy")["album_id"] == settings_of(home)["album_id"]
    page = browser.submit(browser.get("/plugins/copy"), "/plugins/copy/remove")
    assert page.path == "/plugins"
    assert EN("said.removed") in page.text
    assert not (home / "config/plugins/copy.json").exists()


def test_a_plugin_is_added_by_its_form(browser: Browser, household: Household, home: Path) -> None:
    page = browser.get("/add/immich")
    sent = {"instance": "second", "settings__immich_url": "elsewhere", "settings__immich_api_key": household.key}
    refused = browser.submit(page, "/add/immich", **sent)
    assert refused.status == 422
    assert refused.text.count(EN("field.again")) == 1, "the key is not sent back"
    assert not (home / "config/plugins/second.json").exists()
    assert household.key not in refused.html
    page = browser.submit(refused, "/add/immich", **{**sent, "settings__immich_url": household.server.url})
    assert page.path == "/plugins/second/edit"
    assert ALBUM in page.text, "its albums are there to be picked"
    stored = settings_of(home, "second")
    assert stored["immich_api_key"].keys() == {"$secret"}, "a typed-in key is kept apart"
    browser.submit(browser.get("/plugins/second"), "/plugins/second/remove")


def test_a_plugin_whose_file_is_broken_leads_to_its_line(browser: Browser, frame: Running, home: Path) -> None:
    (home / "config/plugins/broken.json").write_text('{\n  "plugin": "immich",\n  oops\n}')
    eventually(lambda: "broken" in browser.get("/plugins").text, "the broken file is noticed")
    page = browser.get("/plugins/broken")
    links = [link["href"] for link in page.attributes("a")]
    assert "/config/plugins/broken#L3" in links
    editor = browser.get("/config/plugins/broken")
    assert "L3" in editor.ids()
    (home / "config/plugins/broken.json").unlink()
    eventually(lambda: browser.get("/plugins/broken").status != 200, "it is gone")


# ---- jobs


def test_a_job_is_run_and_its_run_is_told(browser: Browser, frame: Running) -> None:
    before = len(frame.result("job", "history", "family/sync"))
    page = browser.submit(browser.get("/jobs/family/sync"), "/jobs/family/sync/run")
    assert page.path == "/jobs/family/sync"
    eventually(lambda: len(frame.result("job", "history", "family/sync")) > before, "the run is over")
    page = browser.get("/jobs/family/sync")
    assert EN("outcome.good") in page.text
    (title,) = [attributes for tag, attributes in page.elements if tag == "svg" and attributes.get("role") == "img"][:1]
    assert set(title["aria-labelledby"].split()) <= set(page.ids())
    assert EN("chart.as_table") in page.text


# ---- files


def test_a_file_with_mistakes_is_not_saved_and_each_mistake_names_its_line(browser: Browser, home: Path) -> None:
    path = home / "config/frame.json"
    before = path.read_bytes()
    text = '{\n  "display": {\n    "fit": "stretch",\n    "intervall_seconds": 5\n  }\n}\n'
    refused = browser.submit(browser.get("/config/frame"), "/config/frame", text=text)
    assert refused.status == 422
    assert path.read_bytes() == before
    links = [link["href"] for link in refused.attributes("a") if link["href"].startswith("#L")]
    assert links == ["#L3", "#L4"]
    assert 'Did you mean "interval_seconds"?' in refused.text
    assert dict(refused.form("/config/frame").filled())["text"] == text, "nothing typed is lost"


def test_a_file_that_is_no_json_is_not_saved(browser: Browser, home: Path) -> None:
    before = (home / "config/frame.json").read_bytes()
    refused = browser.submit(browser.get("/config/frame"), "/config/frame", text="{ oops")
    assert refused.status == 422
    assert (home / "config/frame.json").read_bytes() == before


def test_a_saved_file_can_be_compared_and_brought_back(browser: Browser, home: Path) -> None:
    path = home / "config/frame.json"
    page = browser.get("/config/frame")
    before = json.loads(path.read_text())
    shown = dict(page.form("/config/frame").filled())["text"]
    page = browser.submit(page, "/config/frame", text=shown.replace('"cover"', '"contain"').replace("\n", "\r\n"))
    assert page.path == "/config/frame"
    assert json.loads(path.read_text())["display"]["fit"] == "contain"
    assert b"\r" not in path.read_bytes(), "a browser's line ends are not the file's"
    history = browser.get("/config/frame/history")
    compare = next(link["href"] for link in history.attributes("a") if "/diff?" in link["href"])
    difference = browser.get(compare)
    assert '"fit": "contain"' in difference.text
    page = browser.submit(difference, "/config/frame/rollback")
    assert EN("said.rolled_back") in page.text
    assert json.loads(path.read_text()) == before


def test_two_people_at_the_same_file_see_both_versions(browser: Browser, frame: Running, home: Path) -> None:
    mine = browser.get("/config/frame")
    text = dict(mine.form("/config/frame").filled())["text"].replace('"cover"', '"contain"')
    frame.result("config", "set", "frame", "name", "Meanwhile")
    conflict = browser.submit(mine, "/config/frame", text=text)
    assert conflict.status == 409
    assert "Meanwhile" in conflict.text, "theirs"
    assert dict(conflict.form("/config/frame").filled())["text"] == text, "ours"
    assert json.loads((home / "config/frame.json").read_text())["display"]["fit"] == "cover", "nothing overwritten"
    page = browser.submit(conflict, "/config/frame")
    assert page.path == "/config/frame"
    assert json.loads((home / "config/frame.json").read_text())["display"]["fit"] == "contain"
    frame.result("config", "set", "frame", "display.fit", "cover")


def test_a_secret_is_stored_listed_by_name_and_deleted(browser: Browser, home: Path) -> None:
    page = browser.get("/config")
    form = page.forms[[one.action for one in page.forms].index("/secrets/set")]
    assert {one.name for one in form.controls} == {"csrf", "name", "value"}
    page = browser.submit(page, "/secrets/set", name="spare-key", value="a hush-hush value")
    assert EN("said.secret_set") in page.text
    assert "spare-key" in page.text
    assert "hush-hush" not in page.html
    page = browser.submit(page, "/secrets/delete", having=("name", "spare-key"))
    assert "spare-key" not in (home / "config/secrets.json").read_text()


def test_settings_of_the_frame_are_saved_by_their_form(browser: Browser, home: Path) -> None:
    page = browser.submit(browser.get("/settings"), "/settings", name="Hallway", display__show_date=True)
    assert EN("said.saved") in page.text
    stored = json.loads((home / "config/frame.json").read_text())
    assert (stored["name"], stored["display"]["show_date"]) == ("Hallway", True)
    refused = browser.submit(browser.get("/settings"), "/settings", time_zone="Europe/Atlantis")
    assert refused.status == 422
    page = browser.submit(refused, "/settings", time_zone="", display__show_date=False)
    assert json.loads((home / "config/frame.json").read_text())["display"]["show_date"] is False


# ---- system and access


def test_the_facts_for_somebody_who_helps_come_as_a_file(browser: Browser, household: Household) -> None:
    answer = browser.raw("/system/diagnostics")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert json.loads(answer.content)["status"]["name"]
    assert household.key not in answer.text


def test_a_backup_is_downloaded_and_restored_after_a_question(browser: Browser, frame: Running) -> None:
    page = browser.get("/system")
    form = {"csrf": dict(page.form("/system/backup").filled())["csrf"]}
    answer = browser.http.post(f"{browser.base}/system/backup", data=form, headers={"Origin": browser.base}, timeout=60)
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    name = frame.status()["name"]
    frame.result("config", "set", "frame", "name", "Changed since")
    files = {"file": ("backup", answer.content)}
    unsure = browser.submit(browser.get("/system"), "/system/restore", files=files)
    assert unsure.status == 422
    assert frame.status()["name"] == "Changed since"
    browser.submit(browser.get("/system"), "/system/restore", files=files, sure=True)
    eventually(lambda: frame.status()["name"] == name, "the backup is in force")
    # A backup holds nobody's session.
    browser.submit(browser.get("/login"), "/login", name="ada", password=PASSWORD)


def test_a_token_is_shown_this_once_and_opens_the_api(browser: Browser) -> None:
    page = browser.submit(browser.get("/access"), "/access/tokens", name="My <i>house</i>", scope="read")
    assert EN("token.once") in page.text
    token = next(word for word in page.text.split() if word.startswith("aft_"))
    assert token not in browser.get("/access").html
    page = browser.submit(browser.get("/access"), "/access/tokens/remove")
    assert EN("said.token_removed") in page.text


def test_an_ssh_key_that_is_none_is_refused_with_the_reason(browser: Browser) -> None:
    page = browser.submit(browser.get("/access"), "/access/keys", key="ssh-nonsense AAAA me")
    assert page.status == 422
    assert page.path == "/access/keys"


def test_people_are_added_and_removed(browser: Browser) -> None:
    page = browser.submit(browser.get("/access"), "/access/users", name="bob", password="short")
    assert page.status == 422
    page = browser.submit(browser.get("/access"), "/access/users", name="bob", password="long enough")
    assert EN("said.user_added") in page.text
    page = browser.submit(page, "/access/users/remove")
    assert EN("said.user_removed") in page.text


def test_who_is_signed_in_is_told_with_the_device(household: Household) -> None:
    other = Browser(household.browser.base)
    other.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other.submit(other.get("/login"), "/login", name="ada", password=PASSWORD)
    assert "Firefox on Linux ada" in household.browser.get("/access").text


def test_one_changes_one_s_own_password_with_the_present_one(household: Household) -> None:
    other = Browser(household.browser.base)
    other.submit(other.get("/login"), "/login", name="ada", password=PASSWORD)
    page = other.submit(other.get("/access"), "/access/password", present="wrong", password="another long one")
    assert page.status == 422
    page = other.submit(page, "/access/password", present=PASSWORD, password="another long one")
    assert EN("said.password") in page.text
    assert household.browser.get("/jobs").path == "/login", "other devices are signed out"
    page = other.submit(other.get("/access"), "/access/password", present="another long one", password=PASSWORD)
    assert EN("said.password") in page.text
    household.browser.submit(household.browser.get("/login"), "/login", name="ada", password=PASSWORD)


# ---- the door


def test_a_wrong_password_says_so_and_a_right_one_leads_where_one_wanted(household: Household) -> None:
    visitor = Browser(household.browser.base)
    page = visitor.get("/jobs")
    assert page.path == "/login"
    page = visitor.submit(page, "/login", name="ada", password="wrong password")
    assert page.status == 422
    assert ("name", "ada") in page.form("/login").filled()
    page = visitor.submit(page, "/login", password=PASSWORD)
    assert page.path == "/jobs"
    page = visitor.submit(page, "/logout")
    assert page.path == "/login"
    assert visitor.get("/jobs").path == "/login"


@pytest.mark.parametrize(
    "aim", ["//evil.example", "http://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_no_link_leads_elsewhere_through_the_door(household: Household, aim: str) -> None:
    visitor = Browser(household.browser.base)
    page = visitor.submit(visitor.get("/login"), "/login", next=aim, name="ada", password=PASSWORD)
    assert page.url == f"{visitor.base}/"


def test_the_look_that_was_chosen_is_kept(household: Household) -> None:
    visitor = Browser(household.browser.base)
    visitor.submit(visitor.get("/login"), "/login", name="ada", password=PASSWORD)
    form = dict(visitor.get("/more").form("/theme").filled())

    def evening(theme: str) -> list[str | None]:
        """When the colours of the evening hold, after this look was chosen; None: always."""
        sent, headers = {**form, "theme": theme}, {"Origin": visitor.base}
        visitor.http.post(f"{visitor.base}/theme", data=sent, headers=headers, timeout=60)
        links = visitor.get("/more").attributes("link")
        return [link.get("media") for link in links if "/dark.css" in link["href"]]

    assert evening("dark") == [None]
    assert evening("light") == []
    assert evening("x") == ["(prefers-color-scheme: dark)"]
