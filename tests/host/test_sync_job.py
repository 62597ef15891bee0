"""A photo source's sync job: when it runs, and what its failures mean."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from artframe.errors import ArtframeError
from artframe.host.states import State
from artframe.plugin import AuthFailed, CommandError, Destination, NotReady, Photo, PhotoSource, SourceSettings, setting
from artframe.testing import ManualClock, PluginHost
from artframe.testing.host import WAIT_SECONDS


class Album:
    """The other side."""

    def __init__(self) -> None:
        self.names = ["a.jpg", "b.jpg", "c.jpg"]
        self.error: BaseException | None = None
        self.refusal: BaseException | None = None
        self.may_start = threading.Event()
        self.may_start.set()
        self.listings = 0


def source(album: Album) -> type[PhotoSource]:
    class Settings(SourceSettings):
        name: str = setting("family", title="Album", help="Which album.")
        colour: str = setting("red", title="Colour", help="Nothing that changes what is listed.")

    class Source(PhotoSource):
        def start(self) -> None:
            assert album.may_start.wait(WAIT_SECONDS)
            if album.refusal is not None:
                raise album.refusal

        def photos(self) -> Iterator[Photo]:
            album.listings += 1
            for name in album.names:
                if album.error is not None:
                    raise album.error
                yield Photo(id=name, name=name, version="1", size=len(name))

        def fetch(self, photo: Photo, destination: Destination) -> None:
            destination.write(photo.id.encode())

        @property
        def scope(self) -> str:
            return str(self.settings.name)

    Source.Settings = Settings
    return Source


@pytest.fixture
def album() -> Album:
    return Album()


@pytest.fixture
def host(plugin_host: PluginHost, album: Album) -> PluginHost:
    plugin_host.install("album", source(album))
    return plugin_host


def runs(host: PluginHost) -> int:
    return len(host.jobs.history.runs("family/sync"))


def wait_for_runs(host: PluginHost, count: int) -> Any:
    host.witness.wait_until(lambda: runs(host) >= count, f"sync {count}")
    host.on_loop(host._calm())
    return host.jobs.history.runs("family/sync")[-1]


def test_the_first_start_syncs_and_then_each_interval_does(
    host: PluginHost, album: Album, manual_clock: ManualClock
) -> None:
    host.configure("family", "album", {"sync_interval_hours": 2})
    assert wait_for_runs(host, 1).outcome.value == "good"
    assert host.library.count("family") == 3
    host.pass_time(2 * 3600 - 1)
    host.on_loop(host._calm())
    assert runs(host) == 1
    host.pass_time(2)
    wait_for_runs(host, 2)


def test_a_settings_change_syncs_at_once(host: PluginHost) -> None:
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    host.configure("family", "album", {"colour": "blue"})
    wait_for_runs(host, 2)


def test_a_reboot_alone_does_not_sync_but_another_scope_does(host: PluginHost, album: Album) -> None:
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    host.command("plugin reload", instance="family")
    host.on_loop(host._calm())
    assert runs(host) == 1
    host.stop()
    host.configure("family", "album", {"name": "holidays"})
    host.start()
    wait_for_runs(host, 2)


def test_job_run_forces_a_sync(host: PluginHost, album: Album) -> None:
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    album.names.append("d.jpg")
    assert host.command("job run", job="family/sync")["outcome"] == "good"
    assert host.library.count("family") == 4


def test_a_job_of_a_plugin_that_starts_is_waited_for(host: PluginHost, album: Album) -> None:
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    album.may_start.clear()
    host.configure("family", "album", {"colour": "blue"})
    host.wait_for("family", State.STARTING)

    async def run_while_it_starts() -> Any:
        run = host.commands.get("job run").function
        asked = asyncio.ensure_future(run(job="family/sync"))
        await asyncio.sleep(0)
        album.may_start.set()
        return await asked

    assert host.on_loop(run_while_it_starts())["outcome"] == "good"


@pytest.mark.parametrize(
    ("refusal", "code"), [(NotReady("photos.example.org is away", "is it switched on?"), 75), (AuthFailed("no"), 78)]
)
def test_a_job_of_a_plugin_that_does_not_run_says_why(
    host: PluginHost, album: Album, refusal: ArtframeError, code: int
) -> None:
    album.refusal = refusal
    host.configure("family", "album", {})
    host.wait_for("family", State.RETRYING, State.NEEDS_ATTENTION)
    with pytest.raises(CommandError, match=f"'family' does not run.*: {refusal.message}") as refused:
        host.command("job run", job="family/sync")
    assert refused.value.exit_code == code
    assert refused.value.hint in (refusal.hint, "'artframe plugin retry family' starts it")


def test_a_job_of_a_plugin_that_rests_says_how_to_wake_it(host: PluginHost) -> None:
    host.configure("family", "album", {}, enabled=False)
    host.wait_for("family", State.DISABLED)
    with pytest.raises(CommandError, match="switched off") as refused:
        host.command("job run", job="family/sync")
    assert "plugin enable family" in refused.value.hint
    with pytest.raises(CommandError, match="there is no job 'nobody/sync'"):
        host.command("job run", job="nobody/sync")


def test_weeks_offline_are_one_problem_line_and_every_photo_stays(
    host: PluginHost, album: Album, manual_clock: ManualClock
) -> None:
    host.configure("family", "album", {"sync_interval_hours": 1})
    wait_for_runs(host, 1)
    host.pass_time(1800)
    album.error = NotReady("cannot reach photos.example.org", "is the network up?")
    host.command("job run", job="family/sync")
    began = manual_clock.now()
    lines = set()
    for count in range(3, 30):
        host.pass_time(1000)
        wait_for_runs(host, count)
        lines.add(tuple((problem.key, problem.message, problem.since) for problem in host.problems.of("family")))
    [(line,)] = lines
    assert line[1] == "cannot reach photos.example.org; showing the 3 photos that are here"
    assert line[2] == began
    assert host.entry("family").state is State.RUNNING
    assert host.library.count("family") == 3
    album.error = None
    host.pass_time(1000)
    wait_for_runs(host, 30)
    host.witness.wait_until(lambda: not host.problems.of("family"), "the problem to go")


def test_the_first_moment_offline_survives_a_restart(host: PluginHost, album: Album, manual_clock: ManualClock) -> None:
    album.error = NotReady("cannot reach the server")
    began = manual_clock.now()
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    host.stop()
    manual_clock.advance(86400 * 20)
    host.start()
    wait_for_runs(host, 2)
    [problem] = host.problems.of("family")
    assert problem.since == began
    assert problem.message.endswith("no photo of it is here yet")


def test_a_refused_key_waits_for_a_person_and_keeps_every_photo(host: PluginHost, album: Album) -> None:
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    album.error = AuthFailed("the key is refused", "make a new key")
    host.command("job run", job="family/sync")
    host.wait_for("family", State.NEEDS_ATTENTION)
    [problem] = host.problems.of("family")
    assert problem.message == "the key is refused; showing the 3 photos that are here"
    assert host.library.count("family") == 3
    album.error = None
    # The person made a new key on the other side: the sync that failed is made up for.
    assert host.command("plugin retry", instance="family")["state"] == "running"
    wait_for_runs(host, 3)
    assert not host.problems.of("family")


def test_a_bug_in_a_listing_is_one_problem_and_the_plugin_goes_on(
    host: PluginHost, album: Album, manual_clock: ManualClock
) -> None:
    host.configure("family", "album", {"sync_interval_hours": 168})
    wait_for_runs(host, 1)
    album.error = KeyError("k")
    host.command("job run", job="family/sync")
    assert host.entry("family").state is State.RUNNING
    [problem] = host.problems.of("family")
    assert "KeyError" in problem.message
    album.error = None
    host.pass_time(timedelta(hours=1).total_seconds() + 1)
    wait_for_runs(host, 3)
    host.witness.wait_until(lambda: not host.problems.of("family"), "the problem to go")


def test_a_held_back_removal_is_confirmed_by_command(host: PluginHost, album: Album) -> None:
    album.names = [f"{number}.jpg" for number in range(100)]
    host.configure("family", "album", {})
    wait_for_runs(host, 1)
    album.names = album.names[:10]
    host.command("job run", job="family/sync")
    assert host.library.count("family") == 100
    assert host.command("plugin confirm", instance="family")["instance"] == "family"
    host.witness.wait_until(lambda: host.library.count("family") == 10, "the removal")


def test_stopping_in_the_middle_of_a_sync_is_no_failure(host: PluginHost, album: Album) -> None:
    album.names = [f"{number}.jpg" for number in range(3000)]
    host.configure("family", "album", {})
    host.witness.wait_until(lambda: host.library.count("family") > 5, "some photos")
    host.configure("family", "album", {}, enabled=False)
    host.wait_for("family", State.DISABLED)
    run = wait_for_runs(host, 1)
    assert run.outcome.value == "cancelled"
    assert not host.problems.of("family")
    assert 5 < host.library.count("family") < 3000
