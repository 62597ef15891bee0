"""How does a plugin come, go, rest, and beget another one of its kind? Its file changes; the host follows."""

from __future__ import annotations

import re
from typing import Annotated, Any

from artframe.config.editing import SettingsEditor
from artframe.config.layout import INSTANCE, PLUGINS, instance_of
from artframe.config.problem import printable
from artframe.config.rewrite import rewrite
from artframe.config.store import ConfigStore
from artframe.config.typed_change import Change, parse_change
from artframe.core.commands import Effect, command
from artframe.core.exchange import Suggests
from artframe.core.near_names import meant
from artframe.errors import CommandError, NotThere
from artframe.host.discovery import PluginKinds
from artframe.host.plugin_commands import Instance

Kind = Annotated[str, "a kind of plugin that is installed, from 'plugin list'", Suggests("kind")]
NewInstance = Annotated[str, "a name for it: small letters, digits, - and _"]

_TAKEN = ("frame", "secrets")
"""Would be mistaken for the other files."""


def _added(result: dict[str, Any]) -> str:
    lines = [f"{result['instance']} is a new plugin of the kind {result['kind']}{_rests(result)}"]
    lines += [f"its secret is stored in secrets.json as {name}" for name in result["secrets"].values()]
    return "\n".join(lines)


def _removed(result: dict[str, Any]) -> str:
    back = f"artframe config rollback {result['instance']} {result['version']}"
    return f"{result['instance']} is removed; its photos and data stay on the disk, and this brings it back: {back}"


def _switched(result: dict[str, Any]) -> str:
    what = "enabled" if result["enabled"] else "disabled; its photos stay on the disk"
    return f"{result['instance']} is {what}" if result["changed"] else f"{result['instance']} was {what} before"


def _duplicated(result: dict[str, Any]) -> str:
    return f"{result['instance']} is a plugin with the settings of {result['like']}{_rests(result)}"


def _rests(result: dict[str, Any]) -> str:
    return "" if result["enabled"] else f"; it rests until 'artframe plugin enable {result['instance']}'"


class PluginChanges:
    """``plugin add``, ``remove``, ``enable``, ``disable`` and ``duplicate``. Add them with ``add_all``."""

    def __init__(self, store: ConfigStore, kinds: PluginKinds) -> None:
        self._store = store
        self._kinds = kinds
        self._settings = SettingsEditor(store)

    @command("plugin add", effect=Effect.CHANGES, owner_only=True, render=_added)
    def add(
        self,
        kind: Kind,
        instance: NewInstance,
        changes: Annotated[tuple[str, ...], "its settings, each as name=value"] = (),
        *,
        disabled: Annotated[bool, "do not start it yet"] = False,
    ) -> dict[str, Any]:
        """Add a plugin: write its file, which must hold all settings that it cannot do without.

        Secrets go to secrets.json, and references to them into the file.
        """
        model = self._model(kind)
        self._expect_new(instance)
        start = {"version": model.settings_version, "plugin": kind, "enabled": not disabled, "settings": {}}
        settings = [_in_settings(parse_change(change)) for change in changes]
        edited = self._settings.change(_file(instance), settings, reason="plugin add", start=start)
        return {**edited.as_json(), "instance": instance, "kind": kind, "enabled": not disabled}

    @command("plugin remove", effect=Effect.DANGEROUS, render=_removed)
    def remove(self, instance: Instance) -> dict[str, Any]:
        """Remove a plugin: its file goes, its photos and data stay on the disk, 'config rollback' brings it back."""
        file = self._existing(instance)
        raw = self._store.files.expected(file)
        with self._store.held():
            self._store.remove(file, reason="plugin remove")
            kept = next((one for one in self._store.history(file) if one.path.read_bytes() == raw), None)
        return {"file": file, "instance": instance, "version": kept.id if kept is not None else ""}

    @command("plugin enable", effect=Effect.CHANGES, render=_switched)
    def enable(self, instance: Instance) -> dict[str, Any]:
        """Have a plugin work again that was disabled."""
        return self._switch(instance, on=True)

    @command("plugin disable", effect=Effect.CHANGES, render=_switched)
    def disable(self, instance: Instance) -> dict[str, Any]:
        """Have a plugin rest; its settings and photos stay."""
        return self._switch(instance, on=False)

    @command("plugin duplicate", effect=Effect.CHANGES, owner_only=True, render=_duplicated)
    def duplicate(
        self, instance: Instance, new: NewInstance, *, disabled: Annotated[bool, "do not start it yet"] = False
    ) -> dict[str, Any]:
        """Add a plugin with the settings of another one, notes and references to secrets included."""
        file = self._existing(instance)
        with self._store.held():
            self._expect_new(new)
            document = self._store.files.document(file)
            content = {**document.data, "enabled": False} if disabled else document.data
            text = rewrite(document.text, document.data, content)
            self._store.write(_file(new), text, reason="plugin duplicate")
        config = self._store.config.plugins[new]
        return {
            "file": _file(new),
            "instance": new,
            "like": instance,
            "kind": config.kind,
            "enabled": config.enabled,
        }

    def _switch(self, instance: str, *, on: bool) -> dict[str, Any]:
        file = self._existing(instance)
        change = Change(path=("enabled",), text="true" if on else "false")
        with self._store.held():
            changed = self._settings.value(file, change.path).value is not on
            if changed:
                self._settings.change(file, [change], reason="plugin enable" if on else "plugin disable")
        return {"file": file, "instance": instance, "enabled": on, "changed": changed}

    def _model(self, kind: str) -> Any:
        """The settings of a kind. Raises CommandError for one that is not installed or cannot be loaded."""
        if kind not in self._kinds:
            raise NotThere(
                f"there is no plugin of the kind '{printable(kind)}'; nothing was done",
                meant(kind, self._kinds, f"installed: {', '.join(sorted(self._kinds)) or 'none'}"),
            )
        model = self._kinds.settings(kind)
        if model is None:
            raise CommandError(
                f"the plugin kind '{kind}' is installed, but broken; nothing was done",
                self._kinds.error(kind) or "the log says more",
            )
        return model

    def _expect_new(self, instance: str) -> None:
        if not INSTANCE.fullmatch(instance) or instance in _TAKEN:
            better = re.sub(r"[^a-z0-9_-]+", "-", instance.lower()).strip("-_")[:64]
            fits = bool(better) and better != instance and better not in _TAKEN
            raise CommandError(
                f"'{printable(instance)}' cannot be the name of a plugin; nothing was done",
                f"did you mean '{better}'?" if fits else "small letters, digits, - and _, at most 64 of them",
                exit_code=64,
            )
        if self._store.files.raw(_file(instance)) is not None:
            raise CommandError(f"there is a plugin {instance} already; nothing was done", "choose another name")

    def _existing(self, instance: str) -> str:
        """The file of a plugin that is there. Raises NotThere."""
        if not INSTANCE.fullmatch(instance) or self._store.files.raw(_file(instance)) is None:
            known = [instance_of(file) for file in self._store.layout.listing().plugins or ()]
            raise NotThere(
                f"there is no plugin '{printable(instance)}'; nothing was done",
                meant(instance, known, "'artframe plugin list' shows which there are"),
            )
        return _file(instance)


def _file(instance: str) -> str:
    return f"{PLUGINS}/{instance}.json"


def _in_settings(change: Change) -> Change:
    """A plugin is added with its settings only; what stands around them is said by the command itself."""
    if change.path[0] == "settings":
        return change
    return Change(path=("settings", *change.path), text=change.text)
