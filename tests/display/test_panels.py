"""The panels: the file, the real screen, and how they are found."""

from __future__ import annotations

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from artframe.display.layout import Size
from artframe.display.overlay import draw_badge
from artframe.display.panels import Badge, Input, Panel, PanelOptions, PanelUnavailable, create, discover
from artframe.errors import ConfigError

from .conftest import CORNERS, four_corners


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of any pixel."""
    return max(high for _, high in ImageChops.difference(one, other).getextrema())  # type: ignore[misc]


def seen(panel: Panel) -> Image.Image:
    return panel.picture(panel.capture())


@pytest.fixture(params=["png", "window", "full screen"])
def panel(request: pytest.FixtureRequest, tmp_path: Path):
    """Every panel of artframe's own, opened."""
    if request.param == "png":
        panel = create("png", PanelOptions(size=Size(640, 360), file=tmp_path / "screen.png"))
    else:
        request.getfixturevalue("screen_env")
        panel = create("screen", PanelOptions(window=Size(640, 360) if request.param == "window" else None))
    panel.open()
    yield panel
    panel.close()


def test_a_panel_shows_exactly_what_it_was_handed(panel: Panel) -> None:
    picture = four_corners(*panel.size)
    panel.show(panel.prepare(picture))
    assert panel.capabilities.size == panel.size
    assert difference(seen(panel), picture) == 0


def test_none_is_black(panel: Panel) -> None:
    panel.show(panel.prepare(four_corners(*panel.size)))
    panel.show(None)
    assert seen(panel).getbbox() is None


def test_a_blend_mixes_and_leaves_the_frames_as_they_were(panel: Panel) -> None:
    black, white = (panel.prepare(Image.new("RGB", panel.size, colour)) for colour in ("black", "white"))
    panel.blend(black, white, 0.25)
    assert abs(seen(panel).getpixel((9, 9))[0] - 64) <= 2  # type: ignore[index]
    panel.show(white)
    assert seen(panel).getextrema() == ((255, 255),) * 3


def test_the_badge_comes_and_goes_without_the_picture_being_prepared_again(panel: Panel) -> None:
    picture = four_corners(*panel.size)
    frame = panel.prepare(picture)
    badge = Badge(image=draw_badge(min(panel.size)), position=(100, 40))
    panel.show(frame, badge)
    box = ImageChops.difference(seen(panel), picture).getbbox()
    assert box is not None and box[0] >= 100 and box[1] >= 40
    panel.show(frame)
    assert difference(seen(panel), picture) == 0


def test_a_captured_frame_is_what_was_seen(panel: Panel) -> None:
    panel.show(panel.prepare(four_corners(*panel.size)))
    before = seen(panel)
    captured = panel.capture()
    panel.show(None)
    panel.show(captured)
    assert difference(seen(panel), before) == 0


def test_what_was_captured_stays_as_it_was_and_is_read_in_another_thread(panel: Panel) -> None:
    picture = four_corners(*panel.size)
    panel.show(panel.prepare(picture))
    captured = panel.capture()
    panel.show(None)
    pictures: list[Image.Image] = []
    worker = threading.Thread(target=lambda: pictures.append(panel.picture(captured)))
    worker.start()
    worker.join(60)
    assert difference(pictures[0], picture) == 0


def test_a_frame_may_be_prepared_in_another_thread(panel: Panel) -> None:
    frames: list[object] = []
    worker = threading.Thread(target=lambda: frames.append(panel.prepare(four_corners(*panel.size))))
    worker.start()
    worker.join(60)
    panel.show(frames[0])
    assert seen(panel).getpixel((5, 5)) == CORNERS[0]


def test_a_picture_of_another_size_is_refused(panel: Panel) -> None:
    with pytest.raises(ValueError, match="picture of"):
        panel.prepare(four_corners(10, 10))


def test_closing_twice_is_harmless(panel: Panel) -> None:
    panel.close()
    panel.close()


def test_the_full_screen_has_the_size_of_the_screen(screen_env: None) -> None:
    panel = create("screen", PanelOptions())
    panel.open()
    assert panel.size == (1280, 720) and 10 <= panel.capabilities.rate <= 60
    panel.close()


@pytest.mark.parametrize("window", [Size(320, 200), None])
def test_keys_are_understood_and_only_a_window_can_be_left_by_key(screen_env: None, window: Size | None) -> None:
    pygame = pytest.importorskip("pygame")
    panel = create("screen", PanelOptions(window=window))
    panel.open()
    panel.poll()
    for key in (pygame.K_RIGHT, pygame.K_LEFT, pygame.K_SPACE, pygame.K_x, pygame.K_ESCAPE, pygame.K_q):
        pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key))
    pygame.event.post(pygame.event.Event(pygame.QUIT))
    quits = [Input.QUIT] * (3 if window else 1)
    assert panel.poll() == [Input.NEXT, Input.PREVIOUS, Input.PAUSE, *quits]
    panel.close()


def test_a_machine_without_a_screen_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if list(Path("/dev/dri").glob("card*")):
        pytest.skip("this machine has a screen of its own that SDL would open")
    panel = create("screen", PanelOptions())
    with pytest.raises(PanelUnavailable, match="no screen to show photos on") as caught:
        panel.open()
    assert "--headless" in caught.value.hint
    panel.close()


def test_a_display_server_that_is_gone_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4097")
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    with pytest.raises(PanelUnavailable):
        create("screen", PanelOptions()).open()


def test_the_file_is_replaced_in_one_step_and_nothing_else_is_left(tmp_path: Path) -> None:
    panel = create("png", PanelOptions(size=Size(64, 36), file=tmp_path / "screen.png"))
    panel.open()
    for colour in ("red", "blue"):
        panel.show(panel.prepare(Image.new("RGB", (64, 36), colour)))
        with Image.open(tmp_path / "screen.png") as written:
            assert difference(written.convert("RGB"), Image.new("RGB", (64, 36), colour)) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["screen.png"]


def test_the_picture_file_is_its_owners_alone_until_somebody_opens_it(tmp_path: Path) -> None:
    file = tmp_path / "screen.png"
    panel = create("png", PanelOptions(size=Size(64, 36), file=file))
    panel.open()
    panel.show(panel.prepare(Image.new("RGB", (64, 36), "red")))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o644)
    panel.show(panel.prepare(Image.new("RGB", (64, 36), "blue")))
    assert stat.S_IMODE(file.stat().st_mode) == 0o644


def test_a_file_panel_without_its_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(PanelUnavailable, match="there is no folder"):
        create("png", PanelOptions(file=tmp_path / "absent" / "screen.png")).open()


def test_the_png_panel_replaces_pictures_of_its_own_kind_only(tmp_path: Path) -> None:
    photo = tmp_path / "IMG_0001.JPG"
    photo.write_bytes(b"\xff\xd8 a photo")
    with pytest.raises(PanelUnavailable, match="would be lost"):
        create("png", PanelOptions(size=Size(64, 36), file=photo)).open()
    assert photo.read_bytes() == b"\xff\xd8 a photo"
    with pytest.raises(PanelUnavailable, match="would be lost"):
        create("png", PanelOptions(size=Size(64, 36), file=tmp_path)).open()
    for _ in range(2):
        panel = create("png", PanelOptions(size=Size(64, 36), file=tmp_path / "screen.png"))
        panel.open()
        panel.show(panel.prepare(four_corners(64, 36)))
        panel.close()


def test_an_unknown_panel_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="png, screen"):
        create("hologram", PanelOptions())
    assert set(discover()) >= {"screen", "png"}


def test_the_file_panel_never_loads_pygame(tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from artframe.display import painter, slideshow, stage
from artframe.display.memory import tame_allocator
from artframe.display.panels import PanelOptions, create
tame_allocator()
panel = create("png", PanelOptions(file=Path({str(tmp_path / "a.png")!r})))
panel.open()
panel.show(None)
assert not {{"pygame", "pillow_heif", "numpy"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=Path(__file__).parents[2])


def test_a_frame_that_was_not_told_uses_the_screen_if_there_is_one(screen_env: None, tmp_path: Path) -> None:
    panel = create("auto", PanelOptions(window=Size(320, 200), file=tmp_path / "screen.png"))
    panel.open()
    try:
        assert panel.capabilities.motion
        frame = panel.prepare(Image.new("RGB", (320, 200), (200, 10, 10)))
        panel.show(frame)
        assert seen(panel).getpixel((5, 5)) == (200, 10, 10)
        assert not (tmp_path / "screen.png").exists()
    finally:
        panel.close()


def test_without_a_screen_it_writes_a_file_instead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    panel = create("auto", PanelOptions(file=tmp_path / "screen.png"))
    with pytest.raises(PanelUnavailable):
        panel.show(None)
    panel.open()
    try:
        assert not panel.capabilities.motion
        panel.show(panel.prepare(Image.new("RGB", panel.size, (10, 200, 10))))
        assert panel.poll() == []
        assert panel.capture().getpixel((5, 5)) == (10, 200, 10)
        assert (tmp_path / "screen.png").exists()
    finally:
        panel.close()
