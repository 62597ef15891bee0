"""Does anybody object to new settings before they take effect?"""

from __future__ import annotations

import logging
from collections.abc import Callable

from artframe.config.snapshot import Config
from artframe.core.events import Release
from artframe.errors import ArtframeError

log = logging.getLogger(__name__)

Guard = Callable[[Config, Config], None]
"""Called with the settings in force and those that would follow; raises ArtframeError to refuse them."""


class Guards:
    """All who are asked."""

    def __init__(self) -> None:
        self._guards: tuple[Guard, ...] = ()

    def add(self, guard: Guard) -> Release:
        self._guards = (*self._guards, guard)

        def release() -> None:
            self._guards = tuple(known for known in self._guards if known is not guard)

        return release

    def objection(self, before: Config, after: Config) -> ArtframeError | None:
        """The first objection; None if nobody has one."""
        for guard in self._guards:
            try:
                guard(before, after)
            except ArtframeError as objection:
                return objection
            except Exception as error:
                # One that is broken must not stop everybody from changing settings. Its text may quote a setting.
                log.error("a check of new settings failed with %s; it is passed over", type(error).__name__)
        return None
