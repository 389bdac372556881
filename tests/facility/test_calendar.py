"""Opening hours through django-scheduler: local days, both changes of the clock, holidays, exceptions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from schedule.models import Calendar, Event, Rule  # noqa: TID251  (looks behind the door)

from common.periods import Period
from facility import calendar
from facility.models import Resource
from facility.rules import MINUTES_PER_DAY, WEEKDAYS, DayException, OpeningHours
from tests.catalogue import ROUND_THE_CLOCK, WORKING_HOURS, make_resource, make_site

ROME = ZoneInfo("Europe/Rome")
pytestmark = pytest.mark.django_db


def local(text: str) -> datetime:
    """Return an instant from local time; the first of two equal ones."""
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


def week_of(monday: str) -> Period:
    """Return seven local days."""
    start = local(monday)
    return Period(start.astimezone(UTC), (start + timedelta(days=7)).astimezone(UTC))


def opened(resource: Resource, period: Period) -> list[tuple[str, str]]:
    """Return the opening as local texts."""
    return [
        (f"{hours.starts_at.astimezone(ROME):%a %d %H:%M}", f"{hours.ends_at.astimezone(ROME):%a %d %H:%M}")
        for hours in calendar.open_periods([resource], period)[resource.pk]
    ]


def test_resource_without_hours_follows_its_site() -> None:
    resource = make_resource()

    assert calendar.opening_of(resource) is None
    assert opened(resource, week_of("2026-11-23")) == [
        ("Mon 23 08:00", "Mon 23 19:00"),
        ("Tue 24 08:00", "Tue 24 19:00"),
        ("Wed 25 08:00", "Wed 25 19:00"),
        ("Thu 26 08:00", "Thu 26 19:00"),
        ("Fri 27 08:00", "Fri 27 19:00"),
    ]


def test_resource_with_hours_ignores_its_site() -> None:
    resource = make_resource(opening=(OpeningHours(("SA",), 540, 780), OpeningHours(("MO", "WE"), 1320, 1440)))

    assert opened(resource, week_of("2026-11-23")) == [
        ("Mon 23 22:00", "Tue 24 00:00"),
        ("Wed 25 22:00", "Thu 26 00:00"),
        ("Sat 28 09:00", "Sat 28 13:00"),
    ]


@pytest.mark.parametrize(
    ("sunday", "elapsed"), [("2026-03-29", timedelta(hours=23)), ("2026-10-25", timedelta(hours=25))]
)
def test_round_the_clock_on_the_days_of_both_clock_changes(sunday: str, elapsed: timedelta) -> None:
    resource = make_resource(opening=(ROUND_THE_CLOCK,))
    start = local(sunday)

    hours = calendar.open_periods([resource], calendar.day_period(resource.site, start.date()))[resource.pk]

    assert hours == [calendar.day_period(resource.site, start.date())]
    assert hours[0].ends_at - hours[0].starts_at == elapsed


@pytest.mark.parametrize("monday", ["2026-03-23", "2026-03-30", "2026-10-19", "2026-10-26"])
def test_hours_keep_the_wall_clock_across_both_clock_changes(monday: str) -> None:
    resource = make_resource(opening=(OpeningHours(WEEKDAYS[:5], 540, 1020),))

    weekday = opened(resource, week_of(monday))[1]

    assert (weekday[0][-5:], weekday[1][-5:]) == ("09:00", "17:00")


def test_closing_in_the_repeated_hour_takes_the_second_one() -> None:
    resource = make_resource(opening=(OpeningHours(("SU",), 0, 150),))

    hours = calendar.open_periods([resource], week_of("2026-10-19"))[resource.pk]

    assert [period.minutes for period in hours] == [210]


def test_hours_inside_the_missing_hour_do_not_break() -> None:
    resource = make_resource(opening=(OpeningHours(("SU",), 135, 165),))

    hours = calendar.open_periods([resource], week_of("2026-03-23"))[resource.pk]

    assert [period.minutes for period in hours] == [30]


def test_ranges_that_touch_join_at_midnight_too() -> None:
    resource = make_resource(
        opening=(OpeningHours(("MO",), 480, 720), OpeningHours(("MO",), 720, 1440), OpeningHours(("TU",), 0, 360))
    )

    assert opened(resource, week_of("2026-11-23")) == [("Mon 23 08:00", "Tue 24 06:00")]


@pytest.mark.parametrize(
    "day",
    ["2026-01-01", "2026-01-06", "2026-04-05", "2026-04-06", "2026-10-04", "2026-12-07", "2026-12-08", "2026-12-25"],
)
def test_holidays_and_the_patron_day_are_closed(day: str) -> None:
    resource = make_resource(opening=(ROUND_THE_CLOCK,))
    that_day = calendar.day_period(resource.site, date.fromisoformat(day))

    assert calendar.open_periods([resource], that_day) == {resource.pk: []}


def test_fourth_of_october_was_no_holiday_before_2026() -> None:
    assert calendar.closed_days(make_site(), date(2025, 10, 1), date(2025, 10, 31)) == frozenset()
    assert calendar.closed_days(make_site(), date(2026, 10, 1), date(2026, 10, 31)) == {date(2026, 10, 4)}


def test_exception_opens_a_holiday_and_closes_a_working_day() -> None:
    resource = make_resource(
        exceptions=(
            DayException(date(2026, 12, 8), 540, 720),
            DayException(date(2026, 12, 8), 720, 780),
            DayException(date(2026, 12, 9)),
            DayException(date(2026, 12, 10), 600, 660),
        )
    )

    assert opened(resource, week_of("2026-12-07")) == [
        ("Tue 08 09:00", "Tue 08 13:00"),
        ("Thu 10 10:00", "Thu 10 11:00"),
        ("Fri 11 08:00", "Fri 11 19:00"),
    ]


def test_exception_of_one_resource_leaves_the_others_alone() -> None:
    closed = make_resource("RB-COB1", exceptions=(DayException(date(2026, 11, 23)),))
    other = make_resource("RB-COB2")
    monday = calendar.day_period(closed.site, date(2026, 11, 23))

    found = calendar.open_periods([closed, other], monday)

    assert found == {closed.pk: [], other.pk: [Period(local("2026-11-23T08:00"), local("2026-11-23T19:00"))]}


def test_is_open_needs_the_whole_period() -> None:
    resource = make_resource()

    assert calendar.is_open(resource, Period(local("2026-11-23T08:00"), local("2026-11-23T19:00")))
    assert not calendar.is_open(resource, Period(local("2026-11-23T18:00"), local("2026-11-23T19:15")))
    assert not calendar.is_open(resource, Period(local("2026-11-23T18:00"), local("2026-11-24T09:00")))


def test_clipped_keeps_what_lies_in_the_window() -> None:
    resource = make_resource()
    window = Period(local("2026-11-23T18:00"), local("2026-11-24T09:00"))
    hours = calendar.open_periods([resource], window)[resource.pk]

    assert calendar.clipped(hours, window) == [
        Period(local("2026-11-23T18:00"), local("2026-11-23T19:00")),
        Period(local("2026-11-24T08:00"), local("2026-11-24T09:00")),
    ]


def test_set_opening_replaces_patterns_and_leaves_no_orphans() -> None:
    resource = make_resource(opening=(WORKING_HOURS, OpeningHours(("SA",), 540, 780)))
    site_rows = 1
    assert (Event.objects.count(), Rule.objects.count()) == (site_rows + 2, site_rows + 2)

    calendar.set_opening(resource, [ROUND_THE_CLOCK])
    assert calendar.opening_of(resource) == [ROUND_THE_CLOCK]
    assert (Event.objects.count(), Rule.objects.count()) == (site_rows + 1, site_rows + 1)

    calendar.set_opening(resource, None)
    assert calendar.opening_of(resource) is None
    assert (Calendar.objects.count(), Event.objects.count(), Rule.objects.count()) == (1, site_rows, site_rows)


def test_set_opening_with_the_same_hours_writes_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    resource = make_resource(opening=(WORKING_HOURS,))

    with django_assert_num_queries(1):
        calendar.set_opening(resource, [WORKING_HOURS])


@pytest.mark.parametrize("n", [1, 3])
def test_open_periods_ask_twice_for_any_number(n: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(n):
        make_resource(f"R-{number}", opening=(OpeningHours(("MO",), 60 * number, 1440),))
    resources = list(Resource.objects.select_related("site"))

    with django_assert_num_queries(2):
        found = calendar.open_periods(resources, week_of("2026-11-23"))

    assert len(found) == n


@pytest.mark.parametrize("n", [1, 3])
def test_openings_of_ask_once_for_any_number(n: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(n):
        make_resource(f"R-{number}", opening=(OpeningHours(("MO",), 60 * number, 1440),))
    resources = list(Resource.objects.select_related("site"))

    with django_assert_num_queries(1):
        found = calendar.openings_of(resources)

    assert sorted(hours[0].from_minute for hours in found.values() if hours) == [60 * number for number in range(n)]


@st.composite
def patterns(draw: st.DrawFn) -> list[OpeningHours]:
    """Draw some patterns of opening hours."""

    def one() -> OpeningHours:
        days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
        from_minute = draw(st.integers(0, MINUTES_PER_DAY - 1))
        to_minute = draw(st.integers(from_minute + 1, MINUTES_PER_DAY))
        return OpeningHours(tuple(day for day in WEEKDAYS if day in days), from_minute, to_minute)

    return [one() for _ in range(draw(st.integers(0, 4)))]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(patterns(), st.dates(date(2025, 1, 1), date(2027, 12, 20)), st.integers(1, 12))
def test_open_exactly_where_a_pattern_says_so(
    db: Any, opening: list[OpeningHours], first: date, number_of_days: int
) -> None:
    site = make_site()
    resource = Resource.objects.filter(code="R-HYP").first() or make_resource("R-HYP")
    calendar.set_opening(resource, opening)
    last = first + timedelta(days=number_of_days - 1)
    window = Period(calendar.day_period(site, first).starts_at, calendar.day_period(site, last).ends_at)

    hours = calendar.open_periods([resource], window)[resource.pk]

    assert hours == sorted(hours)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(hours))
    holidays = calendar.closed_days(site, first, last)
    moment = window.starts_at
    while moment < window.ends_at:
        wall = moment.astimezone(ROME)
        minute = wall.hour * 60 + wall.minute
        expected = wall.date() not in holidays and any(
            WEEKDAYS[wall.weekday()] in pattern.days and pattern.from_minute <= minute < pattern.to_minute
            for pattern in opening
        )
        is_covered = any(period.starts_at <= moment < period.ends_at for period in hours)
        assert is_covered == expected or wall.hour in {1, 2, 3}, wall
        moment += timedelta(minutes=53)
