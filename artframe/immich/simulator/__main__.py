"""How is an embedded Immich started from a terminal?"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from artframe.immich.simulator import Simulator
from artframe.immich.simulator.generation import GENERATIONS

EMAIL, PASSWORD = "admin@example.com", "password"


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; prints the address, the login and a fresh key first."""
    parser = argparse.ArgumentParser(
        prog="python -m artframe.immich.simulator", description="A small stand-in for an Immich server."
    )
    parser.add_argument("--folder", type=Path, required=True, help="keeps the database and the files")
    parser.add_argument("--port", type=int, default=2283, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--generation", choices=sorted(GENERATIONS), default="3.0", help="API generation (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with Simulator(options.folder, options.generation, options.port, options.host) as server:
        admin = server.user_id(EMAIL) or server.add_user("Admin", EMAIL, PASSWORD, admin=True)
        lines = (
            f"Embedded Immich {server.site.generation.text} at {server.url}",
            f"Login:   {EMAIL} / {PASSWORD}",
            f"API key: {server.create_key(admin, name='terminal')}",
        )
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        ended.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
