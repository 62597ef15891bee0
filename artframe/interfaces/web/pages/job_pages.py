"""Which jobs are there, how far are they, and how did they go?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.errors import CommandError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.pages.addresses import job_page
from artframe.interfaces.web.pages.charts import Chart, Day, chart, days_of
from artframe.interfaces.web.pages.formats import Formats, sentence
from artframe.interfaces.web.pages.rendering import ask, go, page, words
from artframe.jobs.labels import is_bytes

DAYS = 30
_RUNS = 50


async def jobs(request: Request) -> Response:
    """``GET /jobs``"""
    return await page(
        request,
        "jobs.html",
        parts=("jobs-list",),
        jobs=await run(request, "job list"),
        runs=await ask(request, "job history", [], count=20),
    )


async def job(request: Request) -> Response:
    """``GET /jobs/{owner}/{name}``"""
    name = _name(request)
    row = next((row for row in await run(request, "job list") if row["job"] == name), None)
    runs = await ask(request, "job history", [], job=name, count=_RUNS)
    if row is None and not runs:
        raise CommandError(f"there is no job '{name}'", "perhaps its plugin was removed or is switched off")
    statistics = await ask(request, "job statistics", [], job=name, days=DAYS)
    days = days_of(one for each in statistics for one in each["days"])
    counts = _counts(request, days, statistics[0]["labels"]) if statistics else []
    return await page(
        request,
        "job.html",
        parts=("job-now", "job-past"),
        name=name,
        job=row,
        runs=runs,
        days=[day for day in days if day.runs],
        counts=counts,
        charts=_charts(request, days, counts) if any(day.runs for day in days) else [],
    )


async def start(request: Request) -> Response:
    """``POST /jobs/{owner}/{name}/run``: begins; the page shows how far it is."""
    await run(request, "job run", job=_name(request), wait=False)
    return go(job_page(_name(request)))


async def cancel(request: Request) -> Response:
    """``POST /jobs/{owner}/{name}/cancel``"""
    await run(request, "job cancel", job=_name(request))
    return go(job_page(_name(request)))


def _name(request: Request) -> str:
    return f"{request.path_params['owner']}/{request.path_params['name']}"


@dataclass(frozen=True, kw_only=True)
class Count:
    """Something that a job counts: its ``title``, and how a number of it is written."""

    name: str
    title: str
    shown: Callable[[float], str]


def _counts(request: Request, days: list[Day], labels: Mapping[str, str]) -> list[Count]:
    """What there is any of."""
    texts = words(request)
    formats = Formats(texts, context(request).clock.now())
    return [
        Count(
            name=name,
            title=sentence(texts.setting(label)),
            shown=formats.size if is_bytes(name) else formats.number,
        )
        for name, label in labels.items()
        if any(day.counts.get(name) for day in days)
    ]


def _counted(name: str, day: Day) -> float:
    return float(day.counts.get(name, 0))


def _charts(request: Request, days: list[Day], counts: list[Count]) -> list[Chart]:
    texts = words(request)
    formats = Formats(texts, context(request).clock.now())

    def day_words(day: date) -> str:
        return formats.day(day.isoformat())

    def drawn(one: Count, value: Callable[[Day], float]) -> Chart:
        return chart(
            days,
            name=one.name,
            title=one.title,
            value=value,
            words=one.shown,
            day_words=day_words,
            sentence=lambda most, latest: texts.text("chart.sentence", days=DAYS, most=most, latest=latest),
        )

    seconds = Count(name="seconds", title=texts.text("chart.seconds"), shown=formats.span)
    return [
        *(drawn(one, partial(_counted, one.name)) for one in counts),
        drawn(seconds, lambda day: day.seconds),
    ]


routes = [
    Route("/jobs", jobs, methods=["GET"]),
    Route("/jobs/{owner}/{name}", job, methods=["GET"]),
    Route("/jobs/{owner}/{name}/run", start, methods=["POST"]),
    Route("/jobs/{owner}/{name}/cancel", cancel, methods=["POST"]),
]
