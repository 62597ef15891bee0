"""Do the bytes of an answer keep coming, and did all of them come?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import requests
import urllib3

from artframe.immich.errors import CutBody, ImmichError, MalformedAnswer, StalledBody

PIECE = 256 * 1024
SLOWEST = 1024
"""Bytes per second below which a connection counts as stalled: a photo of 3 MB would take an hour."""
LARGEST_JSON = 64 * 1024 * 1024


def pieces(
    response: requests.Response,
    *,
    stall_timeout: float,
    decode: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """The body piece by piece, each as soon as it is there.

    Raises StalledBody when nothing comes for the read time-out, or less than SLOWEST per second over a window of
    ``stall_timeout`` seconds; CutBody when the connection ends before the announced end.
    """
    window, received = clock(), 0
    while True:
        try:
            # read1 and not read: after a stall, what had arrived until then is not lost.
            piece: bytes = response.raw.read1(PIECE, decode_content=decode)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise broken(error) from error
        if not piece:
            return
        yield piece
        received += len(piece)
        elapsed = clock() - window
        if elapsed >= stall_timeout:
            if received < SLOWEST * elapsed:
                raise StalledBody(f"the server sent only {received} bytes in {elapsed:.0f} seconds")
            window, received = clock(), 0


def whole(response: requests.Response, *, stall_timeout: float, limit: int = LARGEST_JSON) -> bytes:
    """The whole body; more than ``limit`` bytes is no answer of this API."""
    parts, size = [], 0
    for piece in pieces(response, stall_timeout=stall_timeout):
        parts.append(piece)
        size += len(piece)
        if size > limit:
            raise MalformedAnswer(f"the server's answer is larger than {limit} bytes")
    return b"".join(parts)


def broken(error: Exception) -> ImmichError:
    """The typed error for a body that broke off."""
    if isinstance(error, urllib3.exceptions.ReadTimeoutError | TimeoutError):
        return StalledBody("the server stopped sending in the middle of an answer", "the rest is fetched later")
    return CutBody("the connection ended in the middle of an answer", "the rest is fetched later")
