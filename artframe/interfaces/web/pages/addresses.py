"""Which page shows this plugin, job or file?"""

from __future__ import annotations

from urllib.parse import quote


def plugin_page(instance: str) -> str:
    """``/plugins/family``"""
    return f"/plugins/{quote(instance, safe='')}"


def job_page(job: str) -> str:
    """``/jobs/family/sync``; a job's name is ``<owner>/<name>``."""
    owner, _, name = job.partition("/")
    return f"/jobs/{quote(owner, safe='')}/{quote(name, safe='')}"


def file_page(file: str) -> str:
    """``/config/frame``, ``/config/plugins/family`` for ``frame.json``, ``plugins/family.json``."""
    return f"/config/{quote(file.removesuffix('.json'), safe='/')}"


def file_of(instance: str) -> str:
    """The instance's file, so that one named ``frame`` is not taken for the frame."""
    return f"plugins/{instance}.json"
