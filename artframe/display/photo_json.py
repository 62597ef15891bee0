"""How is a photo told to people and to other programs?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from artframe.library.photo import LocalPhoto


def photo_as_json(local: LocalPhoto) -> dict[str, Any]:
    """What people want to know of a photo that is here."""
    photo = local.photo
    return {
        "source": local.source,
        "id": photo.id,
        "name": photo.name,
        "taken_at": photo.local_taken_at.isoformat() if photo.local_taken_at is not None else None,
        "caption": photo.caption,
        "place": photo.place,
        "people": list(photo.people),
        "album": photo.group,
    }


def absent_as_json(source: str, photo_id: str, name: str) -> dict[str, Any]:
    """The same for a photo that is no longer here: only its name is left."""
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


def when(moment: str) -> str:
    """A moment of a result as people read it, in the machine's zone."""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
