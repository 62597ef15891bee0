from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interfaces.serving import Toys
from tests.interfaces.web.site import Site


@pytest.fixture(autouse=True)
def _own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTFRAME_WEB_PORT", raising=False)


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    return Toys(tmp_path)


@pytest.fixture
def site(tmp_path: Path, toys: Toys) -> Iterator[Site]:
    with Site(tmp_path / "home", toys) as served:
        yield served
