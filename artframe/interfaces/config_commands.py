"""What can be asked about the configuration files and changed in them, with or without a running frame?"""

from __future__ import annotations

from typing import Annotated, Any

from artframe.config.document import MAX_BYTES
from artframe.config.editing import SettingsEditor
from artframe.config.form import form_of, form_of_kind
from artframe.config.layout import FRAME
from artframe.config.problem import Severity
from artframe.config.setting_path import parse_path, path_text
from artframe.config.store import ConfigStore
from artframe.config.text_editing import TextEditor
from artframe.config.typed_change import Change, parse_change
from artframe.core.commands import Effect, command
from artframe.core.exchange import Suggests, Upload
from artframe.interfaces.config_texts import (
    edit_lines,
    form_lines,
    preview_lines,
    problem_lines,
    value_text,
    version_lines,
)

File = Annotated[str, "frame, secrets, or a plugin's instance", Suggests("file")]
SettingPath = Annotated[str, "a setting, such as display.fit or settings.albums[0]", Suggests("setting", within="file")]
Version = Annotated[str, "the id of a kept version, from 'config history'", Suggests("version")]
Basis = Annotated[str, "the basis of the content that was edited: if the file is another one by now, nothing happens"]
Reason = Annotated[str, "what the history says about this change"]


class ConfigCommands:
    """``artframe config …``; secrets are masked in everything it shows."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store
        self._settings = SettingsEditor(store)
        self._texts = TextEditor(store)

    # -- looking

    @command("config check", render=problem_lines)
    def check(self) -> dict[str, Any]:
        """Say all that is wrong with the files on the disk, with file, line and what would be right.

        The exit code is 78 while a setting or a file cannot be used.
        """
        problems = self._store.check()
        wrong = any(problem.severity is Severity.ERROR for problem in problems)
        return {"problems": [problem.as_json() for problem in problems], "exit_code": 78 if wrong else 0}

    @command("config show")
    def show(self, file: File = FRAME) -> dict[str, Any]:
        """Show what a configuration file says, secrets masked."""
        return self._store.shown(file)

    @command("config get", render=value_text)
    def get(
        self,
        file: File,
        path: Annotated[
            str, "a setting, such as display.fit; nothing: the whole file", Suggests("setting", within="file")
        ] = "",
    ) -> dict[str, Any]:
        """Show one setting: what the file says, secrets masked, or else its default."""
        if not path:
            name = self._store.files.name(file)
            return {"file": name, "path": "", "value": self._store.shown(file), "is_set": True}
        found = self._settings.value(file, parse_path(path))
        return {"file": found.file, "path": path_text(found.path), "value": found.value, "is_set": found.is_set}

    @command("config text", render=lambda result: str(result["text"]).rstrip("\n"))
    def text(self, file: File) -> dict[str, Any]:
        """Show a file as it is written, secrets masked; 'config write' takes it back."""
        return self._texts.text(file).as_json()

    @command("config form", render=form_lines)
    def form(
        self,
        file: File = "",
        *,
        kind: Annotated[str, "a kind of plugin, for the form of one that is not there yet", Suggests("kind")] = "",
    ) -> dict[str, Any]:
        """Show every setting of a file: what it is for, what may stand there, and what does."""
        form = form_of_kind(self._store, kind) if kind and not file else form_of(self._store, file or FRAME)
        return form.as_json()

    # -- changing

    @command("config set", effect=Effect.CHANGES, owner_only=True, render=edit_lines)
    def set(
        self,
        file: File,
        path: SettingPath,
        value: Annotated[str, 'the value: JSON, or a text as it is ("30" in quotes is a text)'],
    ) -> dict[str, Any]:
        """Change one setting. A secret goes to secrets.json, and a reference to it into the file."""
        change = Change(path=parse_path(path), text=value)
        return self._settings.change(file, [change], reason="config set").as_json()

    @command("config unset", effect=Effect.CHANGES, owner_only=True, render=edit_lines)
    def unset(self, file: File, path: SettingPath) -> dict[str, Any]:
        """Take one setting out of a file, so that its default counts."""
        change = Change(path=parse_path(path), text=None)
        return self._settings.change(file, [change], reason="config unset").as_json()

    @command("config change", effect=Effect.CHANGES, owner_only=True, render=edit_lines)
    def change(
        self,
        file: File,
        changes: Annotated[tuple[str, ...], "path=value, where the value is JSON or a text; path= takes it out"],
        *,
        basis: Basis = "",
        reason: Reason = "config change",
    ) -> dict[str, Any]:
        """Change several settings of a file: all of them, or none.

        Secrets go to secrets.json, and references to them into the file. ******** leaves a secret as it is.
        """
        found = [parse_change(change) for change in changes]
        return self._settings.change(file, found, reason=reason, basis=basis).as_json()

    @command("config write", effect=Effect.CHANGES, owner_only=True, render=edit_lines)
    def write(
        self,
        file: File,
        content: Annotated[Upload, "the new text of the whole file"],
        *,
        basis: Basis = "",
        reason: Reason = "config write",
    ) -> dict[str, Any]:
        """Replace a whole file, if nothing is wrong with the new one.

        ******** stands for what the file holds at that place: a secret that was masked stays as it is.
        """
        return self._texts.write(file, content.read(MAX_BYTES), reason=reason, basis=basis).as_json()

    # Of use to who may write only; and who may only look must not try out secrets, or keep the frame busy for minutes.
    @command("config preview", render=preview_lines, owner_only=True)
    def preview(
        self, file: File, content: Annotated[Upload, "the new text of the whole file"], *, basis: Basis = ""
    ) -> dict[str, Any]:
        """Say what 'config write' would come to: what is wrong with the text, and what would change."""
        return self._texts.preview(file, content.read(MAX_BYTES), basis=basis).as_json()

    # -- history

    @command("config history", render=version_lines)
    def history(self, file: File = FRAME) -> dict[str, Any]:
        """List the kept versions of a file, newest first."""
        versions = [
            {
                "id": version.id,
                "saved_at": version.saved_at.isoformat(),
                "kind": version.kind.word,
                "reason": version.reason,
                "size": version.size,
            }
            for version in self._store.history(file)
        ]
        if not versions:
            self._store.files.expected(self._store.files.name(file))  # refuses what never was there
        return {"file": file, "versions": versions}

    @command("config diff", render=lambda result: result["difference"] or "no difference")
    def diff(
        self,
        file: File,
        version: Version,
        other: Annotated[str, "another id, or now: the file on the disk", Suggests("version")] = "now",
    ) -> dict[str, Any]:
        """Show what changed between a kept version and the file as it is, secrets masked."""
        return {"file": file, "difference": self._store.diff(file, version, other)}

    @command(
        "config rollback",
        effect=Effect.CHANGES,
        owner_only=True,
        render=lambda result: f"{result['file']} is version {result['version']} again; what it replaced is kept",
    )
    def rollback(self, file: File, version: Version) -> dict[str, Any]:
        """Put a kept version back in force and in the file's place; what it replaces is kept too."""
        self._store.rollback(file, version)
        return {"file": file, "version": version}
