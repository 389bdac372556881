"""The only door to django-scheduler: patterns of opening hours in, periods in instants out.

A site or a resource with hours of its own has one `schedule.Calendar`; each pattern is one weekly `Event` with one
`Rule`. Single days are `OpeningException` rows, never `Occurrence`s. Days are computed in the site's zone; the periods
handed out are UTC, because instants of one zone subtract by the wall clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.db import transaction
from django.db.models import prefetch_related_objects
from schedule.models import Calendar, Event, Rule  # noqa: TID251  (this is the door)

from common.periods import Period, joined
from facility.models import OpeningException, Resource, Site
from facility.rules import MINUTES_PER_DAY, DayException, OpeningHours

#: A Monday in winter: patterns begin here, far from both changes of the clock.
FIRST_MONDAY = date(2024, 1, 1)
WEEK = timedelta(days=7)
BY_WEEKDAY = "byweekday:"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One weekly event as stored, free of its dates: the rule's parameters and the wall times."""

    params: str
    from_minute: int
    minutes: int


def open_periods(resources: Collection[Resource], period: Period) -> dict[int, list[Period]]:
    """Return when resources are open, by their primary key.

    Whole opening hours of every local day that the period touches, not clipped to it; hours that touch are joined, at
    midnight too. Holidays, patron day and exceptions are applied.
    Queries: 2 whatever the number of resources, 1 more when their sites are not loaded.
    """
    if not resources:
        return {}
    prefetch_related_objects(list(resources), "site")
    days = {site: _local_days(site.tz, period) for site in {resource.site for resource in resources}}
    closed = {site: closed_days(site, these[0], these[-1]) for site, these in days.items()}
    patterns = _patterns(_zones(resources))
    exceptions = _exceptions(resources, {day for these in days.values() for day in these})
    regular: dict[tuple[int | None, int], list[Period]] = {}
    result = {}
    for resource in resources:
        key = (_calendar_of(resource), resource.site_id)
        terms = (days[resource.site], patterns[key[0]], resource.site, closed[resource.site])
        if resource.pk in exceptions:
            result[resource.pk] = _open_on(*terms, exceptions[resource.pk])
            continue
        if key not in regular:
            regular[key] = _open_on(*terms, {})
        result[resource.pk] = list(regular[key])
    return result


def is_open(resource: Resource, period: Period) -> bool:
    """Say whether a resource is open for the whole period."""
    return any(hours.contains(period) for hours in open_periods([resource], period)[resource.pk])


def clipped(periods: Iterable[Period], window: Period) -> list[Period]:
    """Return the parts of the periods that lie inside the window."""
    return [part for period in periods if (part := period.intersection(window)) is not None]


def day_period(site: Site, day: date) -> Period:
    """Return a local day of the site, of 23 to 25 hours, as instants."""
    return Period(_instant(day, 0, site.tz), _instant(day, MINUTES_PER_DAY, site.tz))


def closed_days(site: Site, first: date, last: date) -> frozenset[date]:
    """Return the public holidays and the patron days from one day to another, both included."""
    years = range(first.year, last.year + 1)
    patron = {day for year in years if (day := _patron_day(site.patron_day, year))}
    return frozenset(day for day in patron.union(*map(_holidays_of, years)) if first <= day <= last)


def opening_of(owner: Resource | Site) -> list[OpeningHours] | None:
    """Return the hours of a site or a resource; None when it has none of its own."""
    if owner.calendar_id is None:
        return None
    return _hours(_patterns({owner.calendar_id: _zone_of(owner)})[owner.calendar_id])


def openings_of(resources: Collection[Resource]) -> dict[int, list[OpeningHours] | None]:
    """Return each resource's own hours by primary key, None where it follows its site; one query."""
    prefetch_related_objects(list(resources), "site")
    own = {resource.calendar_id: resource.site.tz for resource in resources if resource.calendar_id is not None}
    patterns = _patterns(own)
    return {
        resource.pk: None if resource.calendar_id is None else _hours(patterns[resource.calendar_id])
        for resource in resources
    }


def set_opening(owner: Resource | Site, opening: Sequence[OpeningHours] | None) -> None:
    """Replace the hours of a site or a resource; None makes a resource follow its site again."""
    if opening_of(owner) != (None if opening is None else list(opening)):
        with transaction.atomic():
            _replace_patterns(owner, opening)


def _replace_patterns(owner: Resource | Site, opening: Sequence[OpeningHours] | None) -> None:
    calendar = owner.calendar
    if calendar is None:
        calendar = Calendar.objects.create(name=owner.code, slug=f"{owner._meta.model_name}-{owner.pk}")
        owner.calendar = calendar
        owner.save(update_fields=["calendar"])
    _forget_patterns(calendar)
    for hours in opening or ():
        _add_pattern(calendar, hours, _zone_of(owner))
    if opening is None:
        owner.calendar = None
        owner.save(update_fields=["calendar"])
        calendar.delete()


def _add_pattern(calendar: Calendar, hours: OpeningHours, zone: ZoneInfo) -> None:
    params = BY_WEEKDAY + ",".join(hours.days)
    rule = Rule.objects.create(name=calendar.name, description="", frequency="WEEKLY", params=params)
    Event.objects.create(
        calendar=calendar,
        rule=rule,
        title=calendar.name,
        start=_instant(FIRST_MONDAY, hours.from_minute, zone),
        end=_instant(FIRST_MONDAY, hours.to_minute, zone),
    )


def _forget_patterns(calendar: Calendar) -> None:
    """Delete events before their rules: a deleted rule would turn its series into a single event."""
    rules = list(Rule.objects.filter(event__calendar=calendar).values_list("pk", flat=True))
    Event.objects.filter(calendar=calendar).delete()
    Rule.objects.filter(pk__in=rules).delete()


def _calendar_of(resource: Resource) -> int | None:
    return resource.calendar_id or resource.site.calendar_id


def _zone_of(owner: Resource | Site) -> ZoneInfo:
    return owner.tz if isinstance(owner, Site) else owner.site.tz


def _zones(resources: Iterable[Resource]) -> dict[int, ZoneInfo]:
    """Return the zone of every calendar that the resources go by."""
    pairs = ((_calendar_of(resource), resource.site.tz) for resource in resources)
    return {calendar_id: zone for calendar_id, zone in pairs if calendar_id is not None}


def _local_days(zone: ZoneInfo, period: Period) -> tuple[date, ...]:
    first = period.starts_at.astimezone(zone).date()
    last = (period.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def _patterns(zones: Mapping[int, ZoneInfo]) -> defaultdict[int | None, list[Pattern]]:
    """Load the patterns of calendars, each read in its zone, with one query."""
    rows = (
        Event.objects.filter(calendar_id__in=zones, rule__frequency="WEEKLY")
        .order_by("calendar_id", "pk")
        .values_list("calendar_id", "start", "end", "rule__params")
    )
    found: defaultdict[int | None, list[Pattern]] = defaultdict(list)
    for calendar_id, start, end, params in rows:
        wall = start.astimezone(zones[calendar_id])
        minutes = int((end - start) // timedelta(minutes=1))
        found[calendar_id].append(Pattern(params, wall.hour * 60 + wall.minute, minutes))
    return found


def _hours(patterns: Iterable[Pattern]) -> list[OpeningHours]:
    return [
        OpeningHours(
            tuple(pattern.params.removeprefix(BY_WEEKDAY).split(",")),
            pattern.from_minute,
            pattern.from_minute + pattern.minutes,
        )
        for pattern in patterns
    ]


def _exceptions(resources: Collection[Resource], days: Collection[date]) -> dict[int, dict[date, list[DayException]]]:
    """Load the single days of several resources with one query."""
    ids = [resource.pk for resource in resources]
    rows = OpeningException.objects.filter(resource_id__in=ids, on__range=(min(days), max(days)))
    found: dict[int, dict[date, list[DayException]]] = defaultdict(lambda: defaultdict(list))
    for resource_id, on, from_minute, to_minute in rows.values_list("resource_id", "on", "from_minute", "to_minute"):
        found[resource_id][on].append(DayException(on, from_minute, to_minute))
    return found


def _open_on(
    days: Iterable[date],
    patterns: Iterable[Pattern],
    site: Site,
    closed: frozenset[date],
    exceptions: Mapping[date, list[DayException]],
) -> list[Period]:
    """Return the hours of some days: a day's exceptions replace its hours."""
    zone = site.tz
    found = []
    for day in days:
        if day in exceptions:
            found += [
                Period(_instant(day, row.from_minute, zone), _instant(day, row.to_minute, zone, closing=True))
                for row in exceptions[day]
                if row.from_minute is not None and row.to_minute is not None
            ]
        elif day not in closed:
            monday = day - timedelta(days=day.weekday())
            weeks = (_week(pattern, zone, monday) for pattern in patterns)
            found += [week[day] for week in weeks if day in week]
    return joined(found)


@lru_cache(maxsize=8192)
def _week(pattern: Pattern, zone: ZoneInfo, monday: date) -> Mapping[date, Period]:
    """Let django-scheduler repeat a pattern in one local week, and rebuild the wall-clock end of each day.

    The pattern is moved to that week first, so that the cost does not grow with its age; a weekly rule repeats alike.
    """
    start = datetime.combine(monday, time())
    event = Event(start=start, end=start, rule=Rule(frequency="WEEKLY", params=pattern.params))
    to_minute = pattern.from_minute + pattern.minutes
    days = [moment.date() for moment in event.get_rrule_object(zone).between(start, start + WEEK, inc=True)]
    return {
        day: Period(_instant(day, pattern.from_minute, zone), _instant(day, to_minute, zone, closing=True))
        for day in days
        if day < monday + WEEK
    }


def _instant(day: date, minute: int, zone: ZoneInfo, *, closing: bool = False) -> datetime:
    """Return the instant of a wall time; of two equal ones the first, or the second when closing."""
    wall = datetime.combine(day, time(), tzinfo=zone) + timedelta(minutes=minute)
    second = wall.replace(fold=1)
    happens_twice = wall.astimezone(UTC) < second.astimezone(UTC)
    return (second if closing and happens_twice else wall).astimezone(UTC)


@lru_cache(maxsize=64)
def _holidays_of(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("IT", years=year))


@lru_cache(maxsize=256)
def _patron_day(month_and_day: str, year: int) -> date | None:
    try:
        return date.fromisoformat(f"{year}-{month_and_day}")
    except ValueError:  # none given, or 29 February in a common year
        return None
