"""A wish on its way to a booking: read from a form or a link, resolved, priced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from bookings.forms import WishForm
from bookings.queries.catalogue import projects_to_book_for
from bookings.services.ordering import Offer, Order, alternatives, ensure_may_book, offer, resolve_order
from bookings.views.answers import Problem
from common.errors import Alternative, Malformed, NotFound, Refusal, Unprocessable
from common.instants import parsed_instant
from common.periods import Period
from companies.models import User
from facility.models import Resource
from facility.queries import resources_by_codes
from projects.models import MilestoneStatus, Project

#: Refusals that another time would answer.
MOVABLE = {"overlap", "closed", "too_soon", "in_past"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page says to a wish: a price, what stands in the way, and what is free instead."""

    order: Order | None = None
    offer: Offer | None = None
    alternatives: tuple[Alternative, ...] = ()
    problem: Problem | None = None

    @property
    def can_book(self) -> bool:
        """Say whether nothing stands in the way."""
        return self.offer is not None and not self.offer.refusals


def resources_or_404(codes: Sequence[str], user: object) -> list[Resource]:
    """Return the resources named, each once; what is not there and what is not theirs are both 404."""
    try:
        found = resources_by_codes(list(dict.fromkeys(codes)), user=user)
    except NotFound:
        raise Http404 from None
    if not found or any(one.internal for one in found):
        raise Http404
    return found


def wish_from(given: QueryDict, resources: list[Resource], user: User) -> WishForm:
    """Return the wish's form, bound when a time was chosen: by fields, or by `start` and `end` in a link."""
    projects = list(projects_to_book_for(user))
    fields: MultiValueDict[str, str] = given.copy()
    fields.setdefault("people", "1")
    period = _linked_period(given)
    if period is not None:
        for name, value in WishForm.initial_for(period, resources[0].site.tz).items():
            fields[name] = value.strftime("%H:%M") if name in ("begin", "finish") else value.isoformat()
    if "work" not in fields and (only := _only_work(projects)):
        fields["work"] = only
    bound = fields if fields.get("day") else None
    return WishForm(bound, user=user, resources=resources, projects=projects, initial={**fields.dict(), **_day(fields)})


def _day(fields: MultiValueDict[str, str]) -> dict[str, str]:
    return {"last_day": fields.get("last_day") or fields.get("day") or ""}


def _linked_period(given: QueryDict) -> Period | None:
    """Return the period of a link; a link that says none leaves the form empty."""
    try:
        return Period(parsed_instant(str(given["start"])), parsed_instant(str(given["end"])))
    except (KeyError, ValueError, Malformed):
        return None


def _only_work(projects: Sequence[Project]) -> str:
    """Return the step to propose: the running milestone of a firm's only project."""
    if len(projects) != 1:
        return ""
    running = [one.code for one in projects[0].milestones.all() if one.status == MilestoneStatus.STARTED]
    return running[0] if running else projects[0].code


def may_book(user: object) -> bool:
    """Say whether a person may book at all: a firm's people, and the staff whose role it is."""
    if not isinstance(user, User):
        return False
    try:
        ensure_may_book(user)
    except PermissionDenied:
        return False
    return True


def answer_to(
    form: WishForm, resources: Sequence[Resource], *, user: User, now: datetime, words: Mapping[str, Any] | None = None
) -> Answer:
    """Price a wish and gather what stands in its way; a form that is not complete has no answer yet."""
    if not form.is_bound or not form.is_valid():
        return Answer()
    codes = [one.code for one in resources]
    try:
        order = resolve_order(user=user, codes=codes, **form.arguments(), **(words or {}))
        offered = offer(order=order, by=user, now=now)
    except NotFound:
        detail = _("This project is not one of that firm's.")
        return Answer(problem=Problem(422, (Refusal("not_found", detail),)))
    except (Unprocessable, Malformed) as error:
        return Answer(problem=Problem(422, (Refusal(error.code, error.detail),)))
    codes_against = {one.code for one in offered.refusals}
    instead = alternatives(order, user, now) if codes_against and codes_against <= MOVABLE else ()
    return Answer(order, offered, instead)
