"""How is a frame started from the command line: ``artframe run`` and ``artframe demo``?"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from artframe.demonstration import Demonstration
from artframe.errors import ArtframeError, CommandError
from artframe.frame import ArtFrame, PanelChoice
from artframe.interfaces.arguments import USAGE
from artframe.interfaces.exits import exit_code

_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")


def start(word: str, words: Sequence[str], home: Path | None) -> int:
    """Run until stopped; returns the exit code."""
    try:
        options = _parser(word).parse_args(list(words))
        if word == "demo":
            folder = home or Path(os.environ.get("ARTFRAME_DEMO_HOME") or "~/.artframe-demo").expanduser()
            return Demonstration(folder, options.generation).run(_choice(options, screenshot=True), once=options.once)
        folder = home or Path(os.environ.get("ARTFRAME_HOME") or "~/.artframe").expanduser()
        frame = ArtFrame(folder, _choice(options, screenshot=False))
        code = frame.run()
        while frame.wants_successor:
            frame = frame.successor()
            code = frame.run()
        return code
    except ArtframeError as error:
        print(f"artframe: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"  {error.hint}", file=sys.stderr)
        return exit_code(error)


class _Parser(argparse.ArgumentParser):
    """argparse without an exit code of its own."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(message, self.format_usage().strip(), exit_code=USAGE)


def _parser(word: str) -> argparse.ArgumentParser:
    summaries = {
        "run": "Run the frame of this home, until SIGTERM or Ctrl-C.",
        "demo": "Show the frame with an embedded Immich and some forty generated pictures, in a home of its own.",
    }
    parser = _Parser(prog=f"artframe {word}", description=summaries[word], allow_abbrev=False)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--headless", action="store_true", help="no screen: the picture goes to a PNG file")
    where.add_argument("--window", metavar="WxH", type=_size, help="a window instead of the full screen, as 1280x720")
    if word == "demo":
        where.add_argument(
            "--once", action="store_true", help="until the first picture is presented; leaves screen.png"
        )
        parser.add_argument("--generation", choices=("2.7", "3.0"), default="3.0", help="which Immich to embed")
    return parser


def _size(text: str) -> tuple[int, int]:
    found = _SIZE.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; give it as 1280x720")
    return int(found[1]), int(found[2])


def _choice(options: argparse.Namespace, *, screenshot: bool) -> PanelChoice:
    headless = options.headless or getattr(options, "once", False)
    return PanelChoice(
        name="png" if headless else "screen" if options.window else None,
        window=options.window,
        png_file=Path.cwd() / "screen.png" if headless and screenshot else None,
    )
