"""The settings are the seed's, with its limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from artframe_immich import ImmichSettings

SEED = Path(__file__).parents[4] / "shared" / "seeds" / "004_1916b300892d0f92.txt"
MINIMAL = {"immich_url": "https://immich.example.com", "immich_api_key": "secret"}


def test_every_example_of_the_seed_is_accepted_as_it_stands() -> None:
    if not SEED.exists():
        pytest.skip("the seed is only on the machines where artframe is built")
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", SEED.read_text(), re.DOTALL)]
    examples = [example for example in examples if "immich_url" in example]
    assert len(examples) == 3
    for example in examples:
        settings = ImmichSettings.model_validate(example)
        assert settings.immich_api_key.reveal() == "your-api-key-here"


def test_defaults_are_the_seeds() -> None:
    settings = ImmichSettings.model_validate(MINIMAL)
    assert (settings.album_id, settings.selection_mode, settings.sync_interval_hours, settings.max_photos) == (
        "", "random", 6, 0,
    )  # fmt: skip
    assert (settings.quality, settings.chosen_albums) == ("original", ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"immich_url": "immich.example.com"},
        {"immich_url": "ftp://immich.example.com"},
        {"immich_api_key": ""},
        {"album_id": "Summer"},
        {"selection_mode": "shuffled"},
        {"sync_interval_hours": 0},
        {"sync_interval_hours": 169},
        {"max_photos": -1},
        {"max_photos": "many"},
        {"albums": [""]},
        {"quality": "best"},
        {"albumid": "x"},
    ],
    ids=lambda wrong: next(iter(wrong.items())).__repr__(),
)
def test_impossible_values_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ImmichSettings.model_validate({**MINIMAL, **wrong})


def test_album_ids_are_asked_for_in_lower_case_and_once() -> None:
    uuid = "A1B2C3D4-E5F6-7890-ABCD-EF1234567890"
    settings = ImmichSettings.model_validate(
        {**MINIMAL, "album_id": uuid, "albums": ["Summer", uuid.lower(), "Summer"]}
    )
    assert settings.chosen_albums == (uuid.lower(), "Summer")
