"""The demonstration, from an empty database to a centre in the middle of its week: all of it or nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bookings.models import Booking
from bookings.services.history import enter_history
from bookings.services.replay import RefusedStep
from companies.models import User
from config.catalogue import load_catalogue
from config.demo.people import load_firms, open_accounts, read_people
from config.demo.plan import BOOKINGS, Planner
from config.demo.recent import recent_days
from config.demo.scenery import Span, read_scenery, span_of
from config.demo.scenes import Scenes
from config.demo.wishes import Storyteller, Wish
from costing.models import AccountingPeriod
from costing.services.periods import close_period

CATALOGUE = Path(__file__).with_name("catalogue.json")
CLOSED_ON, CLOSED_MINUTE = 3, 9 * 60 + 15


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the demonstration holds: rows by name, the months closed, and what the rules refused of the plan."""

    counts: dict[str, int]
    closed: tuple[str, ...]
    refused: tuple[RefusedStep, ...]


@transaction.atomic
def load_demo(*, today: date, now: datetime, password: str, say: Callable[[str], None]) -> Loaded:
    """Fill an empty database with the catalogue, the invented firms and some months of bookings around a day.

    Equal days give equal data (references, names, identities); only how far today's bookings have come follows `now`.
    """
    rng = random.Random(f"Collaudo {today:%Y-%m-%d}")  # noqa: S311  (a story, not a secret)
    say("catalogue")
    report = load_catalogue(json.loads(CATALOGUE.read_text("utf-8")), today=today, accounts=True)
    say("firms")
    errors = load_firms(rng=rng, today=today)
    assert not errors, errors
    open_accounts(password=password)
    span = span_of(today, ZoneInfo(settings.TIME_ZONE))
    planner = Planner(rng, read_people(), read_scenery(span))
    say("bookings")
    wishes = list(_wishes(planner))
    teller = Storyteller(rng, planner.people, span, now)
    history = enter_history(entries=[teller.entry(wish) for wish in wishes])
    say("closed months")
    closed = tuple(_close_months(span, by=planner.people.staff["finance"], now=now))
    say("the last days")
    recent = recent_days(planner, now=now)
    for booking in recent:  # the ordinary services draw identities at random; a demonstration repeats itself
        Booking.objects.filter(pk=booking.pk).update(public_id=UUID(int=rng.getrandbits(128), version=4))
    counts = report.counts | {"bookings": len(history.references) + len(recent)}
    return Loaded(counts, closed, history.refused)


def _wishes(planner: Planner) -> Iterator[Wish]:
    """Yield the plan: what has a reason first, then ordinary days around it."""
    scenes = Scenes(planner)
    scenes.keep_mornings_free()
    count = 0
    for scene in (scenes.breakdown, scenes.today, scenes.projects, scenes.courses, scenes.upkeep, scenes.waiting):
        for wish in scene():
            count += 1
            yield wish
    yield from planner.ordinary_days(BOOKINGS - count)


def _close_months(span: Span, *, by: User, now: datetime) -> Iterator[str]:
    """Close the two months before this one, in order, each in the first days of the next."""
    month = span.first
    while month < span.today.replace(day=1):
        following = (month + timedelta(days=31)).replace(day=1)
        moment = min(now, span.at(following + timedelta(days=CLOSED_ON - 1), CLOSED_MINUTE))
        period = close_period(period=AccountingPeriod.objects.get(month=month), by=by, now=moment)
        yield period.code
        month = following
