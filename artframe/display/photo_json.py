"""What is told of a photo that is not (or no longer) here, and how are the facts about one put into a line?"""

from __future__ import annotations

from typing import Any


def absent_as_json(source: str, photo_id: str, name: str) -> dict[str, Any]:
    """What ``LocalPhoto.as_json`` tells, of a photo that is no longer here: only its name is left."""
    return {
        "source": source,
        "id": photo_id,
        "name": name or photo_id,
        "taken_at": None,
        "caption": "",
        "place": "",
        "people": [],
        "album": "",
    }


def facts(photo: dict[str, Any]) -> str:
    """Day, place, people and caption in one line; empty if nothing is known."""
    taken = photo["taken_at"]
    told = [taken[:10] if taken else "", photo["place"], ", ".join(photo["people"]), photo["caption"]]
    return " · ".join(filter(None, told))
