"""The uses that nobody checked out: each keeps its month open until it is entered or cancelled."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from bookings.models import Booking
from bookings.queries.lists import uses_to_enter
from bookings.services.use import ENTERING, enter_as_booked
from bookings.views.answers import attempted, booking_step
from common.access import role_required
from common.clock import now
from companies.access import user_of

#: Entering a page of them takes a second or so.
PER_PAGE = 40


def _page(request: HttpRequest) -> Page[Booking]:
    return Paginator(uses_to_enter(now(request)), PER_PAGE).get_page(request.GET.get("page"))


@role_required(*ENTERING)
@require_safe
def uses(request: HttpRequest) -> HttpResponse:
    """List what is over and was not checked out, oldest first."""
    return render(request, "bookings/uses.html", {"page": _page(request)})


@role_required(*ENTERING)
@booking_step
def enter(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Enter one use as it was booked."""
    user, moment = user_of(request), now(request)
    problem = attempted(lambda: enter_as_booked(booking=booking, by=user, now=moment))
    if problem is None:
        messages.success(request, _("%(reference)s is entered as booked.") % {"reference": booking.reference})
    else:
        _say_refused(request, booking, str(problem.refusals[0].detail))
    return redirect("bookings:uses")


@role_required(*ENTERING)
@require_POST
def enter_page(request: HttpRequest) -> HttpResponse:
    """Enter the uses named by the form as they were booked, one transaction each; say what was refused."""
    user, moment, entered = user_of(request), now(request), 0
    wanted = set(request.POST.getlist("reference")[:PER_PAGE])
    for booking in uses_to_enter(moment).filter(reference__in=wanted):
        problem = attempted(lambda booking=booking: enter_as_booked(booking=booking, by=user, now=moment))  # type: ignore[misc]
        if problem is None:
            entered += 1
        else:
            _say_refused(request, booking, str(problem.refusals[0].detail))
    done = ngettext("%(count)d use is entered as booked.", "%(count)d uses are entered as booked.", entered)
    messages.success(request, done % {"count": entered})
    return redirect("bookings:uses")


def _say_refused(request: HttpRequest, booking: Booking, detail: str) -> None:
    messages.error(request, f"{booking.reference}: {detail}")
