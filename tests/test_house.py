"""The house rules that a machine can read: who may import whom, and how long a file may get."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*(ROOT / "artframe").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")])

LAYERS: dict[str, tuple[str, ...]] = {
    # module prefix -> the prefixes it may import (itself always); the longest matching prefix decides
    "artframe": (),
    "artframe.errors": (),
    "artframe.core": ("artframe.errors",),
    "artframe.config": ("artframe.errors", "artframe.core"),
    "artframe.library.photo": ("artframe.errors", "artframe.core"),
    "artframe.library.database": ("artframe.errors", "artframe.core", "artframe.library.photo"),
    "artframe.immich": (),
    "artframe.plugin": ("artframe.errors", "artframe.core", "artframe.library.photo", "artframe.config.schema"),
    "artframe.jobs": ("artframe.errors", "artframe.core", "artframe.config", "artframe.plugin"),
    "artframe.library": ("artframe.errors", "artframe.core", "artframe.config", "artframe.plugin"),
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
        "artframe.config",
        "artframe.library",
        "artframe.plugin",
    ),
    "artframe.interfaces": ("artframe.errors", "artframe.core", "artframe.config"),
    "artframe.logs": (),
    "artframe.diagnostics": ("artframe.errors", "artframe.core", "artframe.config", "artframe.host", "artframe.plugin"),
    "artframe.demo": ("artframe.immich",),
    "artframe.testing": ("artframe",),
    "artframe.frame": ("artframe",),
    "artframe.offline": ("artframe",),
    "artframe.demonstration": ("artframe",),
    "artframe.__main__": ("artframe",),
}
HEAVY: dict[str, tuple[str, ...]] = {
    "pygame": ("artframe.display.panels.screen",),
    "apscheduler": ("artframe.jobs.scheduler",),
    "asyncssh": ("artframe.interfaces.ssh",),
    "sqlite3": ("artframe.library.database", "artframe.immich.simulator"),
    "pydantic": ("artframe.config", "artframe_immich.settings"),
    "requests": ("artframe.immich",),
    "urllib3": ("artframe.immich",),
    "PIL": ("artframe.display", "artframe.demo", "artframe.immich.simulator"),
    "pillow_heif": ("artframe.display", "artframe.demo", "artframe.immich.simulator"),
    "numpy": ("artframe.demo",),
    "watchdog": ("artframe.config.watch",),
    "rich": ("artframe.interfaces",),
    "python_multipart": ("artframe.immich.simulator",),
}
FREE = {"pytest", "typing_extensions"}


def name_of(path: Path) -> str:
    base = ROOT / "plugins" if (ROOT / "plugins") in path.parents else ROOT
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
            package = ROOT.joinpath(*node.module.split("."))
            for alias in node.names:
                below = package / alias.name
                is_module = below.is_dir() or below.with_suffix(".py").exists()
                yield f"{node.module}.{alias.name}" if is_module else node.module, id(node) in inside


def within(module: str, prefixes: tuple[str, ...]) -> bool:
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def allowed_for(module: str) -> tuple[str, ...]:
    layer = max((known for known in LAYERS if within(module, (known,))), key=len)
    return (*LAYERS[layer], layer)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_down_only(path: Path) -> None:
    module = name_of(path)
    is_plugin = module.split(".")[0] != "artframe"
    for imported, _ in imports_of(path):
        top = imported.split(".")[0]
        if top == "artframe" or top.startswith("artframe_"):
            allowed = (module.split(".")[0], "artframe.plugin", "artframe.immich") if is_plugin else allowed_for(module)
            assert imported == "artframe" or within(imported, allowed), f"{module} may not import {imported}"
        elif top in HEAVY:
            assert within(module, HEAVY[top]), f"{module} may not import {imported}: only {HEAVY[top]} do"
        else:
            assert top in sys.stdlib_module_names or top in FREE, f"{module} imports {imported}, which nobody may"


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
