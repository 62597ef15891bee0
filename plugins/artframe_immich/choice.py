"""Which albums, people and tags are meant by the names and ids in the settings?"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Callable, Mapping, Sequence

from artframe.immich import Album, Immich, Narrow, NoAccess
from artframe.immich_plugin import UUID
from artframe.plugin import ConfigError, Sentence, said

_CHECK = said("immich.check", "'artframe plugin check' lists the albums that the key can see")


def chosen(client: Immich, given: Sequence[str]) -> list[Album]:
    """The albums, each once, in the given order; raises ConfigError for a name that none or several bear.

    Ids are asked for one by one, so that a frame with ids only never lists all albums. Raises ImmichError.
    """
    all_albums = client.albums() if any(not UUID.fullmatch(name) for name in given) else ()
    found: dict[str, Album] = {}
    for name in given:
        album = _by_id(client, name) if UUID.fullmatch(name) else by_name(all_albums, name)
        found.setdefault(album.id, album)
    return list(found.values())


def narrows(client: Immich, people: Sequence[str], tags: Sequence[str]) -> tuple[Narrow, ...]:
    """What lets a photo pass: each combination of a person and a tag. Raises ConfigError, ImmichError.

    Names are only asked for where one was given, so that a frame with ids only never lists everybody.
    """
    persons = _ids(people, lambda: {one.id: one.name for one in client.account.people() if one.name}, "person")
    marks = _ids(tags, lambda: {one.id: one.path for one in client.account.tags()}, "tag")
    pairs = itertools.product(persons or ("",), marks or ("",))
    return tuple(Narrow(person_id=person, tag_id=mark) for person, mark in pairs)


def _ids(given: Sequence[str], names: Callable[[], Mapping[str, str]], what: str) -> list[str]:
    known = names() if any(not UUID.fullmatch(name) for name in given) else {}
    # Two people of one name are both meant: whoever calls two people Anna does not mind seeing both.
    found = [one for name in given for one in ([name.lower()] if UUID.fullmatch(name) else _called(name, known, what))]
    return list(dict.fromkeys(found))


def _called(name: str, known: Mapping[str, str], what: str) -> list[str]:
    wanted = name.strip().casefold()
    found = [one for one, label in known.items() if label.strip().casefold() == wanted]
    # The last part of a tag's path is what Immich shows on a photo.
    found = found or [one for one, label in known.items() if label.rpartition("/")[2].strip().casefold() == wanted]
    if found:
        return found
    labels = {label.casefold(): label for label in known.values()}
    close = difflib.get_close_matches(wanted, labels, n=1, cutoff=0.6)
    hint = (
        said("immich.meant", "did you mean '{name}'?", name=labels[close[0]])
        if close
        else said("immich.pick", "pick from the list on the web page, or look in Immich")
    )
    raise ConfigError(_unknown(what, name), hint)


def _unknown(what: str, name: str) -> Sentence:
    if what == "person":
        return said("immich.no_person", "Immich knows no person named '{name}'", name=name)
    return said("immich.no_tag", "Immich knows no tag named '{name}'", name=name)


def by_name(albums: Sequence[Album], name: str) -> Album:
    """The album of this name; a difference in case does not matter unless several differ in nothing else."""
    matches = [album for album in albums if album.name == name]
    if not matches:
        matches = [album for album in albums if album.name.strip().casefold() == name.strip().casefold()]
    if len(matches) > 1:
        listed = ", ".join(f"{album.id} ({album.asset_count} photos and videos)" for album in matches)
        raise ConfigError(
            said("immich.several_albums", "{count} albums are named '{name}'", count=len(matches), name=name),
            said("immich.give_id", "give the id instead: {ids}", ids=listed),
        )
    if matches:
        return matches[0]
    names = {album.name.casefold(): album.name for album in albums}
    close = difflib.get_close_matches(name.casefold(), names, n=1, cutoff=0.6)
    hint = said("immich.meant", "did you mean '{name}'?", name=names[close[0]]) if close else _CHECK
    raise ConfigError(said("immich.no_album", "the key sees no album named '{name}'", name=name), hint)


def _by_id(client: Immich, album_id: str) -> Album:
    try:
        return client.album(album_id)
    except NoAccess as error:
        raise ConfigError(
            said(
                "immich.no_such_album",
                "album {id} does not exist, or is not shared with the owner of the API key",
                id=album_id,
            ),
            _CHECK,
        ) from error
