"""What happens in one run, in which order, and what ends it?

Look at Immich, look at the folder, make sure it is still that folder; then everything that adds, and only then, on
what both sides have become by that, what deletes, past the brakes.
"""

from __future__ import annotations

from collections.abc import Collection

from artframe.plugin import NotReady, Sentence, said
from artframe_folder_sync.files.marker import Marker
from artframe_folder_sync.records import Action, ActionKind, Mode
from artframe_folder_sync.run.albums import Albums
from artframe_folder_sync.run.comebacks import Comebacks
from artframe_folder_sync.run.contents import report_unfinished
from artframe_folder_sync.run.deletions import find_deletions
from artframe_folder_sync.run.downloads import Downloads
from artframe_folder_sync.run.families import pair_up, report_sidecars
from artframe_folder_sync.run.holding import EMPTY_IMMICH, Holding
from artframe_folder_sync.run.links import move_all, moves
from artframe_folder_sync.run.local import Local, LocalView
from artframe_folder_sync.run.remote import News, Remote, RemoteView
from artframe_folder_sync.run.scope import Scope
from artframe_folder_sync.run.setbacks import doubt
from artframe_folder_sync.run.trashing_local import LocalTrashing, recover
from artframe_folder_sync.run.trashing_remote import RemoteTrashing
from artframe_folder_sync.run.twins import without_twins
from artframe_folder_sync.run.uploads import Uploads
from artframe_folder_sync.run.workbench import Workbench
from artframe_folder_sync.state.database import moment

_FRESH = 60.0
"""Seconds: so long what was seen of Immich is believed without another look."""


class Run:
    """One run over a workbench; ``carry_out`` is all there is."""

    def __init__(
        self,
        bench: Workbench,
        scope: Scope,
        marker: Marker,
        *,
        full: bool,
        dirty: Collection[str],
        news: News | None = None,
    ) -> None:
        self._bench = bench
        self._scope = scope
        self._marker = marker
        self._full = full
        self._dirty = dirty
        self._news = news
        self.holding = Holding(bench, bench.files.tracked)
        self._removals: list[Action] = []
        self._replacements: list[Action] = []

    def carry_out(self) -> None:
        """Raises ArtframeError and ImmichError; what was done until then is done and remembered."""
        bench = self._bench
        bench.task.say(said("folder_sync.asking", "asking Immich"))
        began = bench.clock.monotonic()
        there = Remote(bench.state, bench.client, bench.config.user_id, may_check=bench.may("asset.upload"))
        may_be_empty = EMPTY_IMMICH in bench.waiting.approved("local")
        remote = there.look(bench.task, full=self._full, may_be_empty=may_be_empty, news=self._news)
        if not bench.dry:
            recover(bench)
            bench.disk.tidy()
        local = self._look_at_folder()
        adds_only = self._scope.adds_only
        if adds_only:
            bench.note(f"nothing is deleted this time: {adds_only}")
        self._add()
        if bench.clock.monotonic() - began > _FRESH and not remote.is_empty:
            there.look(bench.task, full=False)  # what people did meanwhile counts before anything is deleted
        self._delete(local, remote, adds_only)
        self._finish(remote)

    def _look_at_folder(self) -> LocalView:
        bench = self._bench
        look = Local(bench.state, bench.disk, bench.rules, bench.clock, settle_seconds=bench.config.settle_seconds)
        try:
            with bench.state.writing():
                view = look.look(bench.task, None if self._full else self._dirty)
                # Before anything of it is believed: is it the folder still?
                self._insist_on_folder()
            look.read(bench.task, view, threads=bench.config.hash_threads)
            self._insist_on_folder()
        except OSError as error:
            raise NotReady(
                said(
                    "folder_sync.unreadable",
                    "the folder {folder} cannot be read ({reason}); nothing is done until it can",
                    folder=str(bench.config.folder),
                    reason=error.strerror or str(error),
                ),
                said("folder_sync.is_it_there", "is its disk plugged in (or its network share there)?"),
            ) from error
        bench.tally.troubles.extend(view.troubles)
        return view

    def _insist_on_folder(self) -> None:
        if self._bench.dry and self._scope.is_first:
            return
        state = self._marker.look()
        if not state.ok:
            raise NotReady(state.said, state.advice)

    def _add(self) -> None:
        bench = self._bench
        RemoteTrashing(bench, self._marker).recover(full=self._full)
        pairs = moves(bench)
        if pairs:
            move_all(bench, pairs)
        comebacks = Comebacks(bench, LocalTrashing(bench, self._marker))
        if bench.powers.local:
            self._replacements = comebacks.replaced()
        uploads = Uploads(bench)
        uploads.all()
        self._removals = uploads.removals
        if bench.powers.local:
            comebacks.restored()
            self.holding.downloads(Downloads(bench).all())
        pair_up(bench)
        report_sidecars(bench)
        Albums(bench).all()

    def _delete(self, local: LocalView, remote: RemoteView, adds_only: str | None) -> None:
        bench = self._bench
        if remote.is_empty:
            self.holding.empty_immich()
            return
        if adds_only:
            return
        full = self._full and remote.full
        found = find_deletions(bench, full=full, looked_at=moment(local.at))
        tracked = bench.files.tracked
        is_empty = local.full and local.files == 0 and tracked
        empty = said("folder_sync.empty_folder", "the folder is empty, although it had photos") if is_empty else None
        trashing = RemoteTrashing(bench, self._marker)
        # That a photo stays in Immich is remembered for good: of an empty folder a person says first that it is right.
        asked = [one for one in found.kept if one.kind is ActionKind.KEEP_REMOTE] if empty else []
        trashing.keep([one for one in found.kept if not empty or one.kind is not ActionKind.KEEP_REMOTE])
        local_ones = without_twins(bench, [*found.local, *self._removals, *self._replacements])
        go = self.holding.past_brake("local", local_ones, stopped=doubt(bench.state, local_ones))
        self._take_away(go)
        if go or not local_ones:
            # What was said of an empty Immich holds until what follows from it is decided, too.
            bench.waiting.done("local", [EMPTY_IMMICH])
        stopped = empty or self._set_back(found.doubtful)
        go = self.holding.past_brake("remote", [*found.remote, *asked], stopped=stopped, complete=full)
        if go:
            bench.task.plan(len(go), said("folder_sync.trashing_there", "moving photos to the trash of Immich"))
        trashing.trash([one for one in go if one.kind is ActionKind.TRASH_REMOTE])
        kept = [one for one in go if one.kind is ActionKind.KEEP_REMOTE]
        trashing.keep(kept)
        bench.waiting.done("remote", (one.key for one in kept))

    def _set_back(self, doubtful: list[Action]) -> Sentence | None:
        approved = self._bench.waiting.approved("remote")
        count = sum(1 for one in doubtful if one.key not in approved)
        if not count:
            return None
        return said(
            "folder_sync.folder_set_back",
            "{count} missing in the folder although nobody took anything out of it: if it was set back to an older"
            " state (a backup, a snapshot), Immich has what it lacks",
            count=count,
        )

    def _take_away(self, actions: list[Action]) -> None:
        bench = self._bench
        if actions:
            bench.task.plan(len(actions), said("folder_sync.trashing_here", "moving files to the folder's trash"))
        trashing = LocalTrashing(bench, self._marker)
        trashing.all([one for one in actions if one.kind is ActionKind.TRASH_LOCAL])
        comebacks = Comebacks(bench, trashing)
        for one in actions:
            if one.kind is ActionKind.REPLACE_LOCAL:
                comebacks.exchange(one)

    def _finish(self, remote: RemoteView) -> None:
        bench = self._bench
        report_unfinished(bench)
        bench.tombstones.expire(bench.now)
        self._scope.done(full=self._full)
        if bench.dry:
            return
        if self._full and bench.config.mode is not Mode.UPLOAD and not remote.is_empty:
            self._empty_old_trash()
        bench.journal.sync()

    def _empty_old_trash(self) -> None:
        bench = self._bench
        going = {one.trash_path for one in bench.tombstones.where("stage = 'going'")}
        try:
            bench.trash.expire(bench.config.trash_days, lambda path: path not in going)
        except OSError as error:
            bench.note(f"old files in the folder's trash could not be removed ({error.strerror or error})")
