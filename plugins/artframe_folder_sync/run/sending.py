"""How do many files get to Immich at once, each either confirmed there or named with a reason?"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, cast

from artframe.immich import (
    BadRequest,
    ImmichError,
    Particulars,
    QuotaExceeded,
    RateLimited,
    Sent,
    ServerError,
    TooLarge,
    Upload,
    UploadStatus,
    Visibility,
)
from artframe_folder_sync.files.names import printable
from artframe_folder_sync.records import Action, ActionKind
from artframe_folder_sync.run.counting import BYTES_UP
from artframe_folder_sync.run.outgoing import Outgoing
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.files import FileRow

_CONFIRMED_AT_ONCE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_NS = 4_102_444_800_000_000_000  # 2100
_FAILURES_IN_A_ROW = 3


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One file to be sent, and what goes along."""

    file: FileRow
    action: Action
    visibility: Visibility | None = None
    live_photo_video_id: str | None = None
    sidecar: bytes | None = None


class Sending:
    """Sends parcels in several threads and confirms them in batches; everything else happens in the caller's thread.

    ``arrived`` is called for each that is confirmed to be in Immich and not in its trash; ``in_trash`` for one that
    turned out to be there in the trash.
    """

    def __init__(
        self, bench: Workbench, arrived: Callable[[Parcel, str], None], in_trash: Callable[[Parcel, str], None]
    ) -> None:
        self._bench = bench
        self._arrived = arrived
        self._in_trash = in_trash
        self._failed_in_a_row = 0
        self._sent: list[tuple[Parcel, Sent]] = []
        self.full = False
        """The quota is used up: nothing more is sent in this run."""

    def send(self, parcels: Iterable[Parcel]) -> None:
        """All of them. An error of the server itself ends it, after everything on its way was confirmed."""
        workers = max(1, self._bench.config.connections)
        source = iter(parcels)
        flying: dict[Future[Sent], Parcel] = {}
        with ThreadPoolExecutor(workers, thread_name_prefix="folder-sync-upload") as pool:
            try:
                while True:
                    while len(flying) < workers * 2 and not self.full:
                        parcel = next(source, None)
                        if parcel is None:
                            break
                        flying[pool.submit(self._send, parcel)] = parcel
                    if not flying:
                        break
                    landed, _ = wait(flying, return_when=FIRST_COMPLETED)
                    for future in landed:
                        self._landed(flying.pop(future), future)
                    if len(self._sent) >= _CONFIRMED_AT_ONCE:
                        self._confirm()
                    self._bench.task.check()
            finally:
                for future in flying:
                    future.cancel()
                done, _ = wait(flying)
                for future in done:
                    if not future.cancelled():
                        with contextlib.suppress(ImmichError):
                            self._landed(flying[future], future)
                self._confirm()

    def _send(self, parcel: Parcel) -> Sent:
        """In a worker thread."""
        try:
            return self._once(parcel)
        except (RateLimited, QuotaExceeded):
            raise
        except BadRequest:
            if parcel.live_photo_video_id is None or parcel.action.kind is not ActionKind.REPLACE_REMOTE:
                raise
            # The video that the new version was to take over is gone: better one that does not move than none.
            return self._send(replace(parcel, live_photo_video_id=None))
        except ImmichError as error:
            if not error.retryable or getattr(error, "status", 0) == 500:
                raise
        # The answer may be lost and the photo there all the same: look before sending it again.
        sha1 = parcel.file.sha1 or ""
        check = self._bench.client.check_uploads({"": sha1})[""]
        if check.known and check.asset_id is not None:
            return Sent(id=check.asset_id, status=UploadStatus.DUPLICATE, sha1=sha1)
        return self._once(parcel)

    def _once(self, parcel: Parcel) -> Sent:
        file = parcel.file
        moment = _EPOCH + timedelta(microseconds=min(max(file.mtime, 0), _LATEST_NS) // 1000)
        name = file.path.rpartition("/")[2].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        particulars = Particulars(
            file_name=name,
            created_at=moment,
            modified_at=moment,
            visibility=parcel.visibility,
            live_photo_video_id=parcel.live_photo_video_id,
            sidecar=parcel.sidecar,
        )
        bench = self._bench
        with bench.disk.open(file.path) as source, bench.task.transfer(printable(name), file.size) as taken:
            outgoing = cast(BinaryIO, Outgoing(source, taken))
            return bench.client.send_upload(outgoing, particulars, size=file.size)

    def _landed(self, parcel: Parcel, future: Future[Sent]) -> None:
        bench, path = self._bench, parcel.file.path
        try:
            sent = future.result()
        except OSError as error:
            bench.files.unread(path)
            bench.trouble(path, f"it could not be read while it was sent ({error.strerror or error})")
            return
        except QuotaExceeded as error:
            self.full = True
            bench.note(f"nothing more is uploaded: {error}")
            return
        except (TooLarge, BadRequest) as error:
            bench.refuse(path, error.message, error.hint)
            return
        except ImmichError as error:
            if error.needs_person or (error.retryable and not self._is_this_file(error)):
                raise
            bench.postpone(path, error.message, error.hint)
            if not error.retryable:
                bench.files.unread(path)  # what was read of it is no longer so
            return
        self._failed_in_a_row = 0
        bench.tally.bytes_up += parcel.file.size
        bench.task.count(BYTES_UP, parcel.file.size)
        self._sent.append((parcel, sent))

    def _is_this_file(self, error: ImmichError) -> bool:
        """500 may be about one file; when it goes on with the next ones, the server itself is ill."""
        if not isinstance(error, ServerError) or error.status != 500:
            return False
        self._failed_in_a_row += 1
        return self._failed_in_a_row < _FAILURES_IN_A_ROW

    def _confirm(self) -> None:
        """What the server really has of what was sent; only that counts."""
        sent, self._sent = self._sent, []
        if not sent:
            return
        answers = self._bench.client.confirm_uploads([one for _, one in sent])
        judged = [(parcel, one, answer) for (parcel, one), answer in zip(sent, answers, strict=True)]
        for parcel, one, answer in judged:
            # Before the state is written: Immich may take its time to answer.
            if one.sha1 != parcel.file.sha1 or isinstance(answer, ImmichError):
                self._discard(one)
        with self._bench.state.writing():
            for parcel, one, answer in judged:
                if parcel.action.kind is not ActionKind.REPLACE_REMOTE:
                    self._judge(parcel, one, answer)
        for parcel, one, answer in judged:
            # What follows for these asks the server again, so each is written down by itself.
            if parcel.action.kind is ActionKind.REPLACE_REMOTE:
                self._judge(parcel, one, answer)

    def _judge(self, parcel: Parcel, sent: Sent, answer: Upload | ImmichError) -> None:
        bench, path = self._bench, parcel.file.path
        if sent.sha1 != parcel.file.sha1:
            bench.files.unread(path)
            bench.trouble(path, "it changed while it was sent", "it is sent again when it has come to rest")
        elif isinstance(answer, ImmichError):
            bench.postpone(path, answer.message, answer.hint)
        elif answer.in_trash:
            self._in_trash(parcel, answer.id)
        else:
            self._arrived(parcel, answer.id)

    def _discard(self, sent: Sent) -> None:
        """What was made of half a file goes to Immich's trash: it is nobody's photo."""
        if sent.status is UploadStatus.CREATED and self._bench.powers.delete:
            with contextlib.suppress(ImmichError):
                self._bench.client.trash([sent.id])
