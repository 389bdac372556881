"""Today's floor: per resource who is on it, who comes next, who has left; check in and check out in two taps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookings.forms import CheckOutForm
from bookings.models import Booking, BookingStatus
from bookings.queries.lists import FloorRow, uses_to_enter
from bookings.queries.lists import floor as floor_rows
from bookings.services.use import check_in, check_out
from bookings.views.answers import Problem, attempted, booking_step
from bookings.views.steps import FLOOR, Steps, is_attended, steps_for
from common.access import role_required
from common.clock import now, today
from common.instants import YEARS
from companies.access import user_of
from facility.calendar import day_period
from facility.models import Resource
from facility.queries import the_site

DAYS = ((-1, _("Yesterday")), (0, _("Today")), (1, _("Tomorrow")))


@dataclass(frozen=True, slots=True)
class Card:
    """One booking on one resource: what can be done, and by how many minutes it is late.

    A booking of several resources is checked in and out on the first that it names, which `leader` is.
    """

    booking: Booking
    leader: Resource
    steps: Steps
    minutes_late: int
    form: CheckOutForm | None


@dataclass(frozen=True, slots=True)
class Lane:
    """One resource's day."""

    resource: Resource
    running: list[Card]
    coming: list[Card]
    done: list[Booking]


@role_required(*FLOOR)
@require_safe
def floor(request: HttpRequest) -> HttpResponse:
    """Show a day of the floor, by default the local day of the clock."""
    return _floor(request, _chosen_day(request, request.GET.get("day", "")))


def _chosen_day(request: HttpRequest, text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    return day if day is not None and day.year in YEARS else today(request)


def _floor(
    request: HttpRequest, day: date, *, problem: Problem | None = None, form: CheckOutForm | None = None
) -> HttpResponse:
    site = the_site()
    lanes = [_lane(request, row, form) for row in floor_rows(day_period(site, day))]
    cards = [card for lane in lanes for card in (*lane.running, *lane.coming)]
    days = [(today(request) + timedelta(days=shift), label) for shift, label in DAYS]
    context = {
        "day": day,
        "days": days,
        "is_today": day == today(request),
        "lanes": lanes,
        "late": sum(card.minutes_late > 0 for card in cards),
        "to_enter": uses_to_enter(day_period(site, today(request)).starts_at).count(),
        "problem": problem,
    }
    status = problem.status if problem else (422 if form else 200)
    return render(request, "bookings/floor.html", context, status=status)


def _lane(request: HttpRequest, row: FloorRow, filled: CheckOutForm | None) -> Lane:
    def cards(bookings: list[Booking]) -> list[Card]:
        return [_card(request, booking, row.resource, filled) for booking in bookings]

    return Lane(row.resource, cards(row.running), cards(row.coming), row.done)


def _card(request: HttpRequest, booking: Booking, resource: Resource, filled: CheckOutForm | None) -> Card:
    moment, leader = now(request), booking.booked.all()[0].resource
    steps = steps_for(user_of(request), booking, moment)
    form = filled if filled is not None and filled.prefix == booking.reference else None
    if form is None and steps.check_out and resource == leader:
        form = _check_out_form(request, booking, None)
    return Card(booking, leader, steps, _minutes_late(booking, moment), form if resource == leader else None)


def _minutes_late(booking: Booking, moment: datetime) -> int:
    """Return how long somebody has been expected or has stayed too long; 0 when all is as booked."""
    due = booking.ends_at if booking.status == BookingStatus.IN_USE else booking.starts_at
    return max(0, int((moment - due) // timedelta(minutes=1)))


def _check_out_form(request: HttpRequest, booking: Booking, data: QueryDict | None) -> CheckOutForm:
    return CheckOutForm(data, booking=booking, now=now(request), attended=is_attended(booking))


def _taken(
    request: HttpRequest, step: Callable[[], object], done: str | Promise, form: CheckOutForm | None = None
) -> HttpResponse:
    day = _chosen_day(request, request.POST.get("day", ""))
    problem = attempted(step)
    if problem is not None:
        return _floor(request, day, problem=problem, form=form)
    messages.success(request, str(done))
    return redirect(f"{reverse('bookings:floor')}?day={day.isoformat()}")


@role_required(*FLOOR)
@booking_step
def arrive(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Check somebody in with one tap."""
    user, moment = user_of(request), now(request)
    done = _("%(reference)s is checked in.") % {"reference": booking.reference}
    return _taken(request, lambda: check_in(booking=booking, by=user, now=moment), done)


@role_required(*FLOOR)
@booking_step
def leave(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Check somebody out with the actual times."""
    user, moment = user_of(request), now(request)
    done = _("%(reference)s is checked out; its cost is recorded.") % {"reference": booking.reference}
    if not steps_for(user, booking, moment).check_out:
        return _taken(request, lambda: check_out(booking=booking, by=user, now=moment), done)
    form = _check_out_form(request, booking, request.POST)
    if not form.is_valid():
        return _floor(request, _chosen_day(request, request.POST.get("day", "")), form=form)
    return _taken(request, lambda: check_out(booking=booking, by=user, now=moment, **form.arguments()), done, form)
