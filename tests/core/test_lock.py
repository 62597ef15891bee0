import subprocess
import sys
from pathlib import Path

import pytest

from artframe.core.lock import InstanceLock
from artframe.errors import CommandError

HOLD = """
import sys
from pathlib import Path
from artframe.core.lock import InstanceLock
InstanceLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_frame_on_the_same_home_is_refused_and_told_who_runs(tmp_path: Path) -> None:
    path = tmp_path / "state" / "artframe.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        holder.stdout.readline()
        with pytest.raises(CommandError, match=f"process {holder.pid}") as refused:
            InstanceLock(path).acquire()
        assert "ARTFRAME_HOME" in refused.value.hint
        holder.kill()
    # A killed process leaves the file but never the lock.
    lock = InstanceLock(path)
    lock.acquire()
    lock.release()
