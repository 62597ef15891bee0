"""What happens when Immich tells less than it has, or has less than it had (scenarios 22 to 24)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from artframe.immich.simulator.faults import Fault, Faults
from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import PATIENT, World


@pytest.fixture
def full(world: World) -> World:
    """Twelve photos that both sides have, in pages of five."""
    world.page_size = 5
    for number in range(12):
        world.put(f"camera/{number}.jpg", photo(number), age=1000 + number)
    world.sync()
    return world


@pytest.mark.parametrize(
    "trouble",
    [
        lambda faults: faults.status(500, path="/api/search/metadata", skip=1),
        lambda faults: faults.status(503, path="/api/search/metadata", skip=2),
        lambda faults: faults.cut(300, path="/api/search/metadata", skip=1),
        lambda faults: faults.refuse(path="/api/search/metadata", skip=2),
        lambda faults: faults.not_json(path="/api/search/metadata", skip=1),
        lambda faults: faults.login_page(path="/api/search/metadata", skip=1),
        lambda faults: faults.hang(path="/api/search/metadata", skip=1),
        lambda faults: faults.half_listing(path="/api/search/metadata"),
        lambda faults: faults.half_listing(path="/api/search/metadata", keep=0.0, skip=1),
        lambda faults: faults.status(404, path="/api/assets/*"),
    ],
    ids=["500", "503", "cut", "refused", "no JSON", "login page", "hanging", "half", "empty page", "404 for each"],
)
def test_s22_a_listing_that_is_not_whole_deletes_nothing(full: World, trouble: Callable[[Faults], Fault]) -> None:
    full.read_timeout = 0.3
    full.restart()
    trouble(full.server.faults)

    for _ in range(3):
        full.attempt()
        full.settle()

    assert len(full.folder()) == 12
    assert full.local_trash() == {}
    full.server.faults.clear()
    full.read_timeout = PATIENT
    full.restart()
    full.clock.advance(24 * 3600)
    full.run()
    full.assert_quiet()
    assert len(full.immich()) == 12


def test_s22_what_is_really_gone_waits_for_a_whole_listing(full: World) -> None:
    full.immich_purge(photo(1))
    full.immich_trash(photo(2))
    full.server.faults.status(500, path="/api/search/metadata", skip=1)
    full.attempt()
    assert len(full.folder()) == 12

    full.server.faults.clear()
    full.clock.advance(24 * 3600)
    full.run()

    assert full.local_trash() == {"camera/1.jpg": photo(1), "camera/2.jpg": photo(2)}


def test_s23_an_account_that_is_empty_all_of_a_sudden_empties_no_folder(full: World) -> None:
    full.configure(max_deletions=1000, max_deletions_percent=100)
    full.sync()
    full.immich_purge(*(photo(number) for number in range(12)))

    for _ in range(3):
        text = full.attempt()
        assert text
        full.settle()

    assert len(full.folder()) == 12
    assert full.local_trash() == {}

    assert full.pair.confirm("local") == 12
    full.run()
    if full.folder():  # that it is the right Immich is one thing, that so much is deleted another
        assert full.pair.confirm("local") == 12
        full.run()
    assert len(full.local_trash()) == 12
    assert full.folder() == {}
    full.assert_quiet()


def test_s23_the_key_of_somebody_else_is_refused_before_anything_is_compared(full: World) -> None:
    stranger = full.server.add_user("Stranger", f"{full.user_id}@example.com", "password")
    full.key = full.server.create_key(stranger)
    full.restart()

    for _ in range(3):
        text = full.attempt()
        assert "key" in text
        assert full.writes() == []
        full.settle()

    assert len(full.folder()) == 12


def test_s24_a_server_set_back_to_an_old_backup_holds_what_it_lacks_until_somebody_decides(full: World) -> None:
    full.configure(max_deletions=3, max_deletions_percent=0)
    full.sync()
    full.immich_purge(*(photo(number) for number in range(4, 12)))

    for _ in range(3):
        report = full.run()
        assert len(full.folder()) == 12
        full.settle()

    (held,) = report.held
    assert (held.side, held.count) == ("local", 8)
    assert held.sample
    assert full.pair.confirm("local") == 8
    full.run()
    assert len(full.folder()) == 4
    assert len(full.local_trash()) == 8
    full.assert_quiet()


def test_s24_instead_the_missing_photos_can_be_uploaded_again(full: World) -> None:
    full.configure(max_deletions=3, max_deletions_percent=0)
    full.sync()
    lost = [photo(number) for number in range(4, 12)]
    full.immich_purge(*lost)
    full.run()

    assert full.pair.upload_again() == 8
    full.sync()

    assert len(full.folder()) == 12
    assert set(lost) <= {content for _, content in full.immich()}
    full.assert_quiet()
