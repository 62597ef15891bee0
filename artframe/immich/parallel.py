"""How are many small questions asked at once, and none any more once one has failed?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_WAITING_PER_CONNECTION = 16

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def each(connections: int, ask: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
    """``ask`` of every item, in their order, over at most ``connections`` threads; few results wait to be taken.

    The first exception ends it: it is raised in its item's turn, and what was not asked yet never is. So does closing
    the iterator.
    """
    waiting: deque[Future[_Result]] = deque()
    with ThreadPoolExecutor(connections, thread_name_prefix="immich") as pool:
        try:
            for item in items:
                waiting.append(pool.submit(ask, item))
                if len(waiting) > connections * _WAITING_PER_CONNECTION:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
