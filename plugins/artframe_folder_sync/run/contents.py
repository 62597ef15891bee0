"""Which contents are new in the folder, and what is each of them to Immich? Goes through them in batches."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from artframe.immich import UploadCheck
from artframe_folder_sync.records import Action, ActionKind, Mode, Trouble
from artframe_folder_sync.run.decide import judge, was_replaced
from artframe_folder_sync.run.decide_new import Lead, judge_new
from artframe_folder_sync.run.links import Supersedes, link_new, linked
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.assets import Seen
from artframe_folder_sync.state.database import micros, moment, raw
from artframe_folder_sync.state.files import FileRow

BATCH = 2000
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)
_SLACK = 5_000_000
"""Microseconds by which the clocks of both sides are known at best."""
_NEW = """missing_since IS NULL AND sha1 IS NOT NULL AND size > 0 AND (base IS NULL OR base <> sha1 OR asset IN
    (SELECT id FROM asset WHERE state = 'elsewhere')) AND (refused IS NULL OR retry_at <= ?) AND path > ?"""


class Contents:
    """One walk over all files whose content is not the one both sides had."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.pretended: dict[str, str] = {}
        """Dry: what would have been uploaded, by content."""

    def count(self) -> int:
        """How many files there are to go through, for the progress."""
        return self._bench.files.count(_NEW, (self._bench.now, b""))

    def batches(self) -> Iterator[list[tuple[FileRow, Action]]]:
        """Each content once per walk; links are carried out here, all else is the caller's.

        A second walk finds what was left out because another file has the same content.
        """
        taken: set[str] = set()
        last = b""
        while True:
            rows = self._bench.files.where_now(_NEW, (self._bench.now, last), limit=BATCH)
            if not rows:
                return
            last = raw(rows[-1].path)
            batch: list[FileRow] = []
            for row in rows:
                if row.sha1 not in taken and not self._is_sidecar(row):
                    taken.add(row.sha1 or "")
                    batch.append(row)
            if batch:
                yield self._judged(batch)

    def _is_sidecar(self, row: FileRow) -> bool:
        return self._bench.is_sidecar(row.path)

    def _judged(self, batch: list[FileRow]) -> list[tuple[FileRow, Action]]:
        bench = self._bench
        checks = self._checks(batch)
        taken_away = bench.tombstones.taken_away(list(checks))
        now = bench.moment
        actions: list[tuple[FileRow, Action]] = []
        links: list[tuple[FileRow, Action]] = []
        for row in batch:
            edited = None
            if row.base is not None and row.asset is not None and row.sha1 != row.base:
                edited = judge(row, bench.assets.at(row.asset), bench.config, now, other_copy=None)
            check = checks[row.sha1 or ""]
            stones = taken_away.get(row.sha1 or "", ())
            lead = Lead(
                edited=edited,
                held_elsewhere=self._held_elsewhere(row, check),
                was_there=edited is not None and self._was_there(row, check),
                tombstone=stones[0] if stones else None,
                copy_in_trash=any(bench.lies_in_trash(one) for one in stones),
            )
            verdict = judge_new(
                row, check, lead, mode=bench.config.mode, reappeared=bench.config.reappeared, powers=bench.powers
            )
            if isinstance(verdict, Trouble):
                bench.trouble(verdict.path, verdict.reason, verdict.hint)
            elif verdict is None:
                pass
            elif verdict.kind is ActionKind.LINK:
                links.append((row, verdict))
            elif row.base != row.sha1:
                # Otherwise its asset is not to be found and its content is not shown either: nothing is certain.
                actions.append((row, verdict))
        self._link(links)
        return actions

    def _checks(self, batch: list[FileRow]) -> dict[str, UploadCheck]:
        bench = self._bench
        wanted = {row.sha1: row.sha1 for row in batch if row.sha1 is not None}
        if bench.may("asset.upload"):
            checks = bench.client.check_uploads(wanted)
        else:
            checks = {sha1: self._listed(sha1) for sha1 in wanted}
        for sha1 in wanted.keys() & self.pretended.keys():
            checks[sha1] = UploadCheck(known=True, asset_id=self.pretended[sha1])
        return checks

    def _listed(self, sha1: str) -> UploadCheck:
        """What the listing tells, for a key that may not ask for contents."""
        asset = self._bench.assets.with_content(sha1)
        if asset is None:
            return UploadCheck(known=False)
        return UploadCheck(known=True, asset_id=asset.id, in_trash=asset.state is Seen.TRASHED)

    def _held_elsewhere(self, row: FileRow, check: UploadCheck) -> bool:
        if row.base is None or not check.known or check.asset_id is None:
            return False
        return self._bench.files.count("asset = ? AND path <> ?", (check.asset_id.lower(), raw(row.path))) > 0

    def _was_there(self, row: FileRow, check: UploadCheck) -> bool:
        """What we sent ourselves came to Immich after the file had changed; compared by the server's clock."""
        asset = self._bench.assets.at((check.asset_id or "").lower()) if check.known else None
        if asset is None or asset.created is None:
            return False
        here, server = self._bench.moment.here, self._bench.moment.server
        return asset.created < row.changed_at + micros(server) - micros(here) - _SLACK

    def _link(self, links: list[tuple[FileRow, Action]]) -> None:
        bench = self._bench
        with bench.state.writing():
            link_new(
                bench, [(row, one.asset_id) for row, one in links if row.base is None and one.asset_id is not None]
            )
            for row, action in links:
                if row.base is None or action.asset_id is None:
                    continue
                old = bench.assets.at(row.asset) if row.asset is not None else None
                overwrites = (
                    row.base != row.sha1
                    and old is not None
                    and old.state in (Seen.LIVE, Seen.ARCHIVED)
                    and not was_replaced(row, old)
                )
                linked(
                    bench,
                    row,
                    action.asset_id,
                    supersedes=Supersedes.OVERWRITTEN if overwrites else Supersedes.NOTHING,
                    is_live=False,
                )
        for _, action in links:
            bench.did(action)
        bench.task.step(len(links))


def report_unfinished(bench: Workbench) -> None:
    """Ask for another run when files will have come to rest, may be tried again, or are missed for long enough."""
    now = bench.clock.now()
    bench.tally.settling, first = bench.files.settling(bench.now, bench.config.settle_seconds)
    bench.tally.settled_at = None if first is None else moment(first)
    waiting = bench.files.where_now("sha1 IS NULL AND missing_since IS NULL AND size > 0", limit=1000)
    for row in waiting:
        settled = min(row.changed_at, max(row.mtime // 1000, 0)) if row.mtime // 1000 <= bench.now else row.changed_at
        at = moment(settled) + timedelta(seconds=bench.config.settle_seconds)
        if at <= now:
            # It came to rest and could not be read all the same: more and more rarely, the longer that is so.
            at = now + min(max((now - moment(settled)) / 2, _SHORTEST), _LONGEST)
        bench.look_again(at)
    if bench.config.mode is Mode.MIRROR_DOWN:
        return
    told = {one.path for one in bench.tally.troubles}
    put_off = "refused IS NOT NULL AND missing_since IS NULL AND retry_at > ?"
    for row in bench.files.where_now(put_off, (bench.now,), limit=200):
        if row.path not in told:
            # Not tried in this run, and not in Immich all the same: a person who looks at any run should see that.
            bench.trouble(row.path, row.refused or "", retry_at=moment(row.retry_at or 0))
    sql = "SELECT min(retry_at) FROM file WHERE refused IS NOT NULL AND missing_since IS NULL AND retry_at > ?"
    (retry_at,) = bench.state.db.execute(sql, (bench.now,)).fetchone()
    if retry_at is not None:
        bench.look_again(moment(retry_at))
    grace = timedelta(seconds=max(bench.config.delete_grace_seconds, 1))
    sql = "SELECT min(missing_since) FROM file WHERE base IS NOT NULL AND missing_since > ?"
    (missing,) = bench.state.db.execute(sql, (micros(now - grace),)).fetchone()
    if missing is not None:
        bench.look_again(moment(missing) + grace, in_full=True)
