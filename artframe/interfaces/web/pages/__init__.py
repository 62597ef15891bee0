"""Which pages does the frame have?"""

from __future__ import annotations

from starlette.routing import BaseRoute

from artframe.interfaces.web.pages import (
    access_page,
    config_pages,
    frame_page,
    job_pages,
    log_page,
    more_page,
    photo_pages,
    plugin_forms,
    plugin_pages,
    settings_page,
    setup_immich,
    setup_pages,
    sign_in_page,
    system_page,
)
from artframe.interfaces.web.pages.errors import render_error

__all__ = ["render_error", "routes", "upload_paths"]

_MODULES = (
    frame_page,
    photo_pages,
    plugin_forms,
    plugin_pages,
    job_pages,
    log_page,
    settings_page,
    config_pages,
    system_page,
    access_page,
    setup_pages,
    setup_immich,
    sign_in_page,
    more_page,
)
routes: list[BaseRoute] = [route for module in _MODULES for route in module.routes]
"""Every page, and what its forms send to."""

upload_paths: tuple[str, ...] = (system_page.RESTORE,)
"""The paths whose forms may send a file (64 MB instead of 1 MB)."""
