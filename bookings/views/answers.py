"""What pages share: a booking or 404, and a service's «no» as something that a page can show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TypeAlias

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from bookings.models import Booking
from bookings.queries.lists import booking_for
from common.errors import Alternative, Busy, Conflict, Malformed, NotFound, Refusal, Refused, Unprocessable
from companies.access import user_of
from companies.models import User

StepPage: TypeAlias = Callable[[HttpRequest, Booking], HttpResponse]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a step was not taken, with the HTTP status of the page that says so."""

    status: int
    refusals: tuple[Refusal, ...]
    alternatives: tuple[Alternative, ...] = ()


def attempted(step: Callable[[], object]) -> Problem | None:
    """Take a step; return why the service said no, or None when it is done."""
    try:
        step()
    except Refused as refused:
        return Problem(refused.status, refused.refusals, refused.alternatives)
    except Conflict as conflict:
        return Problem(409, (Refusal(conflict.code, conflict.detail),))
    except (Unprocessable, Malformed) as error:
        return Problem(422, (Refusal(error.code, error.detail),))
    except Busy:
        detail = _("Somebody else is changing the same thing right now. Wait a moment and try again.")
        return Problem(503, (Refusal("busy_try_again", detail),))
    return None


def booking_or_404(user: User, reference: str) -> Booking:
    """Return a booking that the person may see; what is not there and what is not theirs are both 404."""
    try:
        return booking_for(user, reference)
    except NotFound:
        raise Http404 from None


def booking_step(page: StepPage) -> Callable[[HttpRequest, str], HttpResponse]:
    """Make a page of a step in a booking's life: signed in, visible or 404, by POST.

    A GET, as after signing in again, leads to the booking, where the step is offered.
    """

    @wraps(page)
    def taken(request: HttpRequest, reference: str) -> HttpResponse:
        booking = booking_or_404(user_of(request), reference)
        if request.method != "POST":
            return redirect("bookings:booking", booking.reference)
        return page(request, booking)

    return login_required(taken)
