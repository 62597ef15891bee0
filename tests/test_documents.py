"""What the documents tell a person to type works, and what can be typed is told."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.immich.simulator import Simulator
from tests.frame.conftest import album_on
from tests.frame.running import ROOT, Running, artframe

README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(found for top in ROOT.glob("[a-z]*/") for found in top.rglob("*.md"))]
    if not path.is_relative_to(ROOT / "build")
)
STARTING = {
    "run": "start the frame",
    "demo": "show it with an embedded Immich",
    "help": "list the commands",
    "completion": "make a shell complete them",
}
"""What the command line does itself, without asking a frame."""

OF_PLUGINS = ("living-room ", "folder-sync ")
"""What commands of plugins begin with: their instances."""

_BLOCK = re.compile(r"^(?:```\w*\n(.*?)^```|((?:^ {4}.*\n)+))", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_TYPED = re.compile(r"^(?:\.venv/bin/)?artframe(?: (.*))?$")
_TOLD = re.compile(r"'artframe ((?:[a-z-]+(?: |(?='))|<\w+>|\{[^}]+\})+)")
"""A command in the text of a hint: 'artframe plugin retry <instance>'."""


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The frame of the tour: the instance living-room shows the album of that name."""
    folder = tmp_path_factory.mktemp("tour")
    with Simulator(folder / "immich", "3.0") as server:
        album = album_on(server)
        frame = Running(folder / "home")
        frame.write("frame.json", {"display": {"interval_seconds": 3600, "transition": "cut"}})
        settings = {"immich_url": server.url, "immich_api_key": album.key, "albums": ["Living room"]}
        frame.configure("living-room", **settings)
        folder = folder / "photos"
        folder.mkdir()
        permissions = ("asset.upload", "asset.read", "asset.delete", "user.read")
        keys = [server.create_key(album.user, permissions)]
        frame.configure(
            "folder-sync", "folder_sync", immich_url=server.url, api_keys=keys, folders=[str(folder)], mode="upload"
        )
        frame.start()
        try:
            frame.wait_for_photos(6)
            yield frame
        finally:
            frame.kill()


@pytest.fixture(scope="module")
def commands(frame: Running) -> dict[str, tuple[str, str]]:
    """Each command of the registry by name: with its arguments, and its summary."""
    rows = [re.split(r" {2,}", line.strip(), maxsplit=1) for line in frame.ask("help")["help"].splitlines() if line]
    return {re.split(r" [<\[]", usage)[0]: (usage, summary) for usage, summary in rows}


def typed(text: str) -> Iterator[list[str]]:
    """The words after ``artframe`` in every code block and code span of a document."""
    blocks = [line for found in _BLOCK.finditer(text) for line in (found[1] or found[2]).splitlines()]
    for line in [*blocks, *_CODE.findall(text)]:
        found = _TYPED.match(line.strip())
        if found and found[1]:
            words = shlex.split(found[1], comments=True)
            words = words[2:] if words[0] == "--home" else words
            yield ["living-room", *words[1:]] if words[0] == "<instance>" else words


def is_command(words: list[str], names: set[str]) -> bool:
    """Whether these words begin with the name of a command."""
    return any(" ".join(words[:length]) in names for length in range(1, len(words) + 1))


def test_every_line_of_the_tour_works(frame: Running) -> None:
    tour = README.partition("## Five minutes")[2].partition("\n## ")[0]
    # An editor needs a terminal of its own: tests/interfaces/editing gives it one.
    lines = [words for words in typed(tour) if words[0] not in ("run", "demo") and words[:2] != ["config", "edit"]]
    assert len(lines) >= 7
    for words in lines:
        done = artframe(*words, home=frame.home)
        assert (done.returncode, done.stderr) == (0, ""), f"artframe {' '.join(words)}"
        assert done.stdout.strip()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_exists(path: Path, commands: dict[str, tuple[str, str]]) -> None:
    names = {*commands, *STARTING, "door greet"}  # the last is the sample's own, in plugins/README.md
    groups = {name.split()[0] for name in names}
    unknown = [
        " ".join(words)
        for words in typed(path.read_text("utf-8"))
        if not words[0].startswith("-")
        and not is_command(words, names)
        and not (len(words) == 1 and words[0] in groups)
    ]
    assert not unknown


def test_every_command_in_a_hint_exists(commands: dict[str, tuple[str, str]]) -> None:
    sources = [*(ROOT / "artframe").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    told = {found[1].strip() for path in sources for found in _TOLD.finditer(path.read_text("utf-8"))}
    assert len(told) >= 10
    names = {*commands, *STARTING}
    assert not [words for words in told if not is_command(words.split(), names)]


def test_the_table_of_commands_is_the_registry(commands: dict[str, tuple[str, str]]) -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    rows = {found[1]: found[2] for found in re.finditer(r"^\| `artframe ([^`]+)` \| (.*) \|$", table, re.MULTILINE)}
    expected = {usage: summary for name, (usage, summary) in commands.items() if not name.startswith(OF_PLUGINS)}
    missing = "\n".join(f"| `artframe {usage}` | {summary} |" for usage, summary in expected.items())
    told = {usage: summary for usage, summary in rows.items() if usage.split()[0] not in STARTING}
    assert told == expected, f"the table should be:\n{missing}"
    assert {usage.split()[0] for usage in rows.keys() - expected.keys()} == STARTING.keys() - {"help"}


def test_every_option_of_the_two_commands_exists(tmp_path: Path) -> None:
    asked = {word: artframe(word, "--help", home=tmp_path).stdout for word in ("run", "demo")}
    lines = [line for path in DOCUMENTS for line in path.read_text("utf-8").splitlines()]
    found = {
        (("demo" if words[0] == "deploy/demo" else words[0].partition(" ")[2]), option)
        for line in lines
        for words in re.findall(r"(deploy/demo|artframe run|artframe demo)((?: -[^`|#)]*)?)", line)
        for option in re.findall(r"--[a-z]+", words[1])
    }
    assert ("demo", "--once") in found
    assert not [f"{word} {option}" for word, option in found if option not in asked[word]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert not [link for link in links if "://" not in link and not (path.parent / link).exists()]


def test_the_two_commands_can_be_called(tmp_path: Path) -> None:
    for name in ("deploy/demo", "deploy/test", ".ci/run"):
        script = ROOT / name
        assert shutil.which(str(script)), f"{name} is executable"
        assert script.read_text().startswith("#!/bin/sh\n"), f"{name} is POSIX shell"
