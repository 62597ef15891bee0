"""Where do the files of the configuration stand, and which of the files there are part of it?"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from artframe.config.problem import ConfigProblem, UnknownFile, printable
from artframe.core.near_names import meant

FRAME = "frame.json"
SECRETS = "secrets.json"
PLUGINS = "plugins"

INSTANCE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
DROPPINGS = (".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", ".rej", ".part", ".save", "~")
ALMOST_JSON = (".json5", ".jsonc", ".yaml", ".yml", ".toml")


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The plugin files that are there, by their names relative to ``config/``; None if the folder cannot be listed."""

    plugins: tuple[str, ...] | None
    problems: tuple[ConfigProblem, ...]


@dataclass(frozen=True)
class Layout:
    """The folders of one ARTFRAME_HOME."""

    home: Path

    @property
    def config(self) -> Path:
        return self.home / "config"

    @property
    def plugins(self) -> Path:
        return self.config / PLUGINS

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def history(self) -> Path:
        return self.state / "config-history"

    def path(self, file: str) -> Path:
        return self.config / file

    def listing(self) -> Listing:
        """Look which plugin files there are. What editors leave behind is passed over; a wrong name is a problem."""
        try:
            names = sorted(os.listdir(self.plugins))  # noqa: PTH208  (names are all that is wanted)
        except OSError as error:
            what = f"the folder of plugins cannot be read: {error.strerror or type(error).__name__}"
            effect = "the plugins that were known stay as they were"
            return Listing(plugins=None, problems=(ConfigProblem(file=PLUGINS, what=what, effect=effect),))
        found: list[str] = []
        problems: list[ConfigProblem] = []
        for name in names:
            if is_dropping(name):
                continue
            stem, dot, ending = name.rpartition(".")
            if dot and ending == "json" and INSTANCE.fullmatch(stem):
                found.append(f"{PLUGINS}/{name}")
            elif ending.lower() == "json" or name.lower().endswith(ALMOST_JSON):
                problems.append(_misnamed(name, stem))
        return Listing(plugins=tuple(found), problems=tuple(problems))

    def file(self, name: str, known: tuple[str, ...] = ()) -> str:
        """The file that a person means: ``frame``, ``family``, ``plugins/family.json``. Raises UnknownFile."""
        bare = name.removeprefix("config/").removesuffix(".json")
        if bare in ("frame", "secrets"):
            return f"{bare}.json"
        instance = bare.removeprefix(f"{PLUGINS}/")
        if INSTANCE.fullmatch(instance):
            return f"{PLUGINS}/{instance}.json"
        raise UnknownFile(
            f"there is no configuration file {printable(name)!r}",
            meant(name, known, "name frame.json, secrets.json or plugins/<instance>.json"),
        )


def instance_of(file: str) -> str:
    """``plugins/family.json`` -> ``family``."""
    return file.removeprefix(f"{PLUGINS}/").removesuffix(".json")


def is_dropping(name: str) -> bool:
    """Whether an editor or a copying program left this behind while it worked."""
    return name.startswith((".", "#", "~")) or name.endswith(DROPPINGS) or name == "4913"


def _misnamed(name: str, stem: str) -> ConfigProblem:
    better = re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-_")[:64]
    return ConfigProblem(
        file=f"{PLUGINS}/{printable(name)}",
        what="this name cannot be the name of a plugin's instance, so the file is passed over",
        allowed="small letters a to z, digits, - and _, at most 64 of them, and .json at the end",
        suggestion=f"{better}.json" if better else "",
    )
