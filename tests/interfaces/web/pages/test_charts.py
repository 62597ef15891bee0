"""The charts of a job: one bar a day, in words too."""

from __future__ import annotations

from datetime import date, timedelta

from artframe.interfaces.web.pages.charts import HEIGHT, WIDTH, Chart, Day, chart, days_of


def drawn(days: list[Day]) -> Chart:
    return chart(
        days,
        name="photos",
        title="Photos",
        value=lambda day: float(day.counts.get("photos", 0)),
        words=lambda value: f"{value:.0f} photos",
        day_words=lambda day: day.isoformat(),
        sentence=lambda most, latest: f"at most {most}, lately {latest}",
    )


def days(*photos: int | None) -> list[Day]:
    """From 1 May on; None: nothing ran."""
    return [
        Day(date=date(2026, 5, 1) + timedelta(days=number), runs=count is not None, counts={"photos": count or 0})
        for number, count in enumerate(photos)
    ]


def test_bars_are_as_high_as_their_days_and_stay_in_the_picture() -> None:
    found = drawn(days(10, 0, None, 5))
    tall, low, half = found.bars
    assert tall.height == 2 * half.height
    assert 0 < low.height < half.height, "a day with a run is seen, however little it did"
    assert all(bar.x >= 0 and bar.x + bar.width <= WIDTH and 0 <= bar.y < HEIGHT for bar in found.bars)
    assert [bar.label for bar in found.bars] == [
        "2026-05-01: 10 photos",
        "2026-05-02: 0 photos",
        "2026-05-04: 5 photos",
    ]


def test_a_chart_says_in_words_what_it_shows() -> None:
    assert drawn(days(10, None, 3, None)).description == "at most 10 photos, lately 3 photos"


def test_days_on_which_everything_failed_look_different() -> None:
    found = drawn([Day(date=date(2026, 5, 1), runs=2, failed=2), Day(date=date(2026, 5, 2), runs=2, failed=1)])
    assert [bar.kind for bar in found.bars] == ["failed", "other"]


def test_a_chart_of_nothing_is_empty() -> None:
    assert not drawn([]).bars
    assert not drawn(days(None, None)).bars


def test_days_come_from_the_job_s_statistics() -> None:
    row = {
        "day": "2026-05-01",
        "runs": 3,
        "failures": 1,
        "seconds": 9.0,
        "longest_seconds": 4.0,
        "counts": {"photos": 7, "bytes": 8},
    }
    assert days_of([row]) == [
        Day(date=date(2026, 5, 1), runs=3, failed=1, counts={"photos": 7, "bytes": 8}, seconds=4.0)
    ]
