"""What can be asked of a folder sync, on every face of the frame?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from artframe.plugin import AtLeast, CommandError, Effect, Frame, Task, command
from artframe_folder_sync.apart import apart
from artframe_folder_sync.files.local_trash import LocalTrash
from artframe_folder_sync.files.namesakes import Namesakes
from artframe_folder_sync.journal import Journal, told
from artframe_folder_sync.keeper import Keeper
from artframe_folder_sync.renderings import (
    confirm_text,
    journal_text,
    plain,
    plan_text,
    run_text,
    status_text,
    trash_text,
    undo_text,
    upload_again_text,
    why_text,
)
from artframe_folder_sync.standing import in_trash, standing
from artframe_folder_sync.telling import CONFIRM
from artframe_folder_sync.undo import pending, take_back
from artframe_folder_sync.why import explained, place_of

Whose = Annotated[str, "only this person's: the name, the UUID or the folder"]
_LOOK_SECONDS = 0.3


class SyncCommands:
    """Mixed into the plugin, which opens what these work with."""

    frame: Frame
    log: logging.LoggerAdapter[logging.Logger]
    journal: Journal
    closed: dict[int, str]
    """Why a key could not be opened, by its place in the list."""

    @property
    def keepers(self) -> Sequence[Keeper]:
        """Those that are open."""
        raise NotImplementedError

    @property
    def current(self) -> Task | None:
        """The task of the run that goes on, if there is one."""
        raise NotImplementedError

    @command("status", render=status_text)
    def status(self) -> Any:
        """Say for each person what is in step, how the last run went, and what waits for you."""
        pairs = [standing(one, self.frame.clock) for one in self.keepers]
        return plain({"pairs": pairs, "closed": list(self.closed.values())})

    @command("plan", render=plan_text)
    async def plan(self, *, person: Whose = "", task: Task) -> Any:
        """Show what a full run would do now, step by step and with reasons; changes nothing anywhere."""
        keepers = self._chosen(person)
        reports = await apart(lambda: [(one, one.plan(task)) for one in keepers], task, "folder plan")
        return plain({"pairs": [{"person": one.name, **report.as_json()} for one, report in reports]})

    @command("run", effect=Effect.CHANGES, render=run_text)
    async def run(self, task: Task) -> Any:
        """Bring folders and Immich in step now, completely, and wait for the end; going away does not end it."""
        before = {id(one): one.last for one in self.keepers}
        ended = await self._followed("folder", task)
        fresh = [one for one in self.keepers if one.last is not None and one.last is not before.get(id(one))]
        pairs = [{"person": one.name, **one.last.report.as_json()} for one in fresh if one.last is not None]
        told = {name: ended.get(name, "") for name in ("message", "hint")}
        return plain({"pairs": pairs, **told, "exit_code": ended.get("exit_code", 0)})

    @command(CONFIRM, effect=Effect.DANGEROUS, render=confirm_text)
    async def confirm(
        self,
        side: Annotated[
            Literal["all", "local", "remote", "download", "folder"],
            "local: to the folder's trash; remote: to Immich's; download: the first download; folder: another disk",
        ] = "all",
        *,
        person: Whose = "",
        digest: Annotated[str, "only if what waits is still what bears this sign (see status)"] = "",
        task: Task,
    ) -> dict[str, Any]:
        """Let exactly that happen which was held back: not more, also if more waits by then."""
        confirmed = await apart(lambda: self._confirm(side, person, digest), task, "folder confirm")
        if confirmed:
            self.request("folder")
        return {"confirmed": confirmed}

    @command("why", render=why_text)
    async def why(self, path: Annotated[str, "the file, inside the folder or from the root"], task: Task) -> Any:
        """Explain the state of one file: what is known of it, and what was done with it."""

        def explain() -> list[dict[str, Any]]:
            places = place_of(path, self._chosen(""))
            return [explained(keeper, relative, self.journal) for keeper, relative in places]

        return plain(await apart(explain, task, "folder why"))

    @command("undo", effect=Effect.CHANGES, render=undo_text)
    async def undo(
        self,
        run: Annotated[str, "another run than the last one that deleted anything; 'journal' names them"] = "",
        *,
        person: Whose = "",
        task: Task,
    ) -> Any:
        """Take back what the last run deleted: out of Immich's trash and out of the folder's, as far as it is there."""
        pairs = await apart(lambda: self._undo(run, person, task), task, "folder undo")
        self.request("folder")
        return plain({"pairs": pairs})

    @command("trash", render=trash_text)
    def trash(self, *, person: Whose = "") -> Any:
        """List what lies in the folder's own trash, the oldest first."""
        return plain([facts for one in self._chosen(person) for facts in in_trash(one, self.frame.clock)])

    @command("journal", render=journal_text)
    def journal_lines(
        self,
        *,
        count: Annotated[int, "at most so many", AtLeast(1)] = 50,
        path: Annotated[str, "only this file, inside its folder"] = "",
        person: Whose = "",
    ) -> Any:
        """List what was done, the newest first, with the run it belongs to."""
        pair = self._chosen(person)[0].person.user_id if person else ""
        names = {one.person.user_id: one.name for one in self.keepers}
        entries = self.journal.newest(count, pair=pair, path=path or None)
        return plain([told(one, names.get(one.pair, "")) for one in entries])

    def request(self, job: str) -> None:
        """Have a job run soon."""
        raise NotImplementedError

    async def _followed(self, job: str, task: Task) -> dict[str, Any]:
        """The job's run, its progress shown by ``task`` as well."""
        work = asyncio.ensure_future(self.frame.run("job run", job=f"{self.frame.instance}/{job}"))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=_LOOK_SECONDS)
                if (current := self.current) is not None:
                    task.follow(current.progress)
        finally:
            work.cancel()
        return dict(work.result())

    def _chosen(self, person: str) -> list[Keeper]:
        known = list(self.keepers)
        if not person:
            if not known:
                raise CommandError("no folder is open at the moment", "'artframe status' says why", exit_code=75)
            return known
        found = [one for one in known if person in (one.name, one.person.user_id, str(one.config.folder))]
        if not found:
            names = ", ".join(one.name for one in known)
            raise CommandError(f"nobody here is '{person[:200]}'", f"these are: {names}", exit_code=66)
        return found

    @command("upload-again", effect=Effect.CHANGES, render=upload_again_text)
    async def upload_again(self, *, person: Whose = "", task: Task) -> dict[str, Any]:
        """Send to Immich anew what is held because it is gone there, instead of deleting it here.

        For an Immich that was set back to an old state, or lost photos by accident.
        """
        count = await apart(
            lambda: sum(one.pair.upload_again() for one in self._chosen(person)), task, "folder upload again"
        )
        if count:
            self.request("folder")
        return {"files": count}

    def _confirm(self, side: str, person: str, digest: str) -> int:
        confirmed = 0
        for keeper in self._chosen(person):
            if side == "folder":
                confirmed += keeper.pair.confirm("folder")
                continue
            for held in keeper.pair.held():
                if side not in ("all", held.side):
                    continue
                if digest and held.digest != digest:
                    raise CommandError(
                        "something else waits by now; nothing was confirmed", "look at it again: 'status' lists it"
                    )
                confirmed += keeper.pair.confirm(held.side, held.digest)
        return confirmed

    def _undo(self, run: str, person: str, task: Task) -> list[dict[str, Any]]:
        results, refusals = [], []
        keepers = self._chosen(person)
        if not person and not run:
            self._insist_on_one(keepers)
        for keeper in keepers:
            with keeper.alone():
                try:
                    name, entries = pending(self.journal, keeper.person.user_id, run)
                except CommandError as error:
                    refusals.append(error)
                    continue
                undone = take_back(
                    entries,
                    run=name,
                    journal=self.journal,
                    trash=LocalTrash(keeper.disk, self.frame.clock),
                    namesakes=Namesakes(keeper.disk),
                    client=keeper.client,
                    now=f"undo {self.frame.clock.now().isoformat(timespec='seconds')}",
                    task=task,
                )
            results.append({"person": keeper.name, **undone.as_json()})
        if not results and refusals:
            raise refusals[0]
        return results

    def _insist_on_one(self, keepers: Sequence[Keeper]) -> None:
        """Whose last run is meant? Taking back Ben's mistake of today must not revive what Anna deleted last week."""
        found = []
        for keeper in keepers:
            with contextlib.suppress(CommandError):
                _, entries = pending(self.journal, keeper.person.user_id)
                found.append(f"{keeper.name}'s {len(entries)} of {entries[0].at.astimezone():%Y-%m-%d %H:%M}")
        if len(found) > 1:
            raise CommandError(
                f"the last deletions of several people could be taken back ({', '.join(found)}); nothing was done",
                "say whose, with --person",
                exit_code=64,
            )
