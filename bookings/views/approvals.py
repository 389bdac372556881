"""The inbox of requests that wait for the centre: oldest first, one click each."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from bookings.forms import RejectForm
from bookings.models import Booking
from bookings.queries.inbox import taken_meanwhile
from bookings.queries.lists import waiting_for_approval
from bookings.services.life import APPROVERS, approve_booking, reject_booking
from bookings.views.answers import Problem, attempted, booking_or_404, booking_step
from common.access import role_required
from common.clock import now
from companies.access import user_of

PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Request:
    """One request in the inbox: whether it can still be approved, and what became of the last try."""

    booking: Booking
    taken: bool
    begun: bool
    form: RejectForm
    problem: Problem | None = None

    @property
    def open_form(self) -> bool:
        """Say whether the reason was asked for and not given."""
        return self.form.is_bound


@role_required(*APPROVERS)
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """Show the requests that wait."""
    return _inbox(request)


def _inbox(request: HttpRequest, tried: Request | None = None) -> HttpResponse:
    """Render the inbox; a request that could not be answered says why in its place."""
    page = Paginator(waiting_for_approval(), PER_PAGE).get_page(request.GET.get("page"))
    rows = _rows(request, list(page.object_list))
    if tried is not None and tried.booking not in [row.booking for row in rows]:
        rows = [tried, *rows]
    shown = [tried if tried is not None and row.booking == tried.booking else row for row in rows]
    return render(request, "bookings/approvals.html", {"page": page, "rows": shown}, status=_status(tried))


def _rows(request: HttpRequest, waiting: list[Booking]) -> list[Request]:
    moment, gone = now(request), taken_meanwhile(waiting)
    return [Request(one, one.pk in gone, one.starts_at < moment, RejectForm(prefix=one.reference)) for one in waiting]


def _status(tried: Request | None) -> int:
    if tried is None:
        return 200
    return tried.problem.status if tried.problem else 422


def _answered(request: HttpRequest, booking: Booking, problem: Problem | None, done: str | Promise) -> HttpResponse:
    """Say what became of a request: in its place for htmx, else as a message above the inbox."""
    if problem is not None:
        again = booking_or_404(user_of(request), booking.reference)
        row = _rows(request, [again])[0]
        return _not_answered(request, Request(again, row.taken, row.begun, row.form, problem))
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx's middleware
        return render(request, "bookings/_approval_done.html", {"booking": booking, "done": done})
    messages.success(request, f"{booking.reference}: {done}")
    return redirect("bookings:approvals")


def _not_answered(request: HttpRequest, tried: Request) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]  # set by django-htmx's middleware
        return render(request, "bookings/_approval.html", {"row": tried}, status=_status(tried))
    return _inbox(request, tried)


@role_required(*APPROVERS)
@booking_step
def approve(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Approve a request with one click."""
    user, moment = user_of(request), now(request)
    problem = attempted(lambda: approve_booking(booking=booking, by=user, now=moment))
    return _answered(request, booking, problem, _("approved. Whoever asked for it gets a mail."))


@role_required(*APPROVERS)
@booking_step
def reject(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Turn a request down with a reason."""
    form = RejectForm(request.POST, prefix=booking.reference)
    user, moment = user_of(request), now(request)
    if not form.is_valid():
        row = _rows(request, [booking])[0]
        return _not_answered(request, Request(booking, row.taken, row.begun, form))
    problem = attempted(lambda: reject_booking(booking=booking, by=user, now=moment, **form.cleaned_data))
    return _answered(request, booking, problem, _("rejected. Whoever asked for it gets a mail with the reason."))
