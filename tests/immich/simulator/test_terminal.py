"""Can an embedded Immich be started from a terminal?"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests


@pytest.mark.parametrize("generation", ["2.7", "3.0"])
def test_it_prints_its_address_and_a_key_and_ends_when_asked_to(tmp_path: Path, generation: str) -> None:
    command = [sys.executable, "-m", "artframe.immich.simulator", "--folder", str(tmp_path), "--port", "0"]
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [*command, "--generation", generation], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=root
    ) as process:
        try:
            assert process.stdout is not None
            said = "".join(process.stdout.readline() for _ in range(3))
            url, key = re.findall(r"http://\S+", said)[0], said.rpartition("API key: ")[2].strip()
            assert requests.get(f"{url}/.well-known/immich", timeout=60).json() == {"api": {"endpoint": "/api"}}
            me = requests.get(f"{url}/api/users/me", headers={"x-api-key": key}, timeout=60).json()
            assert (me["email"], me["isAdmin"]) == ("admin@example.com", True)
        finally:
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
        assert (process.returncode, rest, errors) == (0, "", "")
