"""The facts that the rules of booking are asked about, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Allocation, Booking
from bookings.rules.facts import BookingFacts, Need, Policy, ResourceFacts, Seat
from bookings.rules.occupancy import buffers
from common.periods import Period
from companies.models import User
from facility.calendar import open_periods
from facility.models import BookingPolicy, QualificationHeld, Resource
from projects.models import Project

DAY = timedelta(days=1)


def booked_resources(codes: Sequence[str]) -> list[Resource]:
    """Return resources with policy and parts in the order of the codes (3 queries); missing ones are left out."""
    rows = (
        Resource.objects.filter(code__in=codes)
        .select_related("policy", "site", "area", "qualification", "cost_centre")
        .prefetch_related("components__part__policy")
    )
    by_code = {row.code: row for row in rows}
    return [by_code[code] for code in codes if code in by_code]


def resource_ids(resources: Iterable[Resource]) -> list[int]:
    """Return the ids that a booking of these resources must lock: they and their parts, ascending."""
    wholes = list(resources)
    parts = {component.part_id for whole in wholes for component in whole.components.all()}
    return sorted({whole.pk for whole in wholes} | parts)


def facts_for(
    *,
    resources: Sequence[Resource],
    period: Period,
    people: int,
    names: Sequence[str],
    with_operator: bool,
    project: Project | None,
    booker: User,
    now: datetime,
    look_around: timedelta = DAY,
    but: Booking | None = None,
) -> BookingFacts:
    """Read what decides whether these resources can be booked for a period.

    `look_around` widens the window in which open periods and taken seats are read, for the search of alternatives;
    `but` leaves a booking's own allocations out.
    """
    window = Period(period.starts_at - look_around, period.ends_at + look_around)
    opening = open_periods(resources, window)
    held = _held(booker, names, period.starts_at.astimezone(resources[0].site.tz).date())
    needs = needs_of(resources, period, opening)
    return BookingFacts(
        period=period,
        now=now,
        people=people,
        with_operator=with_operator,
        resources=tuple(resource_facts(one, tuple(opening[one.pk]), held) for one in resources),
        needs=tuple(needs),
        taken=tuple(seats_taken(resource_ids(resources), reach_of(needs, window), but=but)),
        project_open=project is None or project.is_open,
    )


def needs_of(resources: Sequence[Resource], period: Period, opening: dict[int, list[Period]]) -> list[Need]:
    """Return the seats to take: one of each resource named and `quantity` of each part, buffers included."""
    needs = []
    for whole in resources:
        before, after = buffers(policy_facts(whole.policy), period, opening[whole.pk])
        needs.append(_need(whole, 1, period, before, after))
        for component in whole.components.all():
            # the wider of both, also beside a whole that needs none itself; none of either for a whole day
            own_before, own_after = buffers(policy_facts(component.part.policy), period, opening[whole.pk])
            wide = max(before, own_before), max(after, own_after)
            needs.append(_need(component.part, component.quantity, period, *wide))
    return needs


def reach_of(needs: Sequence[Need], window: Period) -> Period:
    """Return a window widened by the longest buffers, which may last days: whoever lies in them is in the way."""
    before = max(need.before_minutes for need in needs)
    after = max(need.after_minutes for need in needs)
    return window.widened(before_minutes=before, after_minutes=after)


def seats_taken(ids: Sequence[int], window: Period, *, but: Booking | None = None) -> list[Seat]:
    """Return the live seats of resources that touch a window (1 query)."""
    rows = Allocation.objects.filter(
        live=True, resource_id__in=ids, blocked__overlap=DateTimeTZRange(window.starts_at, window.ends_at)
    )
    if but is not None:
        rows = rows.exclude(booking=but)
    return [
        Seat(resource_id, seat, Period(blocked.lower, blocked.upper))
        for resource_id, seat, blocked in rows.values_list("resource_id", "seat", "blocked")
    ]


def policy_facts(row: BookingPolicy) -> Policy:
    """Return a policy row as facts."""
    return Policy(
        step_minutes=row.step_minutes,
        min_minutes=row.min_minutes,
        max_minutes=row.max_minutes,
        notice_hours=row.notice_hours,
        horizon_days=row.horizon_days,
        setup_minutes=row.setup_minutes,
        cleanup_minutes=row.cleanup_minutes,
        max_people=row.max_people,
        approval=row.approval,
        approval_above=row.approval_above,
        cancel_notice_hours=row.cancel_notice_hours,
    )


def _need(resource: Resource, quantity: int, period: Period, before: int, after: int) -> Need:
    blocked = period.widened(before_minutes=before, after_minutes=after)
    return Need(resource.pk, resource.capacity, quantity, blocked, before, after)


def resource_facts(resource: Resource, opening: tuple[Period, ...], held: set[int]) -> ResourceFacts:
    """Return a resource as facts; `held` are the ids of the qualifications that the people named hold."""
    qualification = resource.qualification
    return ResourceFacts(
        id=resource.pk,
        code=resource.code,
        name=resource.name,
        tz=resource.site.tz,
        policy=policy_facts(resource.policy),
        open=opening,
        parts=tuple(component.part.code for component in resource.components.all()),
        qualification=qualification.name if qualification else None,
        course=qualification.course if qualification else "",
        operator=resource.operator,
        qualified=qualification is not None and qualification.pk in held,
    )


def _held(booker: User, names: Sequence[str], on: date) -> set[int]:
    """Return the ids of the qualifications that the booker or a colleague named holds on a day (1 query)."""
    people = User.objects.filter(pk=booker.pk)
    if names:
        colleagues = User.objects.visible_to(booker).filter(email__in=[name.lower() for name in names])
        people = User.objects.filter(
            pk__in=[*people.values_list("pk", flat=True), *colleagues.values_list("pk", flat=True)]
        )
    rows = QualificationHeld.objects.filter(user__in=people, earned_on__lte=on, expires_on__gt=on)
    return set(rows.values_list("qualification_id", flat=True))
