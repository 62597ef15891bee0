"""What can be asked of an Immich server?"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from artframe.immich import changes, parsing, states, uploads
from artframe.immich.connection import Connection
from artframe.immich.errors import MalformedAnswer
from artframe.immich.listing import album_scope, library_scope, walk, walks_of
from artframe.immich.media import Body, Rendition, open_rendition
from artframe.immich.records import Album, Asset, MediaTypes, Narrow, Visibility
from artframe.immich.search import Listed, search
from artframe.immich.states import AssetState, UploadCheck
from artframe.immich.uploads import Confirmation, Particulars, Sent, Upload


class Immich(Connection):
    """A client of one Immich server, for all that artframe asks of it; see ``Connection`` for how it is reached.

    Ids may be given in any case; those that come back are in lower case.
    """

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

    def listed(
        self, *, visibility: str = Visibility.TIMELINE, since: datetime | None = None, exif: bool = False
    ) -> Generator[Asset, None, None]:
        """What a paged search lists in one visibility, with the trash, oldest first: in constant memory, not complete.

        Includes partners' assets and those of external libraries; the next page is on its way while one is read. Some
        assets may come twice, and some may be missing (see ``listing``): what is missing is not gone, ask
        ``asset_states``. ``since`` (aware): only what changed at or after this moment of the server's clock; trash,
        restore, favourite, visibility and edits change an asset, albums and faces do not. ``exif``: with size and
        description, but then without what the server has not read yet. Raises at the first page that does not come
        or is broken. Locked photos: ElevatedPermissionRequired. Needs asset.read.
        """
        with closing(self.listed_pages(visibility=visibility, since=since, exif=exif)) as pages:
            for page in pages:
                for one in page:
                    yield one.asset()

    def listed_pages(
        self, *, visibility: str = Visibility.TIMELINE, since: datetime | None = None, exif: bool = False
    ) -> Generator[list[Listed], None, None]:
        """The same page by page, each asset unread: cheap for who knows most of them by their ``stamp``."""
        return search(self._wire, Visibility(visibility), since=since, exif=exif, page_size=self._page_size)

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

        def verdict() -> AssetState:
            if self.missing_permissions(("asset.read", "asset.upload")):
                return AssetState.UNKNOWN
            return AssetState.FOREIGN if owner_id is not None and self.me().id != owner_id else AssetState.PURGED

        return states.look_twice(self._wire, sha1s, verdict)

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
        particulars = Particulars(
            file_name=file_name,
            created_at=created_at,
            modified_at=modified_at,
            favourite=favourite,
            visibility=visibility,
            live_photo_video_id=live_photo_video_id,
            sidecar=sidecar,
        )
        # A redirect from http to https shows here, before a large body is sent for nothing.
        self.version()
        return uploads.upload(self._wire, source, particulars, size)

    def send_upload(self, source: Path | BinaryIO, particulars: Particulars, *, size: int | None = None) -> Sent:
        """The first half of ``upload``: send a file, for many files one after the other (or from several threads).

        Nothing is certain before ``confirm_uploads``: the server may name an asset that is being deleted, or hold
        other bytes than were sent. Nothing is repeated after a failure. Raises as ``upload``, but neither UploadDamaged
        nor DuplicateVanished. Needs asset.upload.
        """
        self.version()
        return uploads.send(self._wire, source, particulars, size)

    def confirm_uploads(self, sent: Sequence[Sent]) -> list[Confirmation]:
        """The second half of ``upload``, for many at once: what the server really has, in the order of ``sent``.

        Each is an Upload (see ``Upload.in_trash``), or the error that ``upload`` would raise, as a value: UploadDamaged
        (that file is not on the server) or DuplicateVanished (send it once more). One request per 5000. Needs
        asset.upload.
        """
        return uploads.confirm(self._wire, sent)

    def trash(self, asset_ids: Collection[str]) -> tuple[str, ...]:
        """Put assets into the trash, never past it; the ids of those that could not be.

        Those do not exist, are locked or somebody else's. What is in the trash already stays there. With the server's
        trash switched off (see ``trash_days``) a deletion is for good. After an error, some may be in the trash.
        Needs asset.delete.
        """
        return changes.trash(self._wire, asset_ids)

    def restore(self, asset_ids: Collection[str]) -> tuple[str, ...]:
        """Take assets out of the trash; the ids of those that could not be, as with ``trash``.

        The server says yes also to an asset that is being deleted for good: ask ``asset_state`` some seconds later.
        Needs asset.delete.
        """
        return changes.restore(self._wire, asset_ids)

    def copy_asset(
        self,
        source_id: str,
        target_id: str,
        *,
        albums: bool = True,
        favourite: bool = True,
        shared_links: bool = True,
        stack: bool = False,
        sidecar: bool = False,
    ) -> None:
        """Give an asset what another one (also a trashed one) has: membership in albums and shared links, heart, stack.

        ``favourite`` also takes the heart away. ``sidecar``: description, rating, place, tags, and a date that was
        edited, over those of the target's own file. ``stack``: it joins the stack, whose cover stays; ask ``asset``
        first, since a stack that both are in is dissolved by the server, and one that the target is in swallows that
        of the source; not repeated after a failure. Never copied: people, visibility. NoAccess if one of them is not
        there or not ours. Needs asset.copy.
        """
        changes.copy_asset(
            self._wire,
            source_id,
            target_id,
            {"albums": albums, "favorite": favourite, "sharedLinks": shared_links, "stack": stack, "sidecar": sidecar},
        )

    def create_stack(self, asset_ids: Sequence[str]) -> str:
        """Put assets (at least two) on top of each other, the first one up; the stack's id. Needs stack.create.

        A stack that one of them is the cover of joins with all its photos; from any other one it is taken out.
        """
        return changes.create_stack(self._wire, asset_ids)

    def set_cover(self, stack_id: str, asset_id: str) -> None:
        """Another photo of the stack, which is not in the trash, is shown for all. Needs stack.update.

        NoAccess if there is no such stack of ours, BadRequest if the photo is not in it.
        """
        changes.set_cover(self._wire, stack_id, asset_id)

    def album_create(self, name: str) -> Album:
        """A new, empty album; names need not be unique, and nothing is repeated after a failure. Needs album.create."""
        return parsing.album(self._wire.ask("POST", "/albums", body={"albumName": name}, repeat=False))

    def album_add(self, album_id: str, asset_ids: Collection[str]) -> tuple[str, ...]:
        """Put assets into an album; the ids of those that could not be: not there, locked, not ours.

        NoAccess if the album is not ours to change. Needs albumAsset.create.
        """
        return changes.album_members(self._wire, "PUT", album_id, asset_ids, fine="duplicate")

    def album_remove(self, album_id: str, asset_ids: Collection[str]) -> tuple[str, ...]:
        """Take assets out of an album; the ids of those that could not be. Needs albumAsset.delete."""
        return changes.album_members(self._wire, "DELETE", album_id, asset_ids, fine="not_found")

    def media_types(self) -> MediaTypes:
        """Which endings of file names the server takes; needs no permission."""
        return parsing.media_types(self._wire.ask("GET", "/server/media-types", repeat=True))

    def trash_days(self) -> int | None:
        """After how many days the trash is emptied; None: it is switched off, deletions are for good. No permission."""
        return changes.trash_days(self._wire)
