"""Every reason why a period cannot be booked, each a small named question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bookings.rules.facts import BookingFacts, ResourceFacts
from bookings.rules.occupancy import days_between, seats_for
from common.errors import Override, Refusal

MANAGER = Override.MANAGER


def booking_refusals(facts: BookingFacts) -> list[Refusal]:
    """Return every reason why this period cannot be booked; empty means it can."""
    found = [refusal for rule in BOOKING_RULES if (refusal := rule(facts))]
    for resource in facts.resources:
        found += [refusal for rule in RESOURCE_RULES if (refusal := rule(resource, facts))]
    unique: dict[tuple[str, str], Refusal] = {(one.code, str(one.detail)): one for one in found}
    return list(unique.values())


def in_past(facts: BookingFacts) -> Refusal | None:
    """Refuse a start before now."""
    if facts.period.starts_at >= facts.now:
        return None
    return Refusal("in_past", _("The start has already passed."), MANAGER)


def overlaps(facts: BookingFacts) -> Refusal | None:
    """Refuse when a resource, or a part of it, has no free seat."""
    if seats_for(facts.needs, facts.taken) is not None:
        return None
    return Refusal("overlap", _("This time is already taken."))


def includes_a_part(facts: BookingFacts) -> Refusal | None:
    """Refuse a part that is named beside its whole."""
    named = {resource.code for resource in facts.resources}
    for resource in facts.resources:
        for part in resource.parts:
            if part in named:
                detail = _("%(part)s is already part of %(whole)s.") % {"part": part, "whole": resource.code}
                return Refusal("included", detail)
    return None


def project_closed(facts: BookingFacts) -> Refusal | None:
    """Refuse a project that is not agreed, running or reporting."""
    if facts.project_open:
        return None
    return Refusal("project_closed", _("This project takes no bookings at its stage."), Override.PROJECT_MANAGER)


def closed(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse a period that is not wholly inside opening hours."""
    if any(hours.contains(facts.period) for hours in resource.open):
        return None
    return Refusal("closed", _("%(resource)s is closed then.") % {"resource": resource.name}, MANAGER)


def off_step(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse a start off the step, counted from local midnight, or a length that is no multiple of it."""
    step = resource.policy.step_minutes
    local = facts.period.starts_at.astimezone(resource.tz)
    midnight_minutes = local.hour * 60 + local.minute
    length = facts.period.ends_at - facts.period.starts_at
    on_the_minute = not (local.second or local.microsecond)
    if on_the_minute and midnight_minutes % step == 0 and length % timedelta(minutes=step) == timedelta(0):
        return None
    return Refusal("off_step", _("Start and length go in steps of %(step)s minutes.") % {"step": step}, MANAGER)


def too_short(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse less than the minimum duration."""
    if facts.period.minutes >= resource.policy.min_minutes:
        return None
    detail = _("%(resource)s is booked for at least %(minutes)s minutes.")
    return Refusal("too_short", detail % {"resource": resource.name, "minutes": resource.policy.min_minutes}, MANAGER)


def too_long(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse more than the maximum duration."""
    if facts.period.ends_at - facts.period.starts_at <= timedelta(minutes=resource.policy.max_minutes):
        return None
    detail = _("%(resource)s is booked for at most %(minutes)s minutes.")
    return Refusal("too_long", detail % {"resource": resource.name, "minutes": resource.policy.max_minutes}, MANAGER)


def too_soon(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse a start inside the notice; a start in the past has its own reason."""
    notice = resource.policy.notice_hours
    starts_at = facts.period.starts_at
    if starts_at < facts.now or starts_at >= facts.now + timedelta(hours=notice):
        return None
    detail = _("%(resource)s needs %(hours)s hours of notice.")
    return Refusal("too_soon", detail % {"resource": resource.name, "hours": notice}, MANAGER)


def too_far(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse a start on a day beyond the horizon."""
    horizon = resource.policy.horizon_days
    if days_between(facts.now, facts.period.starts_at, resource.tz) <= horizon:
        return None
    detail = _("%(resource)s is booked at most %(days)s days ahead.")
    return Refusal("too_far", detail % {"resource": resource.name, "days": horizon}, MANAGER)


def too_many_people(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse more people than the work area takes."""
    if facts.people <= resource.policy.max_people:
        return None
    detail = _("%(resource)s takes at most %(people)s people.")
    return Refusal(
        "too_many_people", detail % {"resource": resource.name, "people": resource.policy.max_people}, MANAGER
    )


def not_qualified(resource: ResourceFacts, facts: BookingFacts) -> Refusal | None:
    """Refuse when nobody named holds the qualification on the day and no operator is booked."""
    if resource.qualification is None or resource.qualified:
        return None
    if resource.operator == "required" or (facts.with_operator and resource.operator == "optional"):
        return None
    detail = _("%(resource)s asks for the qualification «%(qualification)s» (course %(course)s) or an operator.")
    names = {"resource": resource.name, "qualification": resource.qualification, "course": resource.course or "–"}
    return Refusal("not_qualified", detail % names)


def needs_approval(facts: BookingFacts, list_value: Decimal) -> bool:
    """Say whether the centre must approve: always, above a number of hours, or above a list value in euros."""
    for resource in facts.resources:
        policy = resource.policy
        if policy.approval == "always":
            return True
        if policy.approval == "above_hours" and facts.period.hours > (policy.approval_above or 0):
            return True
        if policy.approval == "above_amount" and list_value > (policy.approval_above or 0):
            return True
    return False


BOOKING_RULES: tuple[Callable[[BookingFacts], Refusal | None], ...] = (
    in_past,
    includes_a_part,
    overlaps,
    project_closed,
)
RESOURCE_RULES: tuple[Callable[[ResourceFacts, BookingFacts], Refusal | None], ...] = (
    closed,
    off_step,
    too_short,
    too_long,
    too_soon,
    too_far,
    too_many_people,
    not_qualified,
)
