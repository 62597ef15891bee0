"""How does a picture get onto a real screen? With pygame: full-screen on KMSDRM, Wayland or X11, or in a window."""

from __future__ import annotations

import os

from PIL import Image

from artframe.display.layout import Size
from artframe.display.panels import Badge, Capabilities, Frame, Input, PanelOptions, PanelUnavailable

# These must be set before SDL starts: no greeting on stdout, signals stay with Python, and on X11 and Wayland frames go
# to the display server through shared memory. SDL's own choice is OpenGL, whose driver costs 30-110 MB and, where it is
# a software renderer, five times the time. KMSDRM has no other way than its GPU and ignores the setting.
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
os.environ.setdefault("SDL_NO_SIGNAL_HANDLERS", "1")
os.environ.setdefault("SDL_FRAMEBUFFER_ACCELERATION", "0")

import pygame

_KEYS = {
    pygame.K_RIGHT: Input.NEXT,
    pygame.K_LEFT: Input.PREVIOUS,
    pygame.K_SPACE: Input.PAUSE,
}
# How a pixel's masks lie in memory, on the little-endian machines that all of them are.
_BYTE_ORDERS = {(0xFF0000, 0xFF00, 0xFF): "BGRX", (0xFF, 0xFF00, 0xFF0000): "RGBX"}
_WINDOW_KEYS = {pygame.K_ESCAPE: Input.QUIT, pygame.K_q: Input.QUIT}
# SDL falls back to these without being asked; a frame that paints into nothing must say so instead.
_INVISIBLE = {"offscreen", "dummy", "evdev"}
_FASTEST = 60.0  # frames per second: more is not seen in a fade
_EVENTS = (pygame.KEYDOWN, pygame.QUIT, pygame.WINDOWEXPOSED)


class ScreenPanel:
    """A monitor or television. Frames are 32-bit surfaces in the screen's format: anything else blends 10x slower."""

    kind = "screen"

    def __init__(self, options: PanelOptions) -> None:
        self._title = options.title
        self._window = options.window
        self._screen: pygame.Surface | None = None
        self._size = options.window or options.size
        self._masks = (0xFF0000, 0xFF00, 0xFF, 0)
        self._rate = 30.0
        self._badge: tuple[Badge, pygame.Surface] | None = None

    def open(self) -> None:
        try:
            pygame.display.init()
            driver = pygame.display.get_driver()
            if driver in _INVISIBLE and os.environ.get("SDL_VIDEODRIVER") != driver:
                raise pygame.error("no display server and no screen that the kernel drives were found")
            pygame.display.set_caption(self._title)
            if self._window:
                self._screen = pygame.display.set_mode(self._window, 0, 32)
            else:
                self._screen = pygame.display.set_mode((0, 0), pygame.FULLSCREEN, 32)
                pygame.mouse.set_visible(False)
        except pygame.error as error:
            self.close()
            raise PanelUnavailable(
                f"there is no screen to show photos on: {error}",
                "connect one, start artframe inside a desktop session, add its user to the groups video and render, "
                "or use --headless",
            ) from error
        self._size = Size(*self._screen.get_size())
        red, green, blue, _ = self._screen.get_masks()
        self._masks = (red, green, blue, 0)
        self._rate = min(_FASTEST, float(pygame.display.get_current_refresh_rate() or _FASTEST))
        pygame.event.set_blocked(None)
        pygame.event.set_allowed(_EVENTS)

    def close(self) -> None:
        self._screen = None
        pygame.display.quit()

    @property
    def size(self) -> Size:
        return self._size

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(size=self._size, rate=self._rate)

    def prepare(self, image: Image.Image) -> Frame:
        if image.size != self._size:
            raise ValueError(f"a picture of {image.size} for a screen of {self._size}")
        # The masks, not convert(): that would ask the display, which belongs to the main thread.
        surface = pygame.Surface(self._size, 0, 32, self._masks)
        surface.blit(pygame.image.frombuffer(image.tobytes(), image.size, "RGB"), (0, 0))
        return surface

    def show(self, frame: Frame | None, badge: Badge | None = None) -> None:
        screen = self._opened()
        if frame is None:
            screen.fill((0, 0, 0))
        else:
            screen.blit(frame, (0, 0))
            self._put(badge)
        pygame.display.flip()

    def blend(self, old: Frame, new: Frame, fraction: float, badge: Badge | None = None) -> None:
        screen = self._opened()
        screen.blit(old, (0, 0))
        new.set_alpha(round(255 * fraction))
        screen.blit(new, (0, 0))
        new.set_alpha(None)
        self._put(badge)
        pygame.display.flip()

    def capture(self) -> Frame:
        surface = pygame.Surface(self._size, 0, 32, self._masks)
        surface.blit(self._opened(), (0, 0))
        return surface

    def picture(self, frame: Frame) -> Image.Image:
        surface: pygame.Surface = frame
        order = _BYTE_ORDERS.get(self._masks[:3])
        if order is None:
            return Image.frombytes("RGB", surface.get_size(), pygame.image.tobytes(surface, "RGB"))
        # Pillow reads the pixels without the interpreter's lock, which a fade may need meanwhile; pygame does not.
        pixels = surface.get_buffer()
        return Image.frombytes("RGB", surface.get_size(), pixels, "raw", order, surface.get_pitch(), 1)

    def poll(self) -> list[Input]:
        keys = {**_KEYS, **_WINDOW_KEYS} if self._window else _KEYS
        inputs = []
        for event in pygame.event.get():
            if event.type == pygame.KEYDOWN and event.key in keys:
                inputs.append(keys[event.key])
            elif event.type == pygame.QUIT:
                inputs.append(Input.QUIT)
            elif event.type == pygame.WINDOWEXPOSED:
                pygame.display.flip()
        return inputs

    def _opened(self) -> pygame.Surface:
        if self._screen is None:
            raise PanelUnavailable("the screen is not open")
        return self._screen

    def _put(self, badge: Badge | None) -> None:
        if badge is None:
            return
        if self._badge is None or self._badge[0] is not badge:
            surface = pygame.image.frombytes(badge.image.tobytes(), badge.image.size, "RGBA")
            self._badge = (badge, surface)
        self._opened().blit(self._badge[1], badge.position)
