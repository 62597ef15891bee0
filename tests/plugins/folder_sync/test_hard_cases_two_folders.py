"""How a family could lose a photo that moves between two folders of one person."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.plugins.folder_sync.contents import photo
from tests.plugins.folder_sync.world import World

Person = Callable[[str], World]


@pytest.fixture
def two(person: Person) -> tuple[World, World]:
    """Anna's phone and Anna's archive: two folders, two instances on one frame, one account."""
    phone, archive = person("phone"), person("archive")
    archive.user_id, archive.key = phone.user_id, phone.key
    archive.configure(user_id=phone.user_id, key_digest=phone.config.key_digest)
    for number in range(4):
        phone.put(f"{number}.jpg", photo(number))
    archive.put("old.jpg", photo(9))
    phone.sync()
    archive.sync()
    return phone, archive


def _all_is_well(phone: World, archive: World) -> None:
    for _ in range(2):
        phone.sync()
        archive.sync()
    assert archive.folder() == {"old.jpg": photo(9), "1.jpg": photo(1)}
    assert not any(one.trashed for one in phone.assets())
    assert photo(1) not in phone.folder().values()
    phone.assert_quiet()
    archive.assert_quiet()


def test_a_photo_that_is_moved_to_another_folder_of_the_same_person_stays(two: tuple[World, World]) -> None:
    """The archive has it already when the phone's folder misses it."""
    phone, archive = two
    content = phone.folder()["1.jpg"]
    archive.put("1.jpg", content)
    archive.sync()
    phone.remove("1.jpg")
    _all_is_well(phone, archive)


def test_a_photo_that_is_moved_to_another_folder_which_is_not_looked_at_yet_stays(two: tuple[World, World]) -> None:
    phone, archive = two
    content = phone.folder()["1.jpg"]
    phone.remove("1.jpg")
    phone.sync()
    archive.put("1.jpg", content, age=1000)
    _all_is_well(phone, archive)


def test_an_edit_in_one_folder_leaves_the_earlier_version_that_another_folder_has(two: tuple[World, World]) -> None:
    phone, archive = two
    archive.put("copy.jpg", photo(1))
    archive.sync()
    phone.put("1.jpg", photo(11))
    for _ in range(2):
        phone.sync()
        archive.sync()
    assert archive.folder() == {"old.jpg": photo(9), "copy.jpg": photo(1)}
    assert not any(one.trashed for one in phone.assets())


def test_a_photo_that_was_in_two_folders_is_deleted_when_it_is_in_none(two: tuple[World, World]) -> None:
    phone, archive = two
    archive.put("copy.jpg", photo(1))
    archive.sync()
    phone.remove("1.jpg")
    phone.sync()
    assert not phone.asset(photo(1)).trashed
    archive.remove("copy.jpg")
    archive.sync()
    phone.sync()
    assert phone.asset(photo(1)).trashed
    phone.assert_quiet()
    archive.assert_quiet()
