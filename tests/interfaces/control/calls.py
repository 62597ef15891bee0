"""What callers say on the socket, and the answer that counts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from artframe.interfaces.cli import ask


def last(home: Path, *words: str) -> dict[str, Any]:
    *_, answer = ask(home, words)
    return answer


def request(*words: str, can: tuple[str, ...] = (), cwd: Path | None = None) -> dict[str, Any]:
    return {"words": list(words), "can": list(can), "cwd": str(cwd or "")}


def chunks(*pieces: bytes) -> Any:
    return lambda wanted: [json.dumps({"bytes": len(piece)}).encode() + b"\n" + piece for piece in (*pieces, b"")]
