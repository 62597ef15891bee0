"""Which process paints? One per core: it reads file names on its standard input and answers each when it is written.

It ends when its standard input closes, so that no painter outlives who asked for the pictures.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from datetime import date
from pathlib import Path

from artframe.demo.catalogue import pictures
from artframe.demo.files import write


def main() -> int:
    parser = argparse.ArgumentParser(description="paints pictures of the demo library on demand")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    options = parser.parse_args()
    # The frame next to us must go on fading smoothly while we paint.
    with contextlib.suppress(OSError):
        os.nice(5)
    wanted = {picture.file_name: picture for picture in pictures(options.today)}
    for line in sys.stdin:
        write(wanted[line.strip()], options.folder)
        sys.stdout.write(line)
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
