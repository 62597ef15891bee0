from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.responses import PlainTextResponse

from artframe.interfaces.web import pages
from tests.interfaces.serving import Toys
from tests.interfaces.web.api import Api, More
from tests.interfaces.web.door import ROUTES
from tests.interfaces.web.site import PASSWORD, Site


@pytest.fixture(autouse=True)
def _own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARTFRAME_WEB_PORT", raising=False)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the frame's pages."""
    monkeypatch.setattr(pages, "routes", ROUTES)
    monkeypatch.setattr(pages, "upload_paths", ("/upload",))
    monkeypatch.setattr(
        pages, "render_error", lambda request, status, message, hint: PlainTextResponse(f"{message} {hint}", status)
    )


@pytest.fixture
def toys(tmp_path: Path) -> Toys:
    return Toys(tmp_path)


@pytest.fixture
def site(tmp_path: Path, toys: Toys) -> Iterator[Site]:
    with Site(tmp_path / "home", toys) as served:
        yield served


@pytest.fixture
def paired(site: Site) -> Site:
    site.access.accounts.add("ada", PASSWORD)
    return site


@pytest.fixture
def api(site: Site) -> Api:
    site.registry.add_all(More())
    return Api(site)
