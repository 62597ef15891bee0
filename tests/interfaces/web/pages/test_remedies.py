"""Each problem has a button that fixes or explains, and each button leads somewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from starlette.routing import Match

from artframe.interfaces.web.pages import routes
from artframe.interfaces.web.pages.remedies import Told, told
from artframe.interfaces.web.pages.texts import texts


def about(owner: str, key: str, state: str = "running") -> Told:
    problem = {"owner": owner, "key": key, "message": "m", "hint": "h", "severity": "warning", "since": "2026-01-01"}
    (found,) = told([problem], [{"instance": owner, "state": state}])
    return found


def leads_somewhere(path: str, *, posts: bool) -> bool:
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST" if posts else "GET",
        "path": unquote(urlsplit(path).path),
        "headers": [],
    }
    return any(route.matches(scope)[0] is Match.FULL for route in routes)


KEYS = [
    ("family", "state", "retrying"),
    ("family", "state", "needs_attention"),
    ("family", "state", "failed"),
    ("family", "state", "stuck"),
    ("family", "sync/held", ""),
    ("family", "sync/photos", ""),
    ("family", "sync/folder", ""),
    ("family", "job/family/sync", ""),
    ("family", "plugin/clock", ""),
    ("config", "config/plugins/family.json:7:5/settings.immich_url", ""),
    ("config", "config/frame.json", ""),
    ("config", "config/plugins", ""),
    ("frame", "panel", ""),
    ("frame", "clock", ""),
    ("frame", "disk", ""),
    ("frame", "library", ""),
    ("frame", "control", ""),
    ("frame", "face/web", ""),
    ("frame", "face/ssh", ""),
    ("frame", "something new", ""),
    ("artframe", "safe mode", ""),
]


@pytest.mark.parametrize(("owner", "key", "state"), KEYS)
def test_every_problem_has_a_button_and_every_button_leads_somewhere(owner: str, key: str, state: str) -> None:
    found = about(owner, key, state)
    assert found.remedies
    for remedy in found.remedies:
        assert leads_somewhere(remedy.path, posts=remedy.posts), remedy
        assert texts("en").knows(remedy.label)
        assert not remedy.question or texts("en").knows(remedy.question)
    assert not found.explanation or texts("en").knows(found.explanation)


def test_a_problem_in_a_file_leads_to_its_line() -> None:
    first, second = about("config", "config/plugins/family.json:7:5/settings.immich_url").remedies
    assert first.path == "/config/plugins/family#L7"
    assert second.path == "/config/plugins/family/history"


def test_photos_go_only_after_a_question() -> None:
    confirm = about("family", "sync/held").remedies[0]
    assert confirm.posts
    assert confirm.question


def test_what_a_plugin_can_settle_itself_has_its_button_and_asks_before() -> None:
    problem = {
        "owner": "anna",
        "key": "plugin/held/a&b",
        "message": "m",
        "hint": "",
        "severity": "warning",
        "since": "",
    }
    (found,) = told([{**problem, "answer": "anna confirm", "arguments": {"side": "remote"}}])
    answer = found.remedies[0]
    assert answer.posts
    assert answer.path == "/plugins/anna/answer?key=plugin%2Fheld%2Fa%26b"
    assert texts("en").knows(answer.label)
    assert texts("de").knows(answer.question)
    assert leads_somewhere(answer.path, posts=True)
    (silent,) = told([problem])
    assert not [remedy for remedy in silent.remedies if "answer" in remedy.path]


@pytest.mark.parametrize("instance", ["add", "frame", "check", "edit"])
def test_a_plugin_may_be_named_like_one_of_our_pages(instance: str) -> None:
    assert leads_somewhere(f"/plugins/{instance}", posts=False)
    assert leads_somewhere(f"/config/plugins/{instance}", posts=False)
