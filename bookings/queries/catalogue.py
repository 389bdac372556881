"""What the public pages read: the cards, who is free, the next free times, the projects that bookings may hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db.models import Prefetch, QuerySet

from bookings.queries.facts import DAY, booked_resources, facts_for, needs_of, resource_ids, seats_taken
from bookings.rules.occupancy import nearest_free, seats_for
from common.periods import Period, joined
from companies.models import Company, User
from costing.models import Tariff
from costing.queries.tariffs import STANDARD, aid_terms_for, price_group_of, tariffs_in_force
from facility.calendar import open_periods
from facility.models import Resource, ResourceKind
from facility.queries import CatalogueFilters, catalogue
from projects.models import OPEN_STAGES, Milestone, Project

USUAL_MINUTES = 120
LONGEST_WHOLE_MINUTES = 12 * 60
AHEAD = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class FromPrice:
    """A resource's price as a card shows it; `unit` is hour, day or flat."""

    amount: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Card:
    """A resource in the catalogue."""

    resource: Resource
    price: FromPrice | None


@dataclass(frozen=True, slots=True)
class PriceForMe:
    """The tariff that a reader gets, and the share of it that public aid would pay; None where no aid is known."""

    tariff: Tariff
    own: bool
    intensity: Decimal | None


def group_of(user: object) -> str:
    """Return the price group that a reader sees: the own firm's, else the published list."""
    company = getattr(user, "company", None)
    return price_group_of(company) if company is not None else STANDARD


def cards(user: object, filters: CatalogueFilters, *, free: Period | None, on: date) -> list[Card]:
    """Return the catalogue as a reader sees it, by area and code, with prices of the day (5 queries, 9 with `free`)."""
    found = list(catalogue(user, filters).filter(internal=False).exclude(kind=ResourceKind.OPERATOR))
    if free is not None:
        found = free_in(found, free)
    tariffs = tariffs_in_force(price_group=group_of(user), on=on)
    return [Card(one, from_price(tariffs.get(one.pk))) for one in found]


def from_price(tariff: Tariff | None) -> FromPrice | None:
    """Return the price that a tariff starts from; None without a tariff."""
    if tariff is None:
        return None
    for amount, unit in ((tariff.flat, "flat"), (tariff.block, "day"), (tariff.hour, "hour")):
        if amount is not None:
            return FromPrice(amount, unit)
    return None


def free_in(resources: Sequence[Resource], window: Period) -> list[Resource]:
    """Keep the resources that can be had in a window, parts and buffers counted (4 queries however many).

    A window of up to twelve hours must be free from end to end; in a longer one a time of the usual length is enough.
    """
    named = booked_resources([one.code for one in resources])
    opening = open_periods(named, window.widened(before_minutes=24 * 60, after_minutes=24 * 60))
    wide = Period(window.starts_at - DAY, window.ends_at + DAY)
    taken = seats_taken(resource_ids(named), wide)
    free = set()
    for one in named:
        if window.minutes <= LONGEST_WHOLE_MINUTES:
            needs = needs_of([one], window, opening)
            is_free = any(hours.contains(window) for hours in opening[one.pk]) and seats_for(needs, taken) is not None
        else:
            minutes = usual_minutes(one)
            starts = (hour for hours in opening[one.pk] for hour in _starts(hours, window, minutes))
            is_free = any(
                seats_for(needs_of([one], Period(start, start + timedelta(minutes=minutes)), opening), taken)
                is not None
                for start in starts
            )
        if is_free:
            free.add(one.pk)
    return [one for one in resources if one.pk in free]


def _starts(hours: Period, window: Period, minutes: int) -> list[datetime]:
    """Return the half-hours at which a time of that length fits into the opening hours and the window."""
    inside = hours.intersection(window)
    if inside is None:
        return []
    room = inside.minutes - minutes
    return [inside.starts_at + timedelta(minutes=offset) for offset in range(0, room + 1, 30)]


def usual_minutes(resource: Resource) -> int:
    """Return the length that a page proposes: two hours, kept within the policy and on its step."""
    policy = resource.policy
    wished = min(max(USUAL_MINUTES, policy.min_minutes), policy.max_minutes)
    return max(wished - wished % policy.step_minutes, policy.step_minutes)


def next_free(resource: Resource, *, user: User | None, now: datetime, minutes: int, limit: int = 4) -> list[Period]:
    """Return the first free times of a length on different days, after the notice (fixed queries)."""
    [named] = booked_resources([resource.code])
    earliest = now + timedelta(hours=named.policy.notice_hours)
    facts = facts_for(
        resources=[named],
        period=Period(earliest, earliest + timedelta(minutes=minutes)),
        people=1,
        names=(),
        with_operator=False,
        project=None,
        booker=user or User(),  # a visitor: somebody who holds no qualification
        now=now,
        look_around=AHEAD,
    )
    days: dict[date, Period] = {}
    for period in nearest_free(facts, limit=limit * 40):
        days.setdefault(period.starts_at.astimezone(named.site.tz).date(), period)
    return sorted(days.values())[:limit]


def opening_in(resource: Resource, window: Period) -> list[Period]:
    """Return when a resource is open inside a window, in UTC."""
    inside = (hours.intersection(window) for hours in open_periods([resource], window)[resource.pk])
    return joined(hours for hours in inside if hours is not None)


def price_for(user: object, resource: Resource, *, project: Project | None, on: date) -> PriceForMe | None:
    """Return the tariff of a resource for a reader and the aid that their project would bring (at most 2 queries)."""
    company: Company | None = getattr(user, "company", None)
    tariff = tariffs_in_force(price_group=group_of(user), on=on, resources=[resource.pk]).get(resource.pk)
    if tariff is None:
        return None
    aid = aid_terms_for(company=company, project=project, service="", on=on) if company and project else None
    intensity = aid.intensity if aid is not None and aid.intensity else None
    return PriceForMe(tariff, own=company is not None, intensity=intensity)


def projects_to_book_for(user: User) -> QuerySet[Project]:
    """Return the open projects that a person's bookings may hang on, with their milestones in order (2 queries)."""
    milestones = Milestone.objects.order_by("position", "pk")
    return (
        Project.objects.visible_to(user)
        .filter(stage__in=OPEN_STAGES)
        .select_related("company")
        .prefetch_related(Prefetch("milestones", milestones))
        .order_by("code")
    )


def local_day_start(now: datetime, resource: Resource) -> datetime:
    """Return midnight of the present local day, as an instant."""
    local = now.astimezone(resource.site.tz).replace(hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(UTC)
