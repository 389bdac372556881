"""The last page before a booking: what, when, for which project, at what price; one button."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bookings.forms import ConfirmForm, WishForm
from bookings.models import Booking, BookingStatus
from bookings.services.ordering import Order, ensure_may_book, request_booking
from bookings.views.answers import Problem, attempted
from bookings.views.wish import Answer, answer_to, resources_or_404, wish_from
from common import clock
from companies.access import user_of
from companies.models import User
from facility.models import Resource


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def checkout(request: HttpRequest) -> HttpResponse:
    """Show the booking as it will be; POST makes it and leads to its page."""
    user, now = user_of(request), clock.now(request)
    ensure_may_book(user)
    given = request.POST if request.method == "POST" else request.GET
    resources = resources_or_404(given.getlist("resource"), user)
    wish = wish_from(given, resources, user)
    confirm = ConfirmForm(given if request.method == "POST" else None, user=user)
    words = confirm.arguments() if confirm.is_bound and confirm.is_valid() else {}
    answer = answer_to(wish, resources, user=user, now=now, words=words)
    problem = answer.problem
    if request.method == "POST" and answer.order is not None and confirm.is_valid():
        made, problem = _book(answer.order, user, request)
        if made is not None:
            return redirect("bookings:booking", made.reference)
    return _page(request, resources, wish, confirm, answer, problem)


def _book(order: Order, user: User, request: HttpRequest) -> tuple[Booking | None, Problem | None]:
    made: list[Booking] = []
    problem = attempted(lambda: made.append(request_booking(order=order, by=user, now=clock.now(request))))
    if problem is not None:
        return None, problem
    waits = made[0].status == BookingStatus.REQUESTED
    messages.success(
        request,
        _("Your request is with the centre: you will hear from us by e-mail.")
        if waits
        else _("Booked. The confirmation is on its way to you by e-mail."),
    )
    return made[0], None


def _page(
    request: HttpRequest,
    resources: list[Resource],
    wish: WishForm,
    confirm: ConfirmForm,
    answer: Answer,
    problem: Problem | None,
) -> HttpResponse:
    is_wrong = request.method == "POST" and not (wish.is_valid() and confirm.is_valid())
    context = {
        "resources": resources,
        "form": wish,
        "confirm": confirm,
        "answer": answer,
        "problem": problem,
        "may_override": "override_reason" in confirm.fields,
    }
    status = problem.status if problem and request.method == "POST" else 422 if is_wrong else 200
    return render(request, "bookings/checkout.html", context, status=status)
