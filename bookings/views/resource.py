"""A resource's page: what it is, how it is booked, what it costs me, when it is free."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bookings.forms import WishForm
from bookings.queries.catalogue import next_free, price_for, projects_to_book_for, usual_minutes
from bookings.views.wish import answer_to, may_book, resources_or_404, wish_from
from bookings.views.words import hours_in_words, rates_in_words, rules_in_words
from common import clock
from companies.access import user_of
from companies.models import User
from facility.calendar import opening_of
from facility.models import Resource
from facility.queries import qualified


@require_safe
def resource(request: HttpRequest, code: str) -> HttpResponse:
    """Show a resource; signed-in people that may book find the form beside its week."""
    [shown] = resources_or_404([code], request.user)
    now = clock.now(request)
    context = {
        "resource": shown,
        "rules": rules_in_words(shown),
        "hours": hours_in_words(opening_of(shown) or opening_of(shown.site) or ()),
        "now": now.astimezone(shown.site.tz),
        "earliest": _earliest(shown, now),
        "minutes": usual_minutes(shown),
        "chips": next_free(shown, user=_person(request), now=now, minutes=usual_minutes(shown)),
        **_prices(request, shown, now),
        **_booking(request, shown, now),
    }
    return render(request, "bookings/resource.html", context)


def _earliest(shown: Resource, now: datetime) -> datetime:
    """Return the first start that the notice allows, on the step of the local day."""
    local = (now + timedelta(hours=shown.policy.notice_hours)).astimezone(shown.site.tz)
    over = timedelta(minutes=(local.hour * 60 + local.minute) % shown.policy.step_minutes, seconds=local.second)
    step = timedelta(minutes=shown.policy.step_minutes)
    return (local - over + step if over else local).replace(microsecond=0)


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _prices(request: HttpRequest, shown: Resource, now: datetime) -> dict[str, Any]:
    person = _person(request)
    project = projects_to_book_for(person).first() if person and person.company_id else None
    price = price_for(request.user, shown, project=project, on=now.astimezone(shown.site.tz).date())
    return {"price": price, "rates": rates_in_words(price) if price else (), "priced_for": project}


def _booking(request: HttpRequest, shown: Resource, now: datetime) -> dict[str, Any]:
    """Return the form and its answer for those who may book."""
    person = _person(request)
    if person is None or not may_book(person):
        return {"form": None, "needs_sign_in": person is None}
    form = wish_from(request.GET, [shown], person)
    return {
        "form": form,
        "answer": answer_to(form, [shown], user=person, now=now),
        **_qualification(shown, person, now),
    }


def _qualification(shown: Resource, person: User, now: datetime) -> dict[str, Any]:
    if shown.qualification is None:
        return {}
    today = now.astimezone(shown.site.tz).date()
    return {"is_qualified": bool(qualified(emails=[person.email], qualification=shown.qualification, on=today))}


@require_safe
def price(request: HttpRequest, code: str) -> HttpResponse:
    """Answer the form while it is being filled in: price, cancellation terms, what stands in the way."""
    [shown] = resources_or_404([code], request.user)
    if not may_book(request.user):
        return render(request, "bookings/_offer.html", {"resource": shown, "form": None}, status=403)
    person, now = user_of(request), clock.now(request)
    form: WishForm = wish_from(request.GET, [shown], person)
    answer = answer_to(form, [shown], user=person, now=now)
    return render(request, "bookings/_offer.html", {"resource": shown, "form": form, "answer": answer})
