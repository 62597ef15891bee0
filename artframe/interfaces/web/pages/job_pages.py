"""Which jobs are there, how far are they, and how did they go?"""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artframe.errors import CommandError
from artframe.interfaces.web.context import context, run
from artframe.interfaces.web.pages.addresses import job_page
from artframe.interfaces.web.pages.charts import Chart, Day, chart, days_of
from artframe.interfaces.web.pages.formats import Formats
from artframe.interfaces.web.pages.rendering import ask, go, page, words

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
    return await page(
        request,
        "job.html",
        parts=("job-now", "job-past"),
        name=name,
        job=row,
        runs=runs,
        days=[day for day in days if day.runs],
        charts=_charts(request, days) if any(day.runs for day in days) else [],
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


def _charts(request: Request, days: list[Day]) -> list[Chart]:
    texts = words(request)
    formats = Formats(texts, context(request).clock.now())

    def day_words(day: date) -> str:
        return formats.day(day.isoformat())

    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("photos", lambda day: float(day.photos), formats.number),
        ("bytes", lambda day: float(day.bytes), formats.size),
        ("seconds", lambda day: day.seconds, formats.span),
    )
    return [
        chart(
            days,
            name=name,
            title=texts.text(f"chart.{name}"),
            value=value,
            words=said,
            day_words=day_words,
            sentence=lambda most, latest: texts.text("chart.sentence", days=DAYS, most=most, latest=latest),
        )
        for name, value, said in kinds
        if name == "seconds" or any(value(day) for day in days)
    ]


routes = [
    Route("/jobs", jobs, methods=["GET"]),
    Route("/jobs/{owner}/{name}", job, methods=["GET"]),
    Route("/jobs/{owner}/{name}/run", start, methods=["POST"]),
    Route("/jobs/{owner}/{name}/cancel", cancel, methods=["POST"]),
]
