"""How does a test have work done in a process that may be killed in the middle?"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable


def in_a_process(work: Callable[[], object]) -> bool:
    """Fork, work, end; True if it was not killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.WEXITSTATUS(status) == 0, "the process failed"
    return True
