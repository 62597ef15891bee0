"""The house rules that a machine can read: who may import whom, and how long a file may get."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from artframe.display.panels import Panel
from artframe.plugin import Plugin

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "artframe").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])

LAYERS: dict[str, tuple[str, ...]] = {
    # module prefix -> the prefixes it may import (itself always); the longest matching prefix decides
    "artframe.core.sentence": (),
    "artframe.errors": ("artframe.core.sentence",),
    "artframe.core": ("artframe.errors",),
    "artframe.config": ("artframe.errors", "artframe.core"),
    "artframe.library.photo": (),
    "artframe.library.database": ("artframe.errors", "artframe.core"),
    "artframe.immich": (),
    "artframe.plugin": ("artframe.errors", "artframe.core", "artframe.library.photo", "artframe.config.schema"),
    "artframe.immich_plugin": ("artframe.plugin", "artframe.immich"),
    "artframe.jobs": ("artframe.errors", "artframe.core"),
    "artframe.library": ("artframe.errors", "artframe.core", "artframe.plugin"),
    "artframe.host": (
        "artframe.errors",
        "artframe.core",
        "artframe.config",
        "artframe.plugin",
        "artframe.jobs",
        "artframe.library",
    ),
    "artframe.display": (
        "artframe.errors",
        "artframe.core",
        "artframe.library",
        "artframe.plugin",
    ),
    "artframe.access": ("artframe.errors", "artframe.core"),
    "artframe.interfaces": (
        "artframe.errors",
        "artframe.core",
        "artframe.config",
        "artframe.access",
        "artframe.library",
        "artframe.jobs",
        "artframe.host",
    ),
    "artframe.logs": ("artframe.core",),
    "artframe.diagnostics": ("artframe.core", "artframe.config"),
    "artframe.demo": ("artframe.immich",),
    "artframe.testing": ("artframe",),
    # The composition root, which knows everybody:
    **dict.fromkeys(
        (
            "artframe.__main__",
            "artframe.backup",
            "artframe.demonstration",
            "artframe.doctor",
            "artframe.faces",
            "artframe.following",
            "artframe.frame",
            "artframe.frame_parts",
            "artframe.immich_access",
            "artframe.local_edit",
            "artframe.notices",
            "artframe.offline",
            "artframe.picture",
            "artframe.reaching",
            "artframe.repertoire",
            "artframe.room",
            "artframe.services",
            "artframe.sources",
            "artframe.stages",
            "artframe.standby",
            "artframe.starting",
            "artframe.status",
            "artframe.system",
        ),
        ("artframe",),
    ),
}
PLUGIN_LAYERS: dict[str, tuple[str, ...]] = {
    # the same within a plugin that has folders of its own; what lies in none of them may import all of the plugin
    "artframe_folder_sync.files": ("artframe_folder_sync.records",),
    "artframe_folder_sync.state": ("artframe_folder_sync.records",),
    "artframe_folder_sync.run": (
        "artframe_folder_sync.files",
        "artframe_folder_sync.state",
        "artframe_folder_sync.records",
        "artframe_folder_sync.journal",
        "artframe_folder_sync.sayings",
    ),
}
HEAVY: dict[str, tuple[str, ...]] = {
    "pygame": ("artframe.display.panels.screen",),
    "apscheduler": ("artframe.jobs.scheduler",),
    "asyncssh": ("artframe.interfaces.ssh",),
    "sqlite3": (
        "artframe.library.database",
        "artframe.immich.simulator",
        "artframe_folder_sync.state.database",
        "artframe_folder_sync.state.disk",
    ),
    "pydantic": (
        "artframe.config.schema",
        "artframe.config.models",
        "artframe.immich_plugin.settings",
        "artframe_folder_sync.settings",
        "artframe_immich.settings",
    ),
    "requests": ("artframe.immich",),
    "urllib3": ("artframe.immich",),
    "pytest": ("artframe.testing",),
    "PIL": ("artframe.display", "artframe.demo", "artframe.immich.simulator"),
    "pillow_heif": ("artframe.display", "artframe.demo", "artframe.immich.simulator"),
    "numpy": ("artframe.demo",),
    "pathspec": ("artframe_folder_sync.files.ignoring",),
    "watchdog": ("artframe.config.watch", "artframe_folder_sync.files.watching"),
    "rich": ("artframe.interfaces.cli_progress",),
    "python_multipart": ("artframe.immich.simulator.multipart", "artframe.interfaces.web.multipart"),
    "starlette": ("artframe.interfaces.web",),
    "uvicorn": ("artframe.interfaces.web.protocol", "artframe.interfaces.web.server"),
    "h11": ("artframe.interfaces.web.protocol",),
    "jinja2": ("artframe.interfaces.web.pages.rendering",),
    "prompt_toolkit": ("artframe.interfaces.ssh.shell",),
    "cryptography": ("artframe.interfaces.web.certificate_maker",),
    "segno": ("artframe.display.qr",),
}
LAZY = (
    "artframe.__main__",
    "artframe.interfaces.cli",
    # A frame without a key for SSH does not pay for asyncssh (16 MB), one without a shell not for a line editor (6 MB).
    "artframe.interfaces.ssh.face",
    "artframe.interfaces.ssh.serving",
)
"""Who may import inside a function, since most of its callers never need it; a cycle is no such reason."""


def name_of(path: Path) -> str:
    base = ROOT / "plugins" if (ROOT / "plugins") in path.parents else ROOT
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {name_of(path): path for path in MODULES}


def imports_of(path: Path) -> Iterator[tuple[str, bool]]:
    """Every imported module, and whether the import stands inside a function."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in inside
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports by full name only"
            assert node.module is not None
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                yield below if below in FILES else node.module, id(node) in inside
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            (name,) = node.args
            assert isinstance(name, ast.Constant), f"{path}: nobody can read what {ast.unparse(node)} imports"
            yield str(name.value), True


def for_types_only(path: Path) -> set[str]:
    """What is imported under ``if TYPE_CHECKING``: the running program knows nothing of it."""
    return {
        inner.module
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
        if isinstance(inner, ast.ImportFrom) and inner.module
    }


def within(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def offences(module: str, path: Path) -> list[str]:
    """What this module imports although it may not."""
    found = []
    package = module.split(".")[0]
    for imported, lazy in imports_of(path):
        top = imported.split(".")[0]
        if top == "artframe" or top.startswith("artframe_"):
            if not within(imported, allowed_for(module)) and imported != "artframe":
                found.append(f"{module} may not import {imported}")
            if lazy and not within(module, LAZY):
                found.append(f"{module} imports {imported} inside a function")
        elif top in HEAVY:
            # A plugin's own needs are its own affair, in its settings and its state too.
            if not within(module, HEAVY[top]):
                found.append(f"{module} may not import {imported}: only {HEAVY[top]} do")
        elif top not in sys.stdlib_module_names:
            found.append(f"{package} imports {imported}, which nobody may")
    return found


def allowed_for(module: str) -> tuple[str, ...]:
    package = module.split(".")[0]
    if package != "artframe":
        contract = ("artframe.plugin", "artframe.immich", "artframe.immich_plugin")
        inner = [known for known in PLUGIN_LAYERS if within(module, (known,))]
        return (*contract, *(PLUGIN_LAYERS[inner[0]] if inner else ()), *(inner or [package]))
    layers = [known for known in LAYERS if within(module, (known,))]
    assert layers or module == "artframe", f"{module} belongs to no layer: give it its place in LAYERS"
    layer = max(layers, key=len, default="artframe.errors")
    return (*LAYERS[layer], layer)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_down_only(path: Path) -> None:
    assert not offences(name_of(path), path)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("artframe.errors", "import artframe.core.clock"),
        ("artframe.core.clock", "from artframe.config import store"),
        ("artframe.config.models", "from artframe.host.problems import Problems"),
        ("artframe.immich.wire", "from artframe.core.clock import Clock"),
        ("artframe.immich.wire", "from artframe.errors import NotReady"),
        ("artframe.jobs.jobs", "from artframe.host.entry import Entry"),
        ("artframe.library.mirror", "from artframe.display.decode import decode"),
        ("artframe.interfaces.cli", "from artframe.frame import ArtFrame"),
        ("artframe.host.entry", "from artframe.frame import ArtFrame"),
        ("artframe.immich_plugin.troubles", "from artframe.errors import NotReady"),
        ("artframe.plugin", "from artframe.immich_plugin import translated"),
        ("artframe_immich.album", "from artframe.core.clock import Clock"),
        ("artframe_immich.album", "import artframe_linker"),
        ("artframe_folder_sync.files.disk", "from artframe_folder_sync.state.database import State"),
        ("artframe_folder_sync.run.uploads", "from artframe_folder_sync.keeper import Keeper"),
        ("artframe.display.stage", "import pygame"),
        ("artframe.display.panels.png", "from pygame import Surface"),
        ("artframe.jobs.jobs", "from apscheduler.schedulers.asyncio import AsyncIOScheduler"),
        ("artframe.host.problems", "import sqlite3"),
        ("artframe.config.store", "import pydantic"),
        ("artframe.library.mirror", "import requests"),
        ("artframe.host.entry", "from PIL import Image"),
        ("artframe.host.entry", "import watchdog.events"),
        ("artframe.interfaces.web.guard", "from jinja2 import Environment"),
        ("artframe.interfaces.ssh.server", "from prompt_toolkit import PromptSession"),
        ("artframe.interfaces.cli", "from rich.console import Console"),
        ("artframe.host.entry", "import pytest"),
        ("artframe.host.entry", "import yaml"),
        ("artframe.host.entry", "import importlib\nimportlib.import_module('pygame')"),
        ("artframe.host.entry", "def late():\n    from artframe.host.life import Life"),
    ],
)
def test_the_rule_catches(tmp_path: Path, module: str, line: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(line)
    assert offences(module, path)


def test_a_module_without_a_layer_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("import artframe.host.entry")
    with pytest.raises(AssertionError, match="belongs to no layer"):
        offences("artframe.newcomer", path)


def test_no_import_goes_round_in_a_circle() -> None:
    graph = {
        name: {found for found, _ in imports_of(path) if found in FILES} - for_types_only(path)
        for name, path in FILES.items()
    }
    # A package that gathers its modules for others, and a module that names its package, are no circle.
    graph = {name: {one for one in found if not name.startswith(f"{one}.")} for name, found in graph.items()}
    list(TopologicalSorter(graph).static_order())


def test_no_face_knows_another_one() -> None:
    faces = ("artframe.interfaces.web", "artframe.interfaces.ssh")
    acquainted = [
        f"{name} knows {imported}"
        for name, path in FILES.items()
        for imported, _ in imports_of(path)
        for face in faces
        if within(name, (face,)) and within(imported, tuple(one for one in faces if one != face))
    ]
    assert not acquainted, "what both need stands beside them"


def test_the_screen_is_reached_through_its_entry_point_only() -> None:
    importers = [
        name for name, path in FILES.items() if "artframe.display.panels.screen" in {one for one, _ in imports_of(path)}
    ]
    assert not importers, "so a frame without a screen never loads pygame"


def test_every_entry_point_leads_to_what_it_promises() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = project["entry-points"]
    kinds = {"artframe.plugins": Plugin, "artframe.panels": Panel}
    assert set(groups) == {*kinds, "pytest11"}
    for group, points in groups.items():
        for name, value in points.items():
            target = EntryPoint(name=name, value=value, group=group).load()
            if group == "artframe.plugins":
                assert issubclass(target, kinds[group])
            elif group == "artframe.panels":
                untold = [part for part in dir(kinds[group]) if not part.startswith("_") and not hasattr(target, part)]
                assert not untold, f"the panel {name} lacks {untold}"
    assert callable(EntryPoint(name="artframe", value=project["scripts"]["artframe"], group="scripts").load())


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines for path in MODULES if (lines := len(path.read_text().splitlines())) > 300
    }
    assert not long, f"over 300 lines, does each still have one responsibility? {long}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_importing_the_command_line_stays_light() -> None:
    # 'artframe status' must answer at once on a Pi Zero: nothing it imports at module level is heavy.
    heavy = set(HEAVY) - {"rich"}
    seen: set[str] = set()
    queue = ["artframe.__main__", "artframe.interfaces.cli"]
    while queue:
        module = queue.pop()
        if module in seen:
            continue
        seen.add(module)
        path = ROOT.joinpath(*module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        for imported, lazy in imports_of(path):
            if not lazy:
                assert imported.split(".")[0] not in heavy, f"{module} imports {imported}"
                if imported.split(".")[0] == "artframe":
                    queue.append(imported)
