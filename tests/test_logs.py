from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from artframe import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = handlers, level
    logs.set_secrets(set())


def written(folder: Path) -> str:
    return (folder / "artframe.log").read_text("utf-8")


def test_a_secret_never_reaches_the_log_whoever_logs_it(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "debug", console=False)
    logs.set_secrets({"s3cr3t-key"})
    logging.getLogger("some.library").warning("header %s", {"x-api-key": "s3cr3t-key"})
    try:
        raise ValueError("bad url http://host/?apiKey=s3cr3t-key")
    except ValueError:
        logging.getLogger("artframe").exception("request failed")
    assert "s3cr3t" not in written(tmp_path)
    assert written(tmp_path).count("********") == 3


def test_very_short_secrets_do_not_blacken_ordinary_words(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "info", console=False)
    logs.set_secrets({"a", "and"})
    logging.getLogger("artframe").info("salt and pepper")
    assert "salt and pepper" in written(tmp_path)


def test_a_folder_that_cannot_be_written_costs_the_file_not_the_frame(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    logs.start_logging(tmp_path / "logs", "info")
    logging.getLogger("artframe").info("still heard")
    assert "still heard" in capsys.readouterr().err


def test_libraries_stay_quiet_below_warnings(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "info", console=False)
    logging.getLogger("apscheduler").info("chatter")
    logging.getLogger("artframe").info("news")
    assert "chatter" not in written(tmp_path)
    assert "news" in written(tmp_path)
