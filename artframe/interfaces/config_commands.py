"""What can be asked about the configuration files, with or without a running frame?"""

from __future__ import annotations

from typing import Annotated, Any

from artframe.config.layout import FRAME
from artframe.config.problem import ConfigProblem, Severity
from artframe.config.store import ConfigStore
from artframe.core.commands import Effect, command

File = Annotated[str, "frame, secrets, or a plugin's instance"]


class ConfigCommands:
    """``artframe config …``; secrets are masked in everything it shows."""

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    @command("config check", render=lambda result: _problem_lines(result))
    def check(self) -> dict[str, Any]:
        """Say all that is wrong with the files on the disk, with file, line and what would be right.

        The exit code is 78 while a setting or a file cannot be used.
        """
        problems = self._store.check()
        wrong = any(problem.severity is Severity.ERROR for problem in problems)
        return {"problems": [problem_as_json(problem) for problem in problems], "exit_code": 78 if wrong else 0}

    @command("config show")
    def show(self, file: File = FRAME) -> dict[str, Any]:
        """Show what a configuration file says, secrets masked."""
        return self._store.shown(file)

    @command("config history", render=lambda result: _version_lines(result))
    def history(self, file: File = FRAME) -> dict[str, Any]:
        """List the kept versions of a file, newest first."""
        versions = [
            {
                "id": version.id,
                "saved_at": version.saved_at.isoformat(),
                "kind": version.kind.word,
                "reason": version.reason,
            }
            for version in self._store.history(file)
        ]
        return {"file": file, "versions": versions}

    @command("config diff", render=lambda result: result["difference"] or "no difference")
    def diff(
        self,
        file: File,
        version: Annotated[str, "the id of a kept version, from 'config history'"],
        other: Annotated[str, "another id, or now: the file on the disk"] = "now",
    ) -> dict[str, Any]:
        """Show what changed between a kept version and the file as it is, secrets masked."""
        return {"file": file, "difference": self._store.diff(file, version, other)}

    @command(
        "config rollback",
        effect=Effect.CHANGES,
        render=lambda result: f"{result['file']} is version {result['version']} again; what it replaced is kept",
    )
    def rollback(
        self, file: File, version: Annotated[str, "the id of a kept version, from 'config history'"]
    ) -> dict[str, Any]:
        """Put a kept version back in force and in the file's place; what it replaces is kept too."""
        self._store.rollback(file, version)
        return {"file": file, "version": version}


def problem_as_json(problem: ConfigProblem) -> dict[str, Any]:
    """A configuration problem as every face of the frame hands it on."""
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "path": problem.path,
        "what": problem.what,
        "allowed": problem.allowed,
        "suggestion": problem.suggestion,
        "effect": problem.effect,
        "severity": problem.severity.value,
        "text": str(problem),
    }


def _problem_lines(result: dict[str, Any]) -> str:
    return "\n".join(problem["text"] for problem in result["problems"]) or "all configuration files are fine"


def _version_lines(result: dict[str, Any]) -> str:
    lines = [
        f"{version['id']:>6}  {version['saved_at'][:16].replace('T', ' ')} UTC  {version['kind']:8} {version['reason']}"
        for version in result["versions"]
    ]
    return "\n".join(lines) or f"no version of {result['file']} is kept yet"
