"""The line that moves while a command works: what strangers called their photos is only a text in it."""

from __future__ import annotations

from pathlib import Path

from artframe.core.commands import command
from artframe.core.task import Task
from tests.interfaces.serving import ended, served, terminal

NAME = "a\x1b]0;owned\x07\x1b[2J [/b]\n[red].jpg"
"""What would name the window, clear the screen, end a style that never began, and begin another line."""


class Fetching:
    @command("fetch", render=lambda result: "fetched")
    def fetch(self, task: Task) -> bool:
        """Fetch a photo."""
        task.plan(2, NAME)
        task.step(message=NAME)
        return True


def test_a_photos_name_is_neither_an_order_to_the_terminal_nor_markup(tmp_path: Path) -> None:
    with served(tmp_path / "home", Fetching()), terminal(tmp_path / "home", "fetch") as person:
        person.expect_exact("a\\u001b]0;owned\\u0007\\u001b[2J [/b] [red].jpg")
        person.expect_exact("fetched")
        assert ended(person) == 0
