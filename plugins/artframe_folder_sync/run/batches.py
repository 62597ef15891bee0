"""How is a long stream handled in pieces?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(stream: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size``, in order; the stream is read only as far as needed."""
    source = iter(stream)
    while batch := list(islice(source, size)):
        yield batch
