"""The demonstration: what a visitor finds, the same every time on the same day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F
from stdnum.it import iva

from bookings.models import Allocation, Booking, BookingEvent, BookingStatus, Usage
from bookings.queries.calendar import availability
from bookings.rules.transitions import TRANSITIONS
from common.periods import Period
from companies.models import Company, StaffRole, User
from config.demo.load import Loaded, load_demo
from costing.models import AccountingPeriod, Charge, Commitment, CommitmentState
from costing.trace import recomputed
from facility.queries import resource_by_code
from outbox.models import Message
from projects.models import Milestone

ROME = ZoneInfo("Europe/Rome")
TODAY = date(2026, 11, 25)  # a Wednesday
NOW = datetime(2026, 11, 25, 10, 40, tzinfo=ROME).astimezone(UTC)


def load(now: datetime = NOW) -> Loaded:
    """Load the demonstration as into a fresh database, where references begin at one."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SEQUENCE booking_reference RESTART")
    return load_demo(today=TODAY, now=now, password="parola-di-prova", say=lambda _text: None)


def identities() -> list[tuple[Any, ...]]:
    """Return what must not differ between two loads of one day."""
    rows = Booking.objects.order_by("reference")
    return list(rows.values_list("reference", "public_id", "company__name", "starts_at", "resources__code", "purpose"))


@pytest.fixture(scope="module")
def same_day(django_db_setup: None, django_db_blocker: Any) -> list[tuple[Any, ...]]:
    """Load the demonstration at another hour of the day, note what it holds, and take it back."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(now=NOW + timedelta(hours=6))
        found = identities()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def loaded(same_day: list[tuple[Any, ...]], django_db_blocker: Any) -> Iterator[Loaded]:
    """Load the demonstration once for the file, in a transaction around its tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Loaded, db: None) -> Loaded:
    return loaded


def test_the_rules_refused_nothing_of_the_plan(demo: Loaded) -> None:
    assert [[one.code for one in step.refusals] for step in demo.refused] == []


def test_a_year_round_centre_has_about_1500_bookings(demo: Loaded) -> None:
    assert 1400 <= Booking.objects.count() <= 1600
    assert demo.counts["bookings"] == Booking.objects.count()
    mornings = Counter(
        start.astimezone(ROME).hour < 13 for start in Booking.objects.values_list("starts_at", flat=True)
    )
    assert mornings[True] > 2 * mornings[False]
    assert Booking.objects.filter(starts_at__gt=NOW + timedelta(days=60)).count() > 20
    often = Counter(Booking.objects.exclude(company=None).values_list("company__key", flat=True)).most_common(3)
    assert {"FANTA", "GIRA"} & {key for key, _count in often}


def test_every_end_of_a_booking_is_there_with_its_reason(demo: Loaded) -> None:
    assert set(Booking.objects.values_list("status", flat=True)) == set(BookingStatus.values)
    reasons = Counter(BookingEvent.objects.filter(action="cancel").values_list("reason", flat=True))
    assert set(reasons) == {"changed_plans", "no_longer_needed", "illness", "supplier_delay", "centre", "other"}
    assert not BookingEvent.objects.filter(action__in=("cancel", "reject"), reason="").exists()
    steps = BookingEvent.objects.values_list("from_status", "to_status").distinct()
    assert all(new in TRANSITIONS[old] for old, new in steps)
    assert not BookingEvent.objects.filter(at__gt=NOW).exists()


def test_a_breakdown_called_off_what_followed(demo: Loaded) -> None:
    usage = Usage.objects.exclude(incident="").select_related("booking").get()
    assert usage.ended_at is not None

    calls_off = BookingEvent.objects.filter(action="cancel", reason="centre", at__gte=usage.ended_at)
    broken = calls_off.filter(booking__resources__code="ME-CMM", at__lt=usage.ended_at + timedelta(hours=2))

    assert usage.ended_at < usage.booking.ends_at
    assert broken.count() >= 4


def test_nothing_of_the_past_is_left_open(demo: Loaded) -> None:
    past = Booking.objects.filter(ends_at__lt=NOW - timedelta(hours=1))
    assert not past.filter(status__in=("requested", "confirmed", "in_use")).exists()
    states = dict(Commitment.objects.values_list("state").annotate(Count("pk")))
    assert states[CommitmentState.CONSUMED] == Booking.objects.filter(status="completed").count()
    assert states[CommitmentState.OPEN] == Booking.objects.filter(status__in=("confirmed", "in_use")).count()
    assert Allocation.objects.filter(live=True).exclude(booking__status__in=("confirmed", "in_use")).count() == 0


def test_uses_end_early_late_and_with_an_operator(demo: Loaded) -> None:
    uses = Usage.objects.filter(ended_at__isnull=False)
    early = uses.filter(ended_at__lt=F("booking__ends_at") - timedelta(minutes=9)).count()
    late = uses.filter(ended_at__gt=F("booking__ends_at")).count()
    assert early > 100
    assert late > 60
    assert uses.filter(operator_hours__gt=0).count() > 200


def test_today_is_lively(demo: Loaded) -> None:
    today = Booking.objects.filter(starts_at__date=TODAY)
    statuses = Counter(today.values_list("status", flat=True))
    assert statuses["in_use"] >= 3
    assert statuses["confirmed"] >= 3
    assert Booking.objects.filter(status="requested", starts_at__gt=NOW).count() >= 8


def test_two_months_are_closed_and_the_third_is_open(demo: Loaded) -> None:
    assert demo.closed == ("2026-09", "2026-10")
    months = AccountingPeriod.objects.order_by("month").values_list("month", "state")
    assert list(months) == [
        (date(2026, 9, 1), "closed"),
        (date(2026, 10, 1), "closed"),
        (date(2026, 11, 1), "open"),
    ]
    assert all(month.charges.count() > 200 for month in AccountingPeriod.objects.all())


def test_every_charge_explains_its_amount(demo: Loaded) -> None:
    charges = Charge.objects.order_by("pk").values_list("trace", "list_value")[::7]
    assert [recomputed(trace) for trace, _value in charges] == [value for _trace, value in charges]


def test_projects_are_used_inside_their_milestones(demo: Loaded) -> None:
    fanta = Booking.objects.filter(project__code="PC-03", company__key="FANTA")
    assert fanta.filter(status="completed").exists()
    assert fanta.filter(status="confirmed", starts_at__gt=NOW).exists()
    assert Booking.objects.filter(project__code="PC-01", company__key="GIRA").count() >= 8
    for milestone in Milestone.objects.filter(bookings__isnull=False).distinct():
        days = {start.astimezone(ROME).date() for start in milestone.bookings.values_list("starts_at", flat=True)}
        assert all(milestone.start <= day <= milestone.end for day in days), milestone


@pytest.mark.parametrize("code", ["RB-SAL", "AM-LPBF", "CY-OT", "LP-ASM"])
def test_machines_that_want_approval_are_free_on_some_next_mornings(demo: Loaded, code: str) -> None:
    resource = resource_by_code(code, user=None)
    free = 0
    for ahead in range(4, 17):
        morning = datetime(2026, 11, 25, 9, 0, tzinfo=ROME) + timedelta(days=ahead)
        window = Period(morning, morning.replace(hour=13))
        found = availability(resource=resource, window=window)
        free += found.free == [window]
    assert free >= 3


def test_people_and_firms_are_the_ones_promised(demo: Loaded) -> None:
    assert Company.objects.count() == 12 + 2 + 30
    assert all(iva.is_valid(number) for number in Company.objects.values_list("vat_number", flat=True))
    assert Company.objects.filter(vat_number__startswith="IT99999").count() == Company.objects.count()
    staff = {f"{role}@centro.example" for role in StaffRole.values}
    assert set(User.objects.filter(company=None).values_list("email", flat=True)) == staff
    assert User.objects.filter(email__endswith="@imprese.example", company_role="admin").count() == 42
    assert check_password("parola-di-prova", User.objects.get(email="fanta@imprese.example").password)


def test_newest_bookings_left_mails(demo: Loaded) -> None:
    assert Message.objects.count() >= 12


def test_second_run_changes_nothing_and_says_so(demo: Loaded) -> None:
    before, output = identities(), StringIO()

    call_command("demo", stdout=output)

    assert "nothing was changed" in output.getvalue()
    assert "fanta@imprese.example" in output.getvalue()
    assert identities() == before


def test_production_refuses(db: None, settings: Any) -> None:
    settings.PRODUCTION = True

    with pytest.raises(CommandError, match="Production"):
        call_command("demo")


def test_same_day_gives_the_same_centre_whatever_the_hour(demo: Loaded, same_day: list[tuple[Any, ...]]) -> None:
    assert identities() == same_day
