"""The album plugin: an Immich server as a source of photos."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from artframe.immich import Immich, NotFound, Visibility, clock_warning
from artframe.immich_plugin import Pickable, choices, connected, sentence, thumbnail, translated
from artframe.plugin import (
    ArtframeError,
    Choice,
    ConfigError,
    Destination,
    Effect,
    Finding,
    LibraryView,
    NotReady,
    Photo,
    PhotoSource,
    Selection,
    SyncSummary,
    Thumbnail,
    command,
    said,
)
from artframe_immich.choice import chosen, narrows
from artframe_immich.inspection import PERMISSIONS, PICKING, described, inspect
from artframe_immich.listing import AlbumListing, form_of
from artframe_immich.metadata_file import MetadataFile
from artframe_immich.renditions import extension
from artframe_immich.settings import ImmichSettings

_CONNECTIONS = 4
_PICKERS: dict[str, Pickable] = {"album_id": "albums", "albums": "albums", "people": "people", "tags": "tags"}
_ASKED_AT_MOST = 2000
"""Missing photos that are asked for one by one: some seconds of a server's time."""
_PUT_AWAY = (Visibility.ARCHIVE, Visibility.HIDDEN)


class PhotoUnavailable(ArtframeError):
    """This one photo cannot be had; the others can."""


class _KnownIds(Collection[str]):
    """The ids of the photos that are here, read while somebody iterates, so that 100,000 cost no memory."""

    def __init__(self, library: LibraryView, instance: str) -> None:
        self._library = library
        self._instance = instance

    def __iter__(self) -> Iterator[str]:
        return (local.photo.id for local in self._library.photos(self._instance))

    def __len__(self) -> int:
        return self._library.count(self._instance)

    def __contains__(self, photo_id: object) -> bool:
        return isinstance(photo_id, str) and self._library.find(self._instance, photo_id) is not None


class ImmichAlbum(PhotoSource):
    """Albums of an Immich server (2.7 and 3.x), or all photos of the API key's owner.

    ``start`` asks the server for its version and the key for its name: a wrong key shows at once, and a server that is
    away is NotReady. What is here is shown in either case: the host's mirror needs no plugin for that.
    """

    Settings = ImmichSettings
    permissions = PERMISSIONS
    optional_permissions = PICKING
    settings: ImmichSettings
    read_timeout = 30.0
    """Seconds without an answer, or without a byte of it, after which a request counts as failed."""
    _client: Immich | None = None
    _listing: AlbumListing | None = None
    _next_metadata = 0.0

    def __init__(self) -> None:
        self._stopping = threading.Event()

    def start(self) -> None:
        self._stopping.clear()
        self._client = self._connected()
        try:
            with translated():
                warning = self._client.version().warning
                self._client.key()
        except BaseException:
            self.stop()
            raise
        self._tell("old server", warning)
        self._tell("clock", clock_warning(self._client.clock_offset))

    def _tell(self, key: str, warning: str | None) -> None:
        if warning:
            self.frame.problem(key, sentence(warning))
        else:
            self.frame.clear_problem(key)

    def stop(self) -> None:
        self._stopping.set()
        if self._client is not None:
            self._client.close()
            self._client = None

    def check(self) -> list[Finding]:
        """Version, key, permissions by name, albums, clock; changes nothing and needs no start."""
        with self._connected() as client, translated():
            return inspect(client, self.settings)

    def choices(self, setting: str) -> list[Choice]:
        """Albums, people or tags, with something to see of each."""
        with self._connected() as client, translated():
            return choices(client, _PICKERS[setting]) if setting in _PICKERS else []

    def thumbnail(self, picture: str) -> Thumbnail | None:
        with self._connected() as client, translated():
            return thumbnail(client, picture)

    # -- the source --------------------------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        return self.settings.selection_mode

    @property
    def scope(self) -> str:
        """Server, key, albums, people, tags and limits: changing one of these is a decision, not a loss of photos."""
        settings = self.settings
        key = settings.immich_api_key.reveal().encode("utf-8", "surrogatepass")
        return json.dumps(
            {
                # Another key may be another person's: whose photos these were must not go on being shown.
                "key": hashlib.sha256(key).hexdigest()[:16],
                "server": settings.immich_url.rstrip("/"),
                "albums": sorted(settings.chosen_albums),
                **({"people": sorted(settings.people)} if settings.people else {}),
                **({"tags": sorted(settings.tags)} if settings.tags else {}),
                "max_photos": settings.max_photos,
                "from": settings.selection_mode == "oldest" and bool(settings.max_photos),
            }
        )

    def photos(self) -> Iterator[Photo]:
        client = self._running()
        library, instance = self.frame.library, self.frame.instance
        # Albums are named in the settings: one that is gone is for a person.
        with translated(refused=ConfigError):
            listing = AlbumListing(
                client,
                self.settings,
                self.frame.panel_size,
                _KnownIds(library, instance),
                lambda photo_id: library.find(instance, photo_id) is not None,
                narrows(client, self.settings.people, self.settings.tags),
            )
            albums = chosen(client, self.settings.chosen_albums) if self.settings.chosen_albums else None
            yield from listing.photos(albums)
        self._say(listing)
        self._listing = listing

    def fetch(self, photo: Photo, destination: Destination) -> None:
        client = self._running()
        form = form_of(photo)
        with translated(refused=PhotoUnavailable):
            # Without a checksum nobody could tell that two halves of different files were put together.
            if photo.sha1 is None and destination.offset:
                destination.restart()
            with client.open(
                photo.id, form.rendition, offset=destination.offset, size=photo.size, edited=form.edited
            ) as body:
                if not form.as_uploaded and (suffix := extension(body.content_type)) is not None:
                    destination.rename(f"{PurePosixPath(photo.name).stem}{suffix}")
                if body.offset != destination.offset:
                    destination.restart()
                if photo.sha1 is None and not body.ends_visibly:
                    raise NotReady(
                        said(
                            "immich.no_length",
                            "the server (or a proxy) does not say how long the picture is, so half of it might come",
                        )
                    )
                for piece in body.chunks():
                    destination.write(piece)

    def withdrawn(self, photos: Sequence[Photo]) -> set[str]:
        """The photos that were archived or hidden: Immich still answers for them, and says so.

        A locked photo looks like a purged one to every key, and a trashed one may be an accident: those are in doubt.
        """
        client = self._running()
        found: set[str] = set()
        for photo in photos[:_ASKED_AT_MOST]:
            with translated(), contextlib.suppress(NotFound):
                if client.asset(photo.id).visibility in _PUT_AWAY:
                    found.add(photo.id)
        return found

    def forget_requested(self) -> bool:
        """Deleting ``sync_metadata.json`` is how a person asks for a fresh start."""
        return not self._metadata.exists()

    def synced(self, summary: SyncSummary) -> None:
        clock = self.frame.clock
        started = clock.monotonic()
        # With 100,000 photos the file is large: during a sync writing it takes a small share of the time at most.
        if not summary.finished and started < self._next_metadata:
            return
        try:
            self._metadata.write(summary, self.settings)
        except OSError as error:
            self.log.warning("%s could not be written (%s); the photos are all right", self._metadata.path.name, error)
        self._next_metadata = clock.monotonic() + 20 * (clock.monotonic() - started)

    def diagnostics(self) -> Mapping[str, Any]:
        client, listing = self._client, self._listing
        return {
            "server": self.settings.immich_url,
            "connected": client is not None,
            "albums": list(self.settings.chosen_albums) or "all photos",
            "quality": self.settings.quality,
            "left_out": dict(listing.left_out) if listing is not None else {},
            "immich_renditions": dict(listing.renditions) if listing is not None else {},
        }

    @command("albums", effect=Effect.READS, render="\n".join)
    def albums(self) -> list[str]:
        """List the albums that the API key can see."""
        with translated():
            return [described(album) for album in self._running().albums()]

    # -- inside ------------------------------------------------------------------------------------------------------

    @property
    def _metadata(self) -> MetadataFile:
        return MetadataFile(self.frame.data_dir)

    def _connected(self) -> Immich:
        return connected(
            self.settings,
            self.settings.immich_api_key,
            connections=_CONNECTIONS,
            read_timeout=self.read_timeout,
            sleep=self._pause,
        )

    def _pause(self, seconds: float) -> None:
        """Between two tries of a request; stopping ends it."""
        self.frame.clock.wait(self._stopping, seconds)

    def _running(self) -> Immich:
        if self._stopping.is_set():
            # A sync of settings that no longer hold must not go on over a connection of its own.
            raise NotReady(said("immich.stopped", "the plugin was stopped; what is here stays and is shown"))
        if self._client is None:
            self._client = self._connected()
        return self._client

    def _say(self, listing: AlbumListing) -> None:
        """What was left out, once, and again when it changes."""
        before = self._listing
        if before is not None and (before.left_out, before.renditions) == (listing.left_out, listing.renditions):
            return
        for reason, count in sorted(listing.left_out.items()):
            if count:
                self.log.info("%d left out: %s", count, reason)
        for reason, count in sorted(listing.renditions.items()):
            self.log.info("%d come as Immich's own rendition: %s", count, reason)
