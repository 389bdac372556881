"""My bookings: the list, one booking, and the steps in its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookings.forms import BookingFilterForm, CancelForm, CheckOutForm, RejectForm
from bookings.models import Booking
from bookings.queries.lists import bookings_for
from bookings.queries.shelves import SHELVES, on_shelf, shelf_counts
from bookings.services.life import approve_booking, cancel_booking, reject_booking
from bookings.services.use import check_in, check_out
from bookings.views.answers import Problem, attempted, booking_or_404, booking_step
from bookings.views.history import history_of
from bookings.views.priced import charged_price, quoted_price
from bookings.views.steps import is_attended, steps_for
from common.clock import now
from companies.access import user_of

PER_PAGE = 25
SHELF_LABELS = {
    "upcoming": _("Upcoming"),
    "waiting": _("Waiting for approval"),
    "running": _("In use"),
    "past": _("Past"),
    "all": _("All"),
}


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the bookings that the person may see, shelf by shelf; staff narrow all of them by firm and more."""
    user, moment = user_of(request), now(request)
    form = BookingFilterForm(request.GET, user=user) if user.is_centre_staff else None
    rows = bookings_for(user, form.wanted() if form else None)
    shelf = request.GET.get("tab", "all" if request.GET.get("status") else "upcoming")
    shelf = shelf if shelf in SHELVES else "upcoming"
    counts = shelf_counts(rows, moment)
    context = {
        "shelf": shelf,
        "shelves": [(name, SHELF_LABELS[name], counts[name]) for name in SHELVES],
        "page": Paginator(on_shelf(rows, shelf, moment), PER_PAGE).get_page(request.GET.get("page")),
        "filter": form,
        "is_filtered": form is not None and any(form.cleaned_data.values()),
    }
    return render(request, "bookings/mine.html", context)


@login_required
@require_safe
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one booking with everything that can be done with it."""
    return _detail(request, booking_or_404(user_of(request), reference))


def _detail(request: HttpRequest, found: Booking, *, problem: Problem | None = None, **forms: Any) -> HttpResponse:
    """Render a booking; with a problem or a form that was filled in wrongly, as an error that says what to change."""
    moment = now(request)
    steps = steps_for(user_of(request), found, moment)
    context = {
        "booking": found,
        "steps": steps,
        "quoted": quoted_price(found),
        "charged": charged_price(found),
        "history": history_of(found),
        "problem": problem,
        "cancel_form": CancelForm(prefix="cancel") if steps.cancel else None,
        "reject_form": RejectForm(prefix="reject") if steps.decide else None,
        "check_out_form": _check_out_form(request, found, None) if steps.check_out else None,
        **forms,
    }
    status = problem.status if problem else (422 if forms else 200)
    return render(request, "bookings/detail.html", context, status=status)


def _check_out_form(request: HttpRequest, found: Booking, data: QueryDict | None) -> CheckOutForm:
    return CheckOutForm(data, booking=found, now=now(request), attended=is_attended(found))


def _taken(
    request: HttpRequest, found: Booking, step: Callable[[], object], done: str | Promise, **forms: Any
) -> HttpResponse:
    """Take a step and go back to the booking, or show why not, with what was filled in."""
    problem = attempted(step)
    if problem is not None:
        return _detail(request, booking_or_404(user_of(request), found.reference), problem=problem, **forms)
    messages.success(request, str(done))
    return redirect("bookings:booking", found.reference)


@booking_step
def cancel(request: HttpRequest, found: Booking) -> HttpResponse:
    """Cancel a booking with a reason from the list."""
    form = CancelForm(request.POST, prefix="cancel")
    if not form.is_valid():
        return _detail(request, found, cancel_form=form)
    user, moment = user_of(request), now(request)
    return _taken(
        request,
        found,
        lambda: cancel_booking(booking=found, by=user, now=moment, **form.cleaned_data),
        _("The booking is cancelled. Nothing is charged."),
    )


@booking_step
def approve(request: HttpRequest, found: Booking) -> HttpResponse:
    """Approve a request."""
    user, moment = user_of(request), now(request)
    return _taken(
        request,
        found,
        lambda: approve_booking(booking=found, by=user, now=moment),
        _("The booking is approved; whoever asked for it gets a mail."),
    )


@booking_step
def reject(request: HttpRequest, found: Booking) -> HttpResponse:
    """Turn a request down with a reason."""
    form = RejectForm(request.POST, prefix="reject")
    if not form.is_valid():
        return _detail(request, found, reject_form=form)
    user, moment = user_of(request), now(request)
    return _taken(
        request,
        found,
        lambda: reject_booking(booking=found, by=user, now=moment, **form.cleaned_data),
        _("The request is rejected; whoever asked for it gets a mail with the reason."),
    )


@booking_step
def arrive(request: HttpRequest, found: Booking) -> HttpResponse:
    """Check in."""
    user, moment = user_of(request), now(request)
    return _taken(
        request, found, lambda: check_in(booking=found, by=user, now=moment), _("Checked in. The use has begun.")
    )


@booking_step
def leave(request: HttpRequest, found: Booking) -> HttpResponse:
    """Check out with the actual times."""
    user, moment = user_of(request), now(request)
    if not steps_for(user, found, moment).check_out:
        return _taken(request, found, lambda: check_out(booking=found, by=user, now=moment), "")
    form = _check_out_form(request, found, request.POST)
    if not form.is_valid():
        return _detail(request, found, check_out_form=form)
    return _taken(
        request,
        found,
        lambda: check_out(booking=found, by=user, now=moment, **form.arguments()),
        _("Checked out. The use and its cost are recorded."),
        check_out_form=form,
    )
