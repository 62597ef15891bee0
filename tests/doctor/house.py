"""A machine that a test furnishes, and what the doctor found in it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from artframe.core.machine import Machine
from artframe.doctor.finding import Finding, Severity


class House(Machine):
    """A machine that a test furnishes: files below a folder, programs that are shell scripts."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.bin.mkdir(parents=True)
        super().__init__(folder / "root", str(self.bin))
        self.disks: dict[str, Any] = {}

    def put(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def install(self, name: str, script: str) -> None:
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def disk(self, path: Path) -> os.statvfs_result:
        found = list(super().disk(path))
        names = ("f_bsize", "f_frsize", "f_blocks", "f_bfree", "f_bavail", "f_files", "f_ffree", "f_favail", "f_flag")
        for name, value in self.disks.items():
            found[names.index(name)] = value
        return os.statvfs_result(found)


def worst(findings: Iterable[Finding]) -> Finding:
    return max(findings, key=lambda finding: list(Severity).index(finding.severity))


def texts(findings: Iterable[Finding]) -> str:
    return "\n".join(finding.text for finding in findings)
