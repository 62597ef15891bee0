"""What every plugin that talks to Immich takes for an address and for names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from artframe.immich_plugin import Names, ServerUrl, ca_file_setting, url_setting
from artframe.plugin import PluginSettings, setting


class Settings(PluginSettings):
    immich_url: ServerUrl = url_setting()
    ca_file: str = ca_file_setting()
    albums: Names = setting((), title="Albums")


def test_an_address_is_kept_as_it_was_written() -> None:
    assert Settings.model_validate({"immich_url": " https://photos.example.org/immich/ "}).immich_url == (
        "https://photos.example.org/immich/"
    )


@pytest.mark.parametrize("written", ["", "photos.local", "ftp://host", "https://", "http://host:port", "http://a b/"])
def test_what_no_client_could_reach_is_refused_with_the_settings(written: str) -> None:
    with pytest.raises(ValidationError, match="write it like"):
        Settings.model_validate({"immich_url": written})


@pytest.mark.parametrize("written", ["https://me:secret@host", "me:secret@host", "ftp://me:secret@host"])
def test_a_password_in_an_address_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"immich_url": written})
    assert "secret" not in str(caught.value)


def test_names_stand_once_and_without_spaces_around_them() -> None:
    found = Settings.model_validate({"immich_url": "http://host", "albums": [" Sea", "Sea", "Hills "]})
    assert found.albums == ("Sea", "Hills")
    with pytest.raises(ValidationError, match="an entry is empty"):
        Settings.model_validate({"immich_url": "http://host", "albums": [" "]})
