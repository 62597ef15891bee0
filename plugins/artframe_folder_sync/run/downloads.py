"""How do new photos of Immich come into the folder? The first ones only after a person agreed to number and size."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

from artframe.immich import CutBody, ImmichError, NotFound, StalledBody
from artframe.immich.errors import MalformedAnswer
from artframe.plugin import Sentence, said
from artframe_folder_sync.files.names import clash_name, folded
from artframe_folder_sync.files.namesakes import names_in
from artframe_folder_sync.records import Action, ActionKind, FileFact, HeldSide, PairConfig
from artframe_folder_sync.run.batches import batched
from artframe_folder_sync.run.choosing_downloads import Wanted, size_of, synced_path
from artframe_folder_sync.run.links import took_place
from artframe_folder_sync.run.receiving import NoRoom, receive
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import AssetRow
from artframe_folder_sync.state.database import moment, raw
from artframe_folder_sync.state.gone import Digest

_CONFIRMED = "downloads_confirmed"
ASKED = "downloads_asked"
"""The fact by which rule those were chosen that wait, or that a person agreed to."""
SIDE: HeldSide = "download"
_AT_ONCE = 900


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Downloads that wait for a person's word. ``actions``: in the order of their keys, as often as they are read.

    ``rule``: by which they were chosen.
    """

    actions: Iterable[Action]
    rule: str
    digest: str
    why: Sentence
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Task:
    asset: AssetRow
    action: Action
    video: AssetRow | None = None


@dataclass(frozen=True)
class _Actions:
    """The steps of all that is wanted, made anew each time they are gone through: nobody holds them all."""

    wanted: Iterable[AssetRow]
    task: Callable[[AssetRow], _Task]

    def __iter__(self) -> Iterator[Action]:
        return (self.task(one).action for one in self.wanted)


class Downloads:
    """Carries out DOWNLOAD."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._taken: dict[str, set[str]] = {}
        self._media_types: dict[str, str] = {}
        self._stopped = False

    def all(self) -> Waiting | None:
        """Everything wanted, or what waits for a person first."""
        bench = self._bench
        if not bench.config.download.enabled or not bench.powers.local:
            return None
        if not bench.powers.download:
            bench.note("nothing is downloaded: the API key lacks asset.download")
            return None
        wanted = Wanted(bench)
        rule = rule_of(bench.config)
        tasks: Iterator[_Task] = map(self._task, wanted)
        if bench.state.meta(_CONFIRMED) != rule and next(iter(wanted), None) is not None:
            if bench.state.meta(ASKED) != rule:
                bench.waiting.all_done(SIDE)  # another choice was agreed to, not this one
            tasks = self._allowed(wanted)
            first = next(tasks, None)
            if first is None:
                return self._wait(wanted, rule)
            tasks = itertools.chain([first], tasks)
        # Once agreed to, what follows comes by itself.
        if bench.state.meta(_CONFIRMED) != rule:
            bench.state.set_meta(_CONFIRMED, rule)
        self._fetch(tasks)
        bench.waiting.all_done(SIDE)
        return None

    def _allowed(self, wanted: Wanted) -> Iterator[_Task]:
        """What a person agreed to, of what is wanted still."""
        if not self._bench.waiting.any_approved(SIDE):
            return
        for tasks in batched(map(self._task, wanted), _AT_ONCE):
            approved = self._bench.waiting.approved_of(SIDE, [one.action.key for one in tasks])
            yield from (one for one in tasks if one.action.key in approved)

    def _wait(self, wanted: Wanted, rule: str) -> Waiting:
        bench = self._bench
        actions = _Actions(wanted, self._task)
        count, digest = 0, Digest()
        for one in actions:
            digest.add(one.key)
            count += 1
        size = size_of(bench, wanted, str(digest))
        try:
            free = _readable(bench.disk.free_bytes())
        except OSError:
            free = "an unknown number of bytes"
        why = said(
            "folder_sync.to_agree",
            "{count} photos ({size}) are in Immich and not in the folder; {free} are free",
            count=count,
            size=_readable(size),
            free=free,
        )
        return Waiting(actions=actions, rule=rule, digest=str(digest), why=why, size=size)

    def _task(self, asset: AssetRow) -> _Task:
        year = moment(asset.taken).year if asset.taken is not None else "undated"
        folder = self._bench.namesakes.home(f"{self._bench.config.download.folder}/{year}")
        path = synced_path(self._bench, asset, folder, self._media_types)
        action = Action(kind=ActionKind.DOWNLOAD, path=path, reason="new in Immich", sha1=asset.sha1, asset_id=asset.id)
        video = self._bench.assets.at(asset.video) if asset.video is not None else None
        return _Task(asset=asset, action=action, video=video)

    # -- fetching ------------------------------------------------------------------------------------------------------

    def _fetch(self, tasks: Iterator[_Task]) -> None:
        bench = self._bench
        if bench.dry:
            for one in tasks:
                bench.did(one.action)
            return
        workers = max(1, bench.config.connections)
        flying: dict[Future[FileFact | None], _Task] = {}
        with ThreadPoolExecutor(workers, thread_name_prefix="folder-sync-download") as pool:
            try:
                while True:
                    while len(flying) < workers * 2 and not self._stopped:
                        following = next(tasks, None)
                        if following is None:
                            break
                        task = following
                        if (reason := bench.rules.why(task.action.path)) is not None:
                            bench.trouble(task.action.path, f"it is not downloaded: {reason}")
                            continue
                        names = list(self._names(task.action.path, task.asset.id))
                        flying[pool.submit(self._receive, task.asset, names)] = task
                    if not flying:
                        break
                    landed, _ = wait(flying, return_when=FIRST_COMPLETED)
                    for future in landed:
                        self._landed(flying.pop(future), future)
                    bench.task.check()
            finally:
                for future in flying:
                    future.cancel()
                done, _ = wait(flying)
                for future in done:
                    if not future.cancelled() and future.exception() is None:
                        self._landed(flying[future], future)

    def _receive(self, asset: AssetRow, names: Sequence[str]) -> FileFact | None:
        """In a worker thread."""
        return receive(self._bench, asset, asset.sha1 or "", iter(names), (asset.taken or 0) * 1000)

    def _landed(self, task: _Task, future: Future[FileFact | None]) -> None:
        bench = self._bench
        fact = self._result(task.action.path, future)
        if fact is None:
            return
        bench.tally.bytes_down += fact.size
        took_place(bench, fact, task.asset.sha1 or "", task.asset.id)
        bench.did(task.action)
        bench.task.step()
        if task.video is not None and task.video.sha1 is not None:
            self._video(task.video, fact)

    def _video(self, video: AssetRow, still: FileFact) -> None:
        """A live photo comes whole, its video under the name of its still."""
        bench = self._bench
        stem = still.path.rpartition(".")[0] or still.path
        path = f"{stem}.{video.name.rpartition('.')[2] or 'mov'}"
        future: Future[FileFact | None] = Future()
        try:
            future.set_result(self._receive(video, list(self._names(path, video.id))))
        except Exception as error:
            future.set_exception(error)
        fact = self._result(path, future)
        if fact is not None:
            bench.tally.bytes_down += fact.size
            with bench.state.writing():
                took_place(bench, fact, video.sha1 or "", video.id)
                bench.files.belongs(fact.path, still.path)

    def _result(self, path: str, future: Future[FileFact | None]) -> FileFact | None:
        bench = self._bench
        try:
            return future.result()
        except NoRoom:
            self._stop("the disk has no room for more: less than the reserve would be free")
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                self._stop(error.strerror or str(error))
            else:
                bench.trouble(path, f"it could not be written ({error.strerror or error})", "it is tried again")
        except (NotFound, MalformedAnswer, CutBody, StalledBody) as error:
            bench.trouble(path, f"it could not be downloaded: {error.message}", error.hint or "it is tried again")
        except ImmichError as error:
            if error.needs_person or error.retryable:
                raise
            bench.trouble(path, f"it could not be downloaded: {error.message}", error.hint)
        return None

    def _stop(self, why: str) -> None:
        self._stopped = True
        self._bench.note(f"nothing more is downloaded: {why}")

    def _names(self, path: str, asset_id: str) -> Iterator[str]:
        """The name, then with a part of the id, then with all of it; none that some system takes for one that is there.

        The names of a folder are read once, from the state and from the disk.
        """
        folder = path.rpartition("/")[0]
        if folder not in self._taken:
            start = raw(folder)
            below = self._bench.files.paths("path > ? AND path < ?", (start + b"/", start + b"0"))
            self._taken[folder] = {folded(one) for one in below}
            self._taken[folder].update(folded(f"{folder}/{name}") for name in names_in(self._bench.disk, folder))
        taken = self._taken[folder]
        second = clash_name(path, asset_id)
        names = [one for one in (path, second, clash_name(second, asset_id)) if folded(one) not in taken]
        if names:
            taken.add(folded(names[0]))
        return iter(names)


def rule_of(config: PairConfig) -> str:
    """Which downloads a person agreed to: with another rule, it is asked again."""
    rule = config.download
    facts = [rule.albums, rule.people, str(rule.since), rule.folder]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _readable(size: int) -> str:
    value = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
