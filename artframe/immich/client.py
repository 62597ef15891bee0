"""What can be asked of an Immich server?"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from artframe.immich import parsing, states, uploads
from artframe.immich.account import Account
from artframe.immich.answers import CHECK_ADDRESS
from artframe.immich.errors import MalformedAnswer, NotFound, NotImmich
from artframe.immich.listing import LARGEST_PAGE, album_scope, library_scope, walk, walks_of
from artframe.immich.media import Body, Rendition, open_rendition
from artframe.immich.records import Album, Asset, KeyInfo, Narrow, User, Visibility
from artframe.immich.states import AssetState, UploadCheck
from artframe.immich.uploads import Particulars, Upload
from artframe.immich.version import Version
from artframe.immich.wire import Wire

_RESTORED_AT_ONCE = 1000


class Immich:
    """A client of one Immich server (2.7 and 3.x) with one API key or one password session; safe for many threads.

    ``connections``: at most so many requests at once, whatever the number of threads; a ``Body`` counts until it is
    closed. ``connect_timeout`` and ``read_timeout`` are seconds; the latter is also how long a body may stall.
    ``ca_file``: PEM file of the authority that signed the server's certificate; verification is never off.
    ``sleep`` is what waits between the tries of requests that may be repeated (default: a pause that ``close`` ends).
    Every method raises the errors of ``artframe.immich.errors`` and nothing else for what goes wrong outside.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        ca_file: str | Path | None = None,
        connections: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        sleep: Callable[[float], None] | None = None,
        _page_size: int = LARGEST_PAGE,
    ) -> None:
        self._wire = Wire(
            url,
            ca_file=None if ca_file is None else str(ca_file),
            connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            sleep=sleep,
        )
        self._wire.authenticate("x-api-key", api_key.strip())
        self.account = Account(self._wire)
        self._page_size = _page_size
        self._has_session = False
        self._version: Version | None = None
        self._version_lock = threading.Lock()

    @classmethod
    def login(
        cls,
        url: str,
        email: str,
        password: str,
        *,
        ca_file: str | Path | None = None,
        connections: int = 4,
        connect_timeout: float = 10.0,
        read_timeout: float = 30.0,
        sleep: Callable[[float], None] | None = None,
    ) -> Self:
        """A client with a session of its own on the server; end it with ``logout``. Wrong password: Unauthorized."""
        client = cls(
            url,
            "",
            ca_file=ca_file,
            connections=connections,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
            sleep=sleep,
        )
        try:
            client.version()
            answer = client._wire.ask("POST", "/auth/login", body={"email": email, "password": password}, repeat=False)
            token = answer.get("accessToken") if isinstance(answer, Mapping) else None
            if not isinstance(token, str) or not token:
                raise MalformedAnswer("the server accepted the login and gave no session")
        except BaseException:
            client.close()
            raise
        client._wire.authenticate("Authorization", f"Bearer {token}")
        client._has_session = True
        return client

    def logout(self) -> None:
        """End the password session on the server; this client is of no use afterwards. Keys stay what they are."""
        if self._has_session:
            self._wire.ask("POST", "/auth/logout", repeat=False)

    def close(self) -> None:
        """Give all connections back and end all pauses."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where the API is, for texts: the address as given, or its https twin if the server sent us there."""
        return self._wire.root

    @property
    def clock_offset(self) -> timedelta | None:
        """How far the server's clock runs ahead of ours, by its last answer; see ``clock_warning``."""
        return self._wire.clock_offset

    def version(self) -> Version:
        """The server's version; asked once, needs no permission. NotImmich if something else answers."""
        with self._version_lock:
            if self._version is None:
                try:
                    answer = self._wire.ask("GET", "/server/version", repeat=True)
                except NotFound as error:
                    raise NotImmich("no Immich API is at this address", CHECK_ADDRESS) from error
                self._version = parsing.version(answer)
            return self._version

    def key(self) -> KeyInfo:
        """The API key in use and its permissions; needs no permission. A password session has none: AccessRefused."""
        return parsing.key_info(self._wire.ask("GET", "/api-keys/me", repeat=True))

    def missing_permissions(self, needed: Iterable[str]) -> tuple[str, ...]:
        """Which of ``needed`` (such as ``album.read``) the key lacks, sorted. A password session lacks none."""
        if self._has_session:
            return ()
        held = self.key().permissions
        return () if "all" in held else tuple(sorted(set(needed).difference(held)))

    def me(self) -> User:
        """Whose key or session this is. Needs user.read."""
        return parsing.user(self._wire.ask("GET", "/users/me", repeat=True))

    def albums(self) -> tuple[Album, ...]:
        """All albums: own ones and those shared with us. Needs album.read."""
        queries: list[dict[str, str]] = [{}]
        if self.version().albums_split_by_sharing:
            queries.append({"shared": "true"})
        found: dict[str, Album] = {}
        for query in queries:
            answer = self._wire.ask("GET", "/albums", query=query, repeat=True)
            if not isinstance(answer, list):
                raise MalformedAnswer("the server's albums are not a list")
            found.update((album.id, album) for album in map(parsing.album, answer))
        return tuple(found.values())

    def album(self, album_id: str) -> Album:
        """One album; NoAccess if it does not exist or is not for us. Needs album.read."""
        query = {"withoutAssets": "true"}
        return parsing.album(self._wire.ask("GET", f"/albums/{album_id.lower()}", query=query, repeat=True))

    def album_assets(
        self,
        album_id: str,
        *,
        visibility: Sequence[str] = (Visibility.TIMELINE,),
        people: bool = False,
        known: Collection[str] = (),
        narrow: Sequence[Narrow] = (Narrow(),),
    ) -> Iterator[Asset]:
        """Every asset of an album once, of all contributors, in constant memory; never the trash.

        Only when the iterator ends without an error is the listing complete; IncompleteListing comes at the end.
        ``known``: ids held from earlier. Those the listing would lack are looked for once more before it ends.
        ``people``: with the people in each photo, where the server lists them. ``narrow``: only what at least one of
        these lets pass. NoAccess if the album is not for us. Needs album.read and asset.read.
        """
        scope = album_scope(album_id, in_one_answer=self.version().albums_hold_assets)
        walks = walks_of(lambda _: scope, visibility, narrow)
        yield from walk(self._wire, walks, people=people, known=known, page_size=self._page_size)

    def library_assets(
        self,
        *,
        visibility: Sequence[str] = (Visibility.TIMELINE,),
        people: bool = False,
        known: Collection[str] = (),
        narrow: Sequence[Narrow] = (Narrow(),),
    ) -> Iterator[Asset]:
        """Every asset of the user, and of the partners whose photos he lets into his timeline, as ``album_assets``.

        Needs asset.read.
        """
        walks = walks_of(library_scope, visibility, narrow)
        yield from walk(self._wire, walks, people=people, known=known, page_size=self._page_size)

    def asset(self, asset_id: str) -> Asset:
        """One asset with everything known about it, also from the trash; NoAccess if not for us. Needs asset.read."""
        return parsing.asset(self._wire.ask("GET", f"/assets/{asset_id.lower()}", repeat=True))

    def asset_state(self, asset_id: str, sha1: str | None = None, *, owner_id: str | None = None) -> AssetState:
        """What became of one asset; see ``asset_states``."""
        return self.asset_states({asset_id: sha1}, owner_id=owner_id)[asset_id]

    def asset_states(self, sha1s: Mapping[str, str | None], *, owner_id: str | None = None) -> dict[str, AssetState]:
        """What became of assets, by id; values are the SHA-1 (hex) of their content, without which less can be told.

        Assets of external libraries are known by the SHA-1 of ``path:`` and their path instead. PURGED is only said
        after two looks some seconds apart, with a key that has asset.read and asset.upload and, where ``owner_id`` is
        given (then user.read is needed too), belongs to that user; FOREIGN if it belongs to another. Any doubt is
        UNKNOWN, any failure an exception.
        """

        def may_judge() -> AssetState:
            if self.missing_permissions(("asset.read", "asset.upload")):
                return AssetState.UNKNOWN
            return AssetState.FOREIGN if owner_id is not None and self.me().id != owner_id else AssetState.PURGED

        return states.look_twice(self._wire, sha1s, may_judge)

    def open(
        self,
        asset_id: str,
        rendition: Rendition = Rendition.ORIGINAL,
        *,
        offset: int = 0,
        size: int | None = None,
        etag: str | None = None,
        edited: bool = False,
    ) -> Body:
        """The bytes of a photo, from ``offset`` on if the server can (see ``Body.offset``).

        ``size``: the whole file's size if known; a file that is complete is then not asked for at all. ``etag``: of
        the body that is resumed; a file that changed since then comes from the start. ``edited``: as edited in
        Immich. RenditionMissing while a preview is not made yet. Needs asset.download, or asset.view for previews.
        """
        return open_rendition(self._wire, asset_id, rendition, offset=offset, size=size, etag=etag, edited=edited)

    def check_uploads(self, sha1s: Mapping[str, str]) -> dict[str, UploadCheck]:
        """Which contents the server has, by the caller's keys (values: SHA-1, hex or base64). Needs asset.upload.

        Archived, hidden and locked assets count; those of external libraries do not.
        """
        if sha1s:
            self.version()
        return states.check_uploads(self._wire, sha1s)

    def upload(
        self,
        source: Path | BinaryIO,
        *,
        file_name: str,
        created_at: datetime,
        modified_at: datetime,
        size: int | None = None,
        sidecar: Path | bytes | None = None,
        favourite: bool | None = None,
        visibility: Visibility | None = None,
        live_photo_video_id: str | None = None,
    ) -> Upload:
        """Send a file and make sure that the server has its content; from disk or a pipe, never in memory.

        ``size``: bytes, for a source that cannot tell; without, it is sent in chunks. Immich judges the type by the
        ending of ``file_name``. ``sidecar``: XMP. Dates are aware. Nothing is repeated after a failure, except that a
        duplicate which turns out to have been deleted at that moment is sent again. Check ``Upload.in_trash``.
        Raises UploadDamaged, DuplicateVanished, SourceChanged, QuotaExceeded, BadRequest. Needs asset.upload.
        """
        # A redirect from http to https shows here, before a large body is sent for nothing.
        self.version()
        particulars = Particulars(
            file_name=file_name,
            created_at=created_at,
            modified_at=modified_at,
            favourite=favourite,
            visibility=visibility,
            live_photo_video_id=live_photo_video_id,
            sidecar=sidecar.read_bytes() if isinstance(sidecar, Path) else sidecar,
        )
        return uploads.upload(self._wire, source, particulars, size)

    def restore(self, asset_ids: Collection[str]) -> None:
        """Take assets out of the trash. Needs asset.delete.

        All or nothing per 1000: NoAccess if one of them is not there. The server says yes also to an asset that is
        being deleted for good: ask ``asset_state`` some seconds later.
        """
        ids = [asset_id.lower() for asset_id in asset_ids]
        for start in range(0, len(ids), _RESTORED_AT_ONCE):
            body = {"ids": ids[start : start + _RESTORED_AT_ONCE]}
            self._wire.ask("POST", "/trash/restore/assets", body=body, repeat=True)
