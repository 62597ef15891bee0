"""Which panel does a frame use that was not told? The screen if there is one, else the picture file."""

from __future__ import annotations

import logging

from PIL import Image

from artframe.display.layout import Size
from artframe.display.panels import Badge, Capabilities, Frame, Input, Panel, PanelOptions, PanelUnavailable, create

log = logging.getLogger(__name__)


class AutoPanel:
    """Decides when it is opened, every time anew: a screen that is plugged in later is found when the panel reopens."""

    def __init__(self, options: PanelOptions) -> None:
        self._options = options
        self._panel: Panel | None = None
        self._kind = "auto"

    def open(self) -> None:
        screen = create("screen", self._options)
        try:
            screen.open()
        except PanelUnavailable as error:
            log.info("no screen here (%s): pictures go to a file instead", error.message)
            file = create("png", self._options)
            file.open()
            self._panel, self._kind = file, "png"
        else:
            self._panel, self._kind = screen, "screen"

    def close(self) -> None:
        if self._panel is not None:
            self._panel.close()

    @property
    def kind(self) -> str:
        """Which panel it is: ``screen`` or ``png``; ``auto`` before it is open."""
        return self._kind

    @property
    def size(self) -> Size:
        return self._chosen.size

    @property
    def capabilities(self) -> Capabilities:
        return self._chosen.capabilities

    def prepare(self, image: Image.Image) -> Frame:
        return self._chosen.prepare(image)

    def show(self, frame: Frame | None, badge: Badge | None = None) -> None:
        self._chosen.show(frame, badge)

    def blend(self, old: Frame, new: Frame, fraction: float, badge: Badge | None = None) -> None:
        self._chosen.blend(old, new, fraction, badge)

    def capture(self) -> Frame:
        return self._chosen.capture()

    def picture(self, frame: Frame) -> Image.Image:
        return self._chosen.picture(frame)

    def poll(self) -> list[Input]:
        return self._chosen.poll()

    @property
    def _chosen(self) -> Panel:
        if self._panel is None:
            raise PanelUnavailable("the panel is not open")
        return self._panel
