"""A job at work: how far it is, how fast, how long still, and a button that ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe.interfaces.web.pages.texts import texts
from tests.frame.running import Running, eventually
from tests.interfaces.web.pages.browser import Browser
from tests.interfaces.web.pages.household import PASSWORD, SCRIPT

EN = texts("en").text
SLOW = f'''
import threading
from artframe.plugin import CommandError, Plugin, job


class Made(Plugin):
    """Takes its time."""

    @job("count", on=None, counts={{"letters": "letters read", "bytes_read": "read"}})
    def count(self, task):
        task.plan(10, "{SCRIPT}")
        for _ in range(3):
            task.step()
        task.count("letters", 12)
        with task.transfer("video {SCRIPT}.mp4", 1_500_000) as arrived:
            arrived(600_000)
            while True:
                task.check()
                threading.Event().wait(0.02)

    @job("fail")
    def fail(self):
        self.frame.problem("odd", "something is odd {SCRIPT}", "look {SCRIPT}")
        raise CommandError("it cannot {SCRIPT}", "do not {SCRIPT}")
'''


@pytest.fixture
def frame(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "home")
    running.install("slow", SLOW)
    running.configure("turtle", "slow")
    yield running.start()
    running.kill()


@pytest.fixture
def browser(frame: Running) -> Browser:
    eventually(lambda: frame.status()["web"]["urls"], "the page is served")
    visitor = Browser(f"http://127.0.0.1:{frame.status()['web']['port']}")
    code = frame.result("pair")["code"]
    visitor.submit(visitor.get("/pair"), "/pair", code=code, name="ada", password=PASSWORD)
    return visitor


def test_a_running_job_shows_how_far_it_is_and_can_be_cancelled(frame: Running, browser: Browser) -> None:
    eventually(lambda: browser.get("/jobs/turtle/count").status == 200, "the job is there")
    browser.submit(browser.get("/jobs/turtle/count"), "/jobs/turtle/count/run")
    done = EN("job.done_of", done="3", total="10")
    eventually(lambda: done in browser.get("/jobs/turtle/count").text, "it is at 3 of 10")
    for path in ("/jobs/turtle/count", "/jobs", "/plugins/turtle", "/plugins"):
        page = browser.get(path)
        assert {"max": "10", "value": "3.4"}.items() <= page.attributes("progress")[0].items(), path
        assert f"video {SCRIPT}.mp4: {EN('job.done_of', done='600 kB', total='1.5 MB')}" in page.text, path
        assert SCRIPT in page.text
        assert SCRIPT not in page.html
    page = browser.submit(browser.get("/jobs/turtle/count"), "/jobs/turtle/count/cancel")
    assert page.status == 200
    eventually(lambda: EN("outcome.cancelled") in browser.get("/jobs/turtle/count").text, "it has ended")
    page = browser.get("/jobs/turtle/count")
    assert "Letters read" in page.text
    assert "Photos fetched" not in page.text


def test_a_failure_is_told_in_words_that_are_only_words(frame: Running, browser: Browser) -> None:
    eventually(lambda: browser.get("/jobs/turtle/fail").status == 200, "the job is there")
    browser.submit(browser.get("/jobs/turtle/fail"), "/jobs/turtle/fail/run")
    eventually(lambda: "it cannot" in browser.get("/jobs/turtle/fail").text, "it has failed")
    for path in ("/", "/problems", "/jobs", "/jobs/turtle/fail", "/plugins", "/plugins/turtle", "/log"):
        page = browser.get(path)
        assert page.status == 200 and SCRIPT not in page.html, path
    assert "something is odd" in browser.get("/problems").text
