"""People, tags and albums are picked by what they look like, and only photos of the chosen ones come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from artframe.errors import ConfigError
from artframe.immich.simulator import Simulator
from tests.plugins.immich.conftest import Album

Upload = Callable[..., str]
Make = Callable[..., Album]
ALL = ("album.read", "asset.read", "asset.download", "asset.view", "person.read", "tag.read")


class Tagger:
    """Names people and tags in Immich, as its user does on Immich's page."""

    def __init__(self, immich: Simulator, user: str) -> None:
        self._url = f"{immich.url}/api"
        self._headers = {"x-api-key": immich.create_key(user)}

    def _post(self, path: str, body: object, method: str = "POST") -> object:
        answer = requests.request(method, self._url + path, json=body, headers=self._headers, timeout=60)
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def person(self, name: str, *assets: str) -> str:
        person = self._post("/people", {"name": name})
        assert isinstance(person, dict)
        for asset in assets:
            box = {"imageWidth": 64, "imageHeight": 48, "x": 4, "y": 4, "width": 10, "height": 10}
            self._post("/faces", {"personId": person["id"], "assetId": asset, **box})
        return str(person["id"])

    def tag(self, path: str, *assets: str) -> str:
        tags = self._post("/tags", {"tags": [path]}, "PUT")
        assert isinstance(tags, list)
        self._post(f"/tags/{tags[0]['id']}/assets", {"ids": list(assets)}, "PUT")
        return str(tags[0]["id"])


@pytest.fixture
def tagger(immich: Simulator, user: str) -> Tagger:
    return Tagger(immich, user)


def test_only_photos_of_the_chosen_people_come(tagger: Tagger, upload: Upload, album: Make) -> None:
    anna, both, ben, _nobody = (upload(f"{name}.jpg") for name in ("anna", "both", "ben", "nobody"))
    tagger.person("Anna", anna, both)
    tagger.person("Ben", ben, both)
    frame = album(people=["anna"], immich_api_key=tagger._headers["x-api-key"])
    assert frame.sync().added == 2
    assert frame.names == ["anna.jpg", "both.jpg"]


def test_several_people_widen_and_an_album_narrows(
    immich: Simulator, user: str, tagger: Tagger, upload: Upload, album: Make
) -> None:
    anna, ben, outside, nobody = (upload(f"{name}.jpg") for name in ("anna", "ben", "outside", "nobody"))
    tagger.person("Anna", anna, outside)
    ben_id = tagger.person("Ben", ben)
    summer = immich.create_album(user, "Summer", [anna, ben, nobody])
    frame = album(albums=[summer], people=["Anna", ben_id], immich_api_key=tagger._headers["x-api-key"])
    frame.sync()
    assert frame.names == ["anna.jpg", "ben.jpg"]


def test_people_and_tags_must_both_fit(tagger: Tagger, upload: Upload, album: Make) -> None:
    both, only_person, only_tag = (upload(f"{name}.jpg") for name in ("both", "person", "tag"))
    tagger.person("Anna", both, only_person)
    tagger.tag("Holidays/Beach", both, only_tag)
    frame = album(people=["Anna"], tags=["Beach"], immich_api_key=tagger._headers["x-api-key"])
    frame.sync()
    assert frame.names == ["both.jpg"]


def test_a_photo_that_no_longer_shows_the_person_leaves_and_comes_back(
    immich: Simulator, tagger: Tagger, upload: Upload, album: Make
) -> None:
    first, second = upload("1.jpg"), upload("2.jpg")
    person = tagger.person("Anna", first)
    tagger.tag("Frame", first, second)
    key = tagger._headers["x-api-key"]
    frame = album(tags=["Frame"], immich_api_key=key)
    frame.sync()
    assert frame.names == ["1.jpg", "2.jpg"]
    frame.configure({"immich_url": immich.url, "immich_api_key": key, "people": [person]})
    assert frame.sync().removed == 1
    frame.configure({"immich_url": immich.url, "immich_api_key": key})
    assert frame.sync().added == 1


def test_an_unknown_name_is_told_with_the_likely_meaning(tagger: Tagger, upload: Upload, album: Make) -> None:
    tagger.person("Annabel", upload())
    frame = album(people=["Anabel"], immich_api_key=tagger._headers["x-api-key"])
    with pytest.raises(ConfigError, match="did you mean 'Annabel'"):
        frame.sync()
    assert any("Annabel" in finding.hint for finding in frame.plugin.check() if not finding.ok)


def test_a_key_that_may_not_see_people_is_told_only_where_people_are_chosen(
    immich: Simulator, user: str, album: Make
) -> None:
    texts = [finding.text for finding in album(people=["Anna"]).plugin.check() if not finding.ok]
    assert any("person.read" in text for text in texts)
    assert not [finding for finding in album("other").plugin.check() if not finding.ok]


def test_choices_have_names_counts_and_covers(
    immich: Simulator, user: str, tagger: Tagger, upload: Upload, album: Make
) -> None:
    photo = upload("cover.jpg")
    summer = immich.create_album(user, "Summer", [photo])
    person, tag = tagger.person("Anna", photo), tagger.tag("Holidays/Beach", photo)
    plugin = album(immich_api_key=immich.create_key(user, ALL)).plugin
    (found,) = plugin.choices("albums")
    assert (found.value, found.label, found.detail) == (summer, "Summer", "1 photo")
    assert [(one.value, one.label) for one in plugin.choices("people")] == [(person, "Anna")]
    assert (tag, "Holidays/Beach") in [(one.value, one.label) for one in plugin.choices("tags")]
    assert plugin.choices("quality") == []
    for picture in (found.picture, f"person/{person}", f"tag/{tag}"):
        shown = plugin.thumbnail(picture)
        assert shown is not None
        assert shown.media_type in ("image/jpeg", "image/webp") and shown.content


@pytest.mark.parametrize(
    "picture", ["", "album", "album/..", "album/../users/me", "person/%2e%2e", "album/" + "0" * 5000, "x/y"]
)
def test_a_picture_is_named_by_an_id_and_nothing_else(immich: Simulator, album: Make, picture: str) -> None:
    plugin = album().plugin
    immich.requests.clear()
    assert plugin.thumbnail(picture) is None
    assert not [path for _, path in immich.requests if "thumbnail" in path or "users" in path]


def test_an_empty_album_or_a_vanished_one_has_no_picture(immich: Simulator, user: str, album: Make) -> None:
    immich.create_album(user, "Empty")
    plugin = album().plugin
    assert plugin.choices("albums")[0].picture == ""
    assert plugin.thumbnail("album/00000000-0000-4000-8000-000000000000") is None
