"""Which address does a style sheet or script have, so that a browser keeps it until artframe brings another one?"""

from __future__ import annotations


def static_url(name: str) -> str:
    """``frame.css`` -> ``/static/frame.css?v=0a1b2c3d``: the content's hash, so it may be kept for ever."""
    raise NotImplementedError
