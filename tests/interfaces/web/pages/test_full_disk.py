"""A disk that takes nothing: what was typed into a form stays in it, with what is in the way."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frame.running import Running
from tests.interfaces.web.pages.browser import Browser


@pytest.fixture
def full(frame: Running) -> Iterator[None]:
    """No file of the frame's may get longer than a few bytes."""
    assert frame.process is not None
    old = resource.prlimit(frame.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(frame.process.pid, resource.RLIMIT_FSIZE, (10, old[1]))
    yield
    resource.prlimit(frame.process.pid, resource.RLIMIT_FSIZE, old)


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("/settings", "name", "Kitchen wall"),
        ("/plugins/family/edit", "settings.max_photos", "77"),
        ("/setup/look", "display.interval_seconds", "77"),
        ("/config/frame", "text", '{"version": 1, "name": "Kitchen wall"}'),
    ],
)
def test_what_was_typed_stays_when_it_cannot_be_saved(
    browser: Browser, home: Path, full: None, path: str, field: str, value: str
) -> None:
    files = {file: file.read_bytes() for file in (home / "config").rglob("*.json")}
    answer = browser.submit(browser.get(path), path, **{field.replace(".", "__"): value})
    assert answer.status == 503
    assert "File too large" in answer.text and "room" in answer.text
    assert (field, value) in answer.form(path).filled()
    assert {file: file.read_bytes() for file in (home / "config").rglob("*.json")} == files
