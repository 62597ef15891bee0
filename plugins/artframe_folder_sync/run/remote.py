"""What is in Immich now? The listing goes into the state; what it lacks is asked for one by one before it is gone."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from artframe.immich import Immich, Listed, Visibility
from artframe.plugin import Task, said
from artframe_folder_sync.run.setbacks import note_vanished, remember_newest
from artframe_folder_sync.state.assets import AssetRow, Assets, Seen, from_listing, seen_as
from artframe_folder_sync.state.database import State, moment

_VISIBILITIES = (Visibility.TIMELINE, Visibility.ARCHIVE, Visibility.HIDDEN)
_OVERLAP = timedelta(seconds=2)
"""A quick look begins so long before the newest change it knows: moments come rounded, and jobs end late."""
_MOST_NEWS = 1000
"""More than that is not kept until a run comes."""
WATERMARK = "newest_change"
_EMPTY = "immich_is_empty"


@dataclass(frozen=True, kw_only=True)
class News:
    """What Immich told of changes since a moment; ``is_all``: it is all that it would tell a run."""

    listed: tuple[Listed, ...]
    is_all: bool

    def concerns(self, user_id: str) -> bool:
        """Whether a run has to look: something of this user may have changed."""
        return not self.is_all or any(one.asset().owner_id.lower() == user_id.lower() for one in self.listed)


def ask_for_news(client: Immich, since: datetime) -> News:
    """What changed since a moment of the server's clock (aware), in three small questions. Raises ImmichError."""
    listed: list[Listed] = []
    for visibility in _VISIBILITIES:
        with closing(client.listed_pages(visibility=visibility, since=since)) as pages:
            for page in pages:
                listed += page
                if len(listed) > _MOST_NEWS:
                    return News(listed=(), is_all=False)
    return News(listed=tuple(listed), is_all=True)


@dataclass(kw_only=True)
class RemoteView:
    """What a look at Immich found. ``is_empty``: nothing at all, although files are linked to assets."""

    full: bool
    listed: int = 0
    is_empty: bool = False
    asked: int = 0


class Remote:
    """Brings the table ``asset`` up to date; only assets of the user's own, none of external libraries."""

    def __init__(self, state: State, client: Immich, user_id: str, *, may_check: bool = True) -> None:
        """``may_check``: whether the key may ask for contents; without, what is in no list is unknown."""
        self._state = state
        self._may_check = may_check
        self._assets = Assets(state)
        self._client = client
        self._newest = 0
        self._user_id = user_id.lower()

    def look(self, task: Task, *, full: bool, may_be_empty: bool = False, news: News | None = None) -> RemoteView:
        """Everything, or what changed since the last look. Raises ImmichError: then nothing new is known.

        ``may_be_empty``: a person said that an empty Immich is right. ``news``: what it told a moment ago of changes
        since the last look began; it is not asked for them again.
        """
        newest = self._state.meta(WATERMARK)
        if full or newest is None:
            return self._everything(task, may_be_empty=may_be_empty)
        view = RemoteView(full=False)
        if news is None or not news.is_all:
            since = moment(int(newest)) - _OVERLAP
            for visibility in _VISIBILITIES:
                for page in self._client.listed_pages(visibility=visibility, since=since):
                    view.listed += len(self._keep(page))
        else:
            view.listed = len(self._keep(list(news.listed)))
        self._set_watermark()
        # What was found empty as a whole stays so until something is in it, or a person says that this is right.
        view.is_empty = self._state.meta(_EMPTY) is not None and view.listed == 0 and not may_be_empty
        return view

    def _everything(self, task: Task, *, may_be_empty: bool) -> RemoteView:
        view = RemoteView(full=True)
        seen: set[int] = set()
        for visibility in _VISIBILITIES:
            for page in self._client.listed_pages(visibility=visibility):
                own = self._keep(page)
                seen.update(map(hash, own))
                view.listed += len(own)
                task.say(said("folder_sync.listing", "reading the list of Immich: {count} photos", count=view.listed))
        self._set_watermark()
        with self._state.writing():
            lacking = [one for one in self._assets.ids() if hash(one) not in seen]
            tracked = self._tracked(seen)
            view.is_empty = view.listed == 0 and bool(tracked) and not may_be_empty
            self._state.set_meta(_EMPTY, "yes" if view.is_empty else None)
            self._assets.forget(one for one in lacking if one not in tracked)
        if not view.is_empty:
            view.asked = len(tracked)
            self._ask(task, tracked)
            remember_newest(self._state)
        return view

    def _keep(self, page: list[Listed]) -> list[str]:
        """Write what differs, and return the ids of the user's own assets on the page.

        What is told as it was told last time is not even read: a second run over a hundred thousand writes nothing.
        """
        known = self._assets.stamps([one.id for one in page])
        own = [one.id for one in page if known.get(one.id) == one.stamp]
        changed: list[tuple[AssetRow, str]] = []
        for one in page:
            if known.get(one.id) != one.stamp:
                asset = one.asset()
                if asset.owner_id.lower() == self._user_id and asset.library_id is None:
                    changed.append((from_listing(asset), one.stamp))
        if changed:
            self._assets.put(changed)
            self._newest = max([self._newest, *(row.updated for row, _ in changed if row.updated is not None)])
        return own + [row.id for row, _ in changed]

    def _set_watermark(self) -> None:
        """Only after all pages came: what a page that was lost would have told must not be passed over."""
        before = self._state.meta(WATERMARK)
        if self._newest > int(before or 0):
            self._state.set_meta(WATERMARK, str(self._newest))

    def _tracked(self, seen: set[int]) -> dict[str, str]:
        """The assets that files are linked to and that no list showed, with the content that they had when last seen.

        That of a replaced one is another than both sides had; by the old one, it would seem to be gone.
        """
        sql = """SELECT DISTINCT file.asset, coalesce(a.sha1, file.base) AS content
            FROM file LEFT JOIN asset a ON a.id = file.asset WHERE file.base IS NOT NULL"""
        return {row["asset"]: row["content"] for row in self._state.db.execute(sql) if hash(row["asset"]) not in seen}

    def _ask(self, task: Task, tracked: dict[str, str]) -> None:
        """What became of assets that no listing shows: locked, lost by the paging, or gone for good."""
        if not tracked:
            return
        count = len(tracked)
        task.say(
            said("folder_sync.asking_about", "asking Immich about photos that no list shows: {count}", count=count)
        )
        if not self._may_check:
            # Nobody can tell a locked photo from one that is gone for good.
            with self._state.writing():
                for asset_id, sha1 in tracked.items():
                    self._assets.mark(asset_id, sha1, Seen.UNKNOWN)
            return
        states: dict[str, Seen] = {}
        before = self._assets.at_all(list(tracked))
        for asset_id, check in self._client.check_uploads(tracked).items():
            known_as = before[asset_id].state if asset_id in before else None
            if check.known and (check.asset_id or "").lower() == asset_id:
                if check.in_trash:
                    states[asset_id] = Seen.TRASHED
                elif known_as is Seen.LOCKED:
                    states[asset_id] = Seen.LOCKED  # unlocked, it would be in a list again
            elif not check.known and known_as is Seen.PURGED:
                states[asset_id] = Seen.PURGED  # looked at twice in an earlier run, and its content is still not there
        doubtful: dict[str, str | None] = {one: sha1 for one, sha1 in tracked.items() if one not in states}
        if doubtful:
            answers = self._client.asset_states(doubtful, owner_id=self._user_id)
            states.update((one, seen_as(state)) for one, state in answers.items())
        with self._state.writing():
            for asset_id, state in states.items():
                self._assets.mark(asset_id, tracked[asset_id], state)
            note_vanished(self._state, before.values(), {one for one, state in states.items() if state is Seen.PURGED})
