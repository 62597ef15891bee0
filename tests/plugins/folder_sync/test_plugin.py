"""An instance of folder sync starts, runs, watches, waits, tells and stops as people expect, on a real host."""

from __future__ import annotations

import functools
import json
import threading
from pathlib import Path

import pytest

from artframe.host.states import State
from artframe.jobs.run import Outcome
from artframe_folder_sync.asking import run_job
from artframe_folder_sync.files.watching import FolderWatch
from artframe_folder_sync.renderings import status_text
from tests.plugins.folder_sync.contents import photo, sha1_of
from tests.plugins.folder_sync.hosted import KIND, Hasty, Hosted
from tests.plugins.folder_sync.world import PERMISSIONS


def without(*permissions: str) -> tuple[str, ...]:
    return tuple(one for one in PERMISSIONS if one not in permissions)


def test_what_lies_in_the_folder_is_in_immich_after_the_start(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "Summer/a.jpg", photo(1))
    hosted.put(anna, "b.jpg", photo(2))
    hosted.run(anna)
    assert hosted.names(anna) == ["a.jpg", "b.jpg"]
    assert hosted.problems() == {}
    last = hosted.runs("folder")[-1]
    assert (last.outcome, last.message, last.counts["photos_up"]) == (Outcome.GOOD, "2 uploaded", 2)


def test_a_new_file_goes_up_by_itself_once_it_came_to_rest(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna, settle_seconds=10)
    hosted.put(anna, "New/a.jpg", photo(1), age=0)
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: "New" in keeper.unrest.waiting, "the change to be noticed")
    hosted.clock.advance(5)
    assert hosted.runs("changes") == []
    hosted.clock.advance(6)
    hosted.wait_for_runs("changes", 1)
    # The kernel may tell of the file later than of its folder: then it comes to rest later, too.
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg"], "the new file to go up")


def test_what_happens_in_immich_is_noticed_without_a_full_run(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "a.jpg", photo(1))
    hosted.put(anna, "b.jpg", photo(2))
    hosted.run(anna)
    hosted.server.trash([hosted.asset(anna, photo(1))])
    file = anna.folder / "a.jpg"
    hosted.host.pass_time_until(lambda: not file.exists(), "the file to go", step=20)
    assert len(hosted.runs("folder")) == 1
    assert [path.name for path in (anna.folder / ".artframe-trash").rglob("*.jpg")] == ["a.jpg"]
    assert (anna.folder / "b.jpg").exists()


def test_a_deletion_in_the_folder_reaches_immich_by_itself_after_its_grace(hosted: Hosted) -> None:
    anna = hosted.somebody()
    file = hosted.put(anna, "a.jpg", photo(1))
    hosted.put(anna, "b.jpg", photo(2))
    hosted.run(anna, settle_seconds=2, delete_grace_seconds=20)
    file.unlink()
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: keeper.unrest.due_at() is not None, "the deletion to be noticed")
    assert hosted.names(anna, trashed=True) == []
    hosted.host.pass_time_until(lambda: hosted.names(anna, trashed=True) == ["a.jpg"], "it to be in the trash")
    assert hosted.names(anna) == ["b.jpg"]


def test_each_person_has_a_folder_of_the_users_name_which_is_made(hosted: Hosted, tmp_path: Path) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    root = tmp_path / "sync"
    root.mkdir()
    hosted.run(anna, ben, folders=[f"{root}/{{user_id}}"])
    assert {path.name for path in root.iterdir()} == {anna.user_id, ben.user_id}
    (root / anna.user_id / "phone").mkdir()
    (root / anna.user_id / "phone" / "a.jpg").write_bytes(photo(1))
    (root / ben.user_id / "b.jpg").write_bytes(photo(2))
    hosted.clock.set_wall(hosted.clock.now().replace(year=2100))
    hosted.full()
    assert (hosted.names(anna), hosted.names(ben)) == (["a.jpg"], ["b.jpg"])


def test_a_root_that_is_not_there_is_not_made(hosted: Hosted, tmp_path: Path) -> None:
    anna = hosted.somebody()
    hosted.configure(anna, folders=[f"{tmp_path}/unplugged/{{user_id}}"])
    hosted.host.wait_for("one", State.RETRYING)
    assert "cannot be made" in hosted.host.problems.of("one")[0].message
    assert not (tmp_path / "unplugged").exists()


def test_a_folder_that_is_away_stops_nobody_else(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    anna.folder.rmdir()
    hosted.put(ben, "b.jpg", photo(2))
    hosted.run(anna, ben)
    assert hosted.names(ben) == ["b.jpg"]
    last = hosted.runs("folder")[-1]
    assert last.outcome is Outcome.NOT_READY
    assert str(anna.folder) in last.message


@pytest.mark.parametrize(
    ("lacking", "consequence"),
    [
        ("asset.upload", "nothing is uploaded"),
        ("asset.delete", "nothing is put into Immich's trash"),
        ("asset.copy", "does not take over albums"),
    ],
)
def test_a_permission_that_is_missing_is_named_with_what_does_not_happen(
    hosted: Hosted, lacking: str, consequence: str
) -> None:
    anna = hosted.somebody(permissions=without(lacking))
    hosted.put(anna, "a.jpg", photo(1))
    hosted.run(anna)
    text = hosted.problems()[f"permissions/{anna.user_id}"]
    assert lacking in text
    assert consequence in text
    assert hosted.names(anna) == ([] if lacking == "asset.upload" else ["a.jpg"])


def test_a_key_that_cannot_say_whose_it_is_waits_for_a_person(hosted: Hosted) -> None:
    anna = hosted.somebody(permissions=without("user.read"))
    hosted.configure(anna)
    hosted.host.wait_for("one", State.NEEDS_ATTENTION)
    assert "user.read" in hosted.host.problems.of("one")[0].message


def test_one_refused_key_is_named_and_the_others_go_on(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.put(ben, "b.jpg", photo(1))
    hosted.run(anna, ben, api_keys=["a key that was revoked", ben.key])
    assert hosted.names(ben) == ["b.jpg"]
    assert hosted.problems()["key/1"].startswith("API key 1: ")
    assert "not opened: API key 1: " in status_text(hosted.host.command("one status"))
    assert len(hosted.plugin().keepers) == 1


def test_a_key_that_is_revoked_later_stops_nobody_else(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.run(anna, ben, watch=False)
    with hosted.server.site.store.writing() as database:
        database.execute("DELETE FROM api_key WHERE user_id = ?", (anna.user_id,))
    hosted.put(anna, "a.jpg", photo(1))
    hosted.put(ben, "b.jpg", photo(2))
    assert hosted.full().outcome is Outcome.GOOD
    assert hosted.names(ben) == ["b.jpg"]
    assert hosted.problems()[f"off/{anna.user_id}"].startswith("Anna: ")
    assert "switched off" in status_text(hosted.host.command("one status"))
    assert hosted.full().outcome is Outcome.GOOD


def test_the_only_key_that_is_revoked_later_waits_for_a_person(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna)
    with hosted.server.site.store.writing() as database:
        database.execute("DELETE FROM api_key WHERE user_id = ?", (anna.user_id,))
    hosted.host.command("job run", job="one/folder")
    hosted.host.wait_for("one", State.NEEDS_ATTENTION)


def test_a_key_that_works_again_is_taken_up_by_itself(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.put(anna, "a.jpg", photo(1))
    hosted.server.faults.status(503, path="/api/users/me", method="GET", times=8)
    hosted.configure(anna, ben)
    hosted.host.wait_for("one", State.RETRYING, State.RUNNING)
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg"], "Anna's photo to be there", step=20)
    assert not [key for key in hosted.problems() if key.startswith("key/")]


def test_two_keys_of_one_person_are_one_too_many(hosted: Hosted) -> None:
    anna = hosted.somebody()
    other = hosted.base / "other"
    other.mkdir()
    second = hosted.server.create_key(anna.user_id, PERMISSIONS)
    hosted.run(anna, api_keys=[anna.key, second], folders=[str(anna.folder), str(other)])
    assert "one person has one folder" in hosted.problems()["key/2"]


def test_a_folder_that_another_instance_keeps_in_step_is_left_to_it(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben")
    hosted.put(anna, "Inner/a.jpg", photo(1))
    hosted.run(anna)
    hosted.configure(ben, instance="two", folders=[str(anna.folder / "Inner")])
    hosted.host.wait_for("two", State.RUNNING)
    assert "'one' keeps" in hosted.problems("two")["key/1"]
    assert hosted.names(ben) == []
    hosted.host.remove("one")
    hosted.host.wait_until_gone("one")
    hosted.host.pass_time_until(lambda: hosted.names(ben) == ["a.jpg"], "the other one to take over", step=20)
    assert hosted.problems("two") == {}


@pytest.mark.parametrize("place", [".", "plugins/immich/family/photos"])
def test_artframes_own_files_are_no_folder_to_keep_in_step(hosted: Hosted, place: str) -> None:
    anna = hosted.somebody()
    hosted.configure(anna, folders=[str(hosted.host.home / place)])
    hosted.host.wait_for("one", State.NEEDS_ATTENTION)
    assert "keeps its own files" in hosted.host.problems.of("one")[0].message


def test_sync_that_is_switched_off_changes_nothing(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "a.jpg", photo(1))
    hosted.configure(anna, sync_enabled=False)
    hosted.host.wait_for("one", State.RUNNING)
    assert "switched off" in hosted.full().message
    assert hosted.names(anna) == []
    assert [path.name for path in anna.folder.iterdir()] == ["a.jpg"]


def test_a_stop_ends_a_run_and_the_next_start_goes_on_from_there(hosted: Hosted) -> None:
    anna = hosted.somebody()
    for number in range(12):
        hosted.put(anna, f"{number}.jpg", photo(number))
    fault = hosted.server.faults.hang(path="/api/assets", method="POST", skip=3)
    hosted.configure(anna, connections=1)
    assert fault.wait_until_struck()
    hosted.configure(anna, connections=2)
    hosted.host.wait_for("one", State.STOPPING)
    hosted.server.faults.clear()
    hosted.host.witness.wait_until(lambda: len(hosted.names(anna)) == 12, "all to be there")
    assert hosted.runs("folder")[0].outcome is Outcome.CANCELLED


def test_a_full_run_that_somebody_cancels_forgets_no_change(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna)
    hosted.put(anna, "New/a.jpg", photo(1))
    keeper = hosted.keeper()
    hosted.host.witness.wait_until(lambda: "New" in keeper.unrest.waiting, "the change to be noticed")
    fault = hosted.server.faults.hang(path="/api/users/me", method="GET")
    hosted.host.command("job run", job="one/folder", wait=False)
    assert fault.wait_until_struck()
    hosted.host.on_loop(cancelled(hosted, "one/folder"))
    hosted.server.faults.clear()
    hosted.wait_for_runs("folder", 2)
    assert hosted.runs("folder")[-1].outcome is Outcome.CANCELLED
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg"], "it to be uploaded all the same", step=11)
    assert len(hosted.runs("folder")) == 2


def test_a_second_look_that_fails_is_taken_later(hosted: Hosted) -> None:
    anna = hosted.somebody()
    file = hosted.put(anna, "a.jpg", photo(1))
    hosted.put(anna, "b.jpg", photo(2))
    hosted.run(anna, watch=False)
    file.unlink()
    hosted.full()
    keeper = hosted.keeper()
    assert keeper.look_again is not None
    fault = hosted.server.faults.status(503, path="/api/users/me", method="GET")
    hosted.host.pass_time_until(lambda: bool(hosted.runs("changes")), "the second look to fail", step=20)
    assert hosted.runs("changes")[0].outcome is Outcome.NOT_READY
    hosted.server.faults.remove(fault)
    hosted.host.pass_time_until(lambda: hosted.names(anna, trashed=True) == ["a.jpg"], "it to be deleted", step=20)
    assert len(hosted.runs("folder")) == 2


def test_a_file_that_was_still_being_written_during_a_full_run_goes_up_without_another_one(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "New/a.jpg", photo(1), age=1)
    hosted.run(anna, settle_seconds=30)
    assert hosted.names(anna) == []
    hosted.host.pass_time_until(lambda: hosted.names(anna) == ["a.jpg"], "it to be uploaded", step=10)
    assert len(hosted.runs("folder")) == 1


async def cancelled(hosted: Hosted, job: str) -> None:
    hosted.host.jobs.cancel(job)


def test_the_frame_shows_the_pictures_of_the_folder_from_copies_of_its_own(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "Summer/a.jpg", photo(1))
    hosted.put(anna, "film.mp4", b"no picture")
    hosted.put(anna, "name \udcff.jpg", photo(2))
    hosted.run(anna, show_on_frame=True)
    # Nobody has to ask: what came into the folder is shown soon.
    hosted.host.witness.wait_until(lambda: hosted.host.library.count("one") == 2, "the pictures to be copied")
    shown = list(hosted.host.library.photos("one"))
    assert {one.path.read_bytes() for one in shown} == {photo(1), photo(2)}
    assert {one.photo.group for one in shown} == {"Summer", ""}
    # What the sync knows of them verifies the copies.
    assert {one.sha1 for one in hosted.plugin().photos()} == {sha1_of(photo(1)), sha1_of(photo(2))}
    anna.folder.rename(anna.folder.with_name("unplugged"))
    hosted.host.command("job run", job="one/sync")
    assert hosted.host.library.count("one") == 2


def test_pictures_that_were_deleted_in_great_number_and_confirmed_hang_no_longer(hosted: Hosted) -> None:
    anna = hosted.somebody()
    for number in range(30):
        hosted.put(anna, f"{number}.jpg", photo(number))
    hosted.run(anna, show_on_frame=True, max_deletions=5, max_deletions_percent=0)
    hosted.host.witness.wait_until(lambda: hosted.host.library.count("one") == 30, "the pictures to be copied")
    hosted.server.trash([hosted.asset(anna, photo(number)) for number in range(25)])
    hosted.full()
    assert hosted.host.library.count("one") == 30
    hosted.host.command("one confirm", side="local")
    hosted.host.witness.wait_until(lambda: hosted.host.library.count("one") == 5, "the others to be taken down")
    # What vanishes without a word is another thing.
    left = list(hosted.plugin().photos())
    for number in range(25, 30):
        (anna.folder / f"{number}.jpg").unlink()
    assert hosted.plugin().withdrawn(left) == set()


def test_a_folder_is_not_shown_unless_somebody_says_so(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.put(anna, "a.jpg", photo(1))
    plugin = hosted.run(anna)
    assert list(plugin.photos()) == []


def test_check_names_persons_permissions_and_folders_and_changes_nothing(hosted: Hosted) -> None:
    anna, ben = hosted.somebody("Anna"), hosted.somebody("Ben", permissions=without("asset.delete"))
    ben.folder.rmdir()
    hosted.host.configure(
        "one",
        KIND,
        {
            "immich_url": hosted.server.url,
            "api_keys": [anna.key, ben.key],
            "folders": [str(anna.folder), str(ben.folder)],
        },
        enabled=False,
    )
    result = hosted.host.command("plugin check", instance="one")
    bad = [finding["text"] for finding in result["findings"] if not finding["ok"]]
    assert bad == [
        "the API key lacks the permission asset.delete: nothing is put into Immich's trash or taken out of it",
        f"{ben.folder} is not there",
    ]
    assert any("is Anna's" in finding["text"] for finding in result["findings"])
    assert list(anna.folder.iterdir()) == []


def test_albums_and_people_can_be_picked_from(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.server.create_album(anna.user_id, "Summer", [])
    hosted.run(anna)
    found = hosted.host.command("plugin choices", instance="one", setting="download_albums")
    assert [one["label"] for one in found] == ["Summer"]
    assert hosted.host.command("plugin choices", instance="one", setting="download_people") == []


def test_where_the_system_tells_of_no_changes_everything_is_looked_through_now_and_then(hosted: Hosted) -> None:
    anna = hosted.somebody()
    Hasty.watch_factory = functools.partial(FolderWatch, file_system=lambda folder: "nfs4")
    try:
        hosted.run(anna)
    finally:
        Hasty.watch_factory = FolderWatch
    assert "nfs4" in hosted.problems()[f"watch/{anna.user_id}"]
    count = len(hosted.runs("folder"))
    hosted.host.pass_time_until(lambda: len(hosted.runs("folder")) > count, "another look", step=30)


def test_diagnostics_tell_the_facts_and_no_secret(hosted: Hosted) -> None:
    anna = hosted.somebody()
    hosted.run(anna)
    facts = json.dumps(hosted.host.on_loop(hosted.host.entry("one").diagnostics()))
    assert anna.key not in facts
    assert str(anna.folder) in facts


def test_a_job_that_is_asked_for_while_the_plugin_stops_is_not_waited_for(hosted: Hosted) -> None:
    anna = hosted.somebody()
    plugin = hosted.run(anna)
    asked = threading.Event()

    def late() -> None:
        # The jobs are gone by now, and the frame waits for this thread.
        while hosted.host.jobs.knows("one/folder"):
            asked.wait(0.01)
        asked.set()
        run_job(plugin.frame, "folder", plugin._stopping, wait=True)

    plugin.frame.spawn(late, "late")
    hosted.configure(anna, connections=2)
    hosted.host.witness.wait_until(lambda: hosted.host.entry("one").plugin not in (plugin, None), "the next life")
    assert asked.is_set()
