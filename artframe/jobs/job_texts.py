"""What is told of jobs, in words for people?"""

from __future__ import annotations

from typing import Any

from artframe.core.moments import second
from artframe.jobs.labels import is_bytes
from artframe.jobs.run import Outcome

_SUMMED = ("runs", "failures", "seconds")


def _when(moment: str | None) -> str:
    return second(moment) if moment else "-"


def list_text(rows: list[dict[str, Any]]) -> str:
    """``job list``: one line each."""
    if not rows:
        return "no plugin has a job at the moment"
    width = max(len(row["job"]) for row in rows)
    lines = []
    for row in rows:
        now = _progress(row) if row["running"] else f"next {_when(row['next_due'])}"
        past = f"last good {_when(row['last_good'])}"
        trouble = f"  failing since {_when(row['failing_since'])}: {row['message']}" if row["failing_since"] else ""
        lines.append(f"{row['job']:{width}}  {now}  {past}{trouble}")
    return "\n".join(lines)


def _progress(row: dict[str, Any]) -> str:
    progress = row["progress"]
    rate = f", {row['rate']:.1f}/s" if row["rate"] else ""
    pace = rate + (f", {_span(row['seconds_left'])} left" if row["seconds_left"] else "")
    of = f" of {progress['total']}" if progress["total"] is not None else ""
    told = f"running, {progress['done']}{of}{pace} {progress['message']}".rstrip()
    return f"{told}; {_moving(row)}" if progress["moving"] else told


def _moving(row: dict[str, Any]) -> str:
    left = row["bytes_seconds_left"]
    rate = f", {row['bytes_rate'] / 1e6:.1f} MB/s" if row["bytes_rate"] else ""
    return moving_text(row["progress"]["moving"]) + rate + (f", {_span(left)} left" if left else "")


def moving_text(moving: dict[str, Any]) -> str:
    """The files that are on their way: ``video.mp4: 12.0 of 900.0 MB``, ``4 files: 3.1 of 12.0 MB``."""
    of = f" of {moving['total'] / 1e6:.1f}" if moving["total"] is not None else ""
    name = moving["name"] if moving["files"] == 1 else f"{moving['files']} files"
    return f"{name}: {moving['done'] / 1e6:.1f}{of} MB"


def run_text(result: dict[str, Any]) -> str:
    """``job run``: how it went, or that it was asked for."""
    if "outcome" not in result:
        return f"{result['job']} is asked to run; 'artframe job list' shows how far it is"
    text = f"{result['job']}: {_text(result)} after {result['seconds']:.1f} s"
    return "\n".join(filter(None, [text, result["message"], result["hint"]]))


def history_text(rows: list[dict[str, Any]]) -> str:
    """``job history``: one line each."""
    if not rows:
        return "nothing has run yet"
    return "\n".join(
        f"{_when(row['started'])}  {row['job']}  {_text(row)}  {row['seconds']:.1f} s  {row['message']}".rstrip()
        for row in rows
    )


def _text(row: dict[str, Any]) -> str:
    return Outcome[row["outcome"].upper()].text


def statistics_text(rows: list[dict[str, Any]]) -> str:
    """``job statistics``: the days on which a job ran, and all of them together."""
    lines = []
    for row in rows:
        lines.append(f"{row['job']}, the last {len(row['days'])} days")
        busy = [day for day in row["days"] if day["runs"]]
        labels = row["labels"]
        counts = {name: sum(day["counts"].get(name, 0) for day in row["days"]) for name in labels}
        whole = {**{what: sum(day[what] for day in row["days"]) for what in _SUMMED}, "counts": counts}
        lines += [f"  {day['day']}  {_sums_text(day, labels)}" for day in busy]
        lines.append(f"  {'in all' if busy else 'nothing ran'}  {_sums_text(whole, labels)}".rstrip())
    return "\n".join(lines) or "nothing has run yet"


def _sums_text(sums: dict[str, Any], labels: dict[str, str]) -> str:
    words = [
        f"{sums['runs']} runs" if sums["runs"] != 1 else "1 run",
        f"{sums['failures']} failed" if sums["failures"] else "",
        _span(sums["seconds"]),
        *(
            f"{amount / 1e6:,.1f} MB {label}" if is_bytes(name) else f"{amount:,} {label}"
            for name, label in labels.items()
            if (amount := sums["counts"].get(name, 0))
        ),
    ]
    return ", ".join(filter(None, words)) if sums["runs"] else ""


def _span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"
