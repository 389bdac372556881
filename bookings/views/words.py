"""A resource's rules, hours and prices in plain words, as its page says them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.queries.catalogue import PriceForMe
from common.formatting import day_name, duration_text, money_text, number_text
from common.money import per_cent, to_cents
from facility.models import ApprovalMode, OperatorNeed, Resource
from facility.rules import OpeningHours

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HOURS_PER_DAY = 24


@dataclass(frozen=True, slots=True)
class Sentence:
    """One rule, with the icon that stands before it."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of the price list; `share` is what is left to pay after public aid."""

    label: str
    amount: Decimal
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class HoursLine:
    """Opening hours of days that open alike."""

    days: str
    times: str


def rules_in_words(resource: Resource) -> list[Sentence]:
    """Say how a resource is booked."""
    return [
        Sentence("clock", _duration(resource)),
        Sentence("calendar-event", _notice(resource)),
        Sentence("checks", _approval(resource)),
        Sentence("users", _people(resource)),
        Sentence("id-badge-2", _who(resource)),
        *_buffers(resource),
        Sentence("arrow-back-up", _cancellation(resource)),
    ]


def _duration(resource: Resource) -> str:
    policy = resource.policy
    return _("From %(least)s to %(most)s, in steps of %(step)s.") % {
        "least": duration_text(policy.min_minutes),
        "most": length_text(policy.max_minutes),
        "step": duration_text(policy.step_minutes),
    }


def length_text(minutes: int) -> str:
    """Write a duration in whole days where it is that long."""
    days, rest = divmod(minutes, HOURS_PER_DAY * 60)
    if days and not rest:
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return duration_text(minutes)


def _hours(hours: int) -> str:
    days, rest = divmod(hours, HOURS_PER_DAY)
    if days and not rest:
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}


def _notice(resource: Resource) -> str:
    policy = resource.policy
    values = {"notice": _hours(policy.notice_hours), "horizon": _hours(policy.horizon_days * HOURS_PER_DAY)}
    if not policy.notice_hours:
        return _("Until the last moment, up to %(horizon)s ahead.") % values
    return _("At least %(notice)s before, up to %(horizon)s ahead.") % values


def _approval(resource: Resource) -> str:
    above = resource.policy.approval_above
    match resource.policy.approval:
        case ApprovalMode.ALWAYS:
            return _("The centre approves each booking; you hear from us by e-mail.")
        case ApprovalMode.ABOVE_HOURS if above is not None:
            return _("Confirmed at once; the centre approves what lasts more than %(hours)s h.") % {
                "hours": number_text(above)
            }
        case ApprovalMode.ABOVE_AMOUNT if above is not None:
            return _("Confirmed at once; the centre approves what is worth more than %(amount)s.") % {
                "amount": money_text(above)
            }
    return _("Confirmed at once.")


def _people(resource: Resource) -> str:
    most = resource.policy.max_people
    return ngettext(
        "At most %(people)s person in the work area.", "At most %(people)s people in the work area.", most
    ) % {"people": most}


def _who(resource: Resource) -> str:
    if resource.operator == OperatorNeed.REQUIRED:
        return _("An operator of the centre is always with you, charged by the hour.")
    if resource.qualification is None:
        return _("Anybody in your firm may use it.")
    values = {"qualification": resource.qualification.name}
    if resource.operator == OperatorNeed.OPTIONAL:
        return _("For who holds the qualification «%(qualification)s», or with an operator of the centre.") % values
    return _("For who holds the qualification «%(qualification)s».") % values


def _buffers(resource: Resource) -> list[Sentence]:
    before, after = resource.policy.setup_minutes, resource.policy.cleanup_minutes
    values = {"before": duration_text(before), "after": duration_text(after)}
    if before and after:
        text = _("We keep %(before)s before and %(after)s after you for set-up and clean-up.")
    elif before:
        text = _("We keep %(before)s before you for set-up.")
    elif after:
        text = _("We keep %(after)s after you for clean-up.")
    else:
        return []
    return [Sentence("tool", text % values)]


def _cancellation(resource: Resource) -> str:
    return _("Cancelling is free until %(notice)s before the start.") % {
        "notice": _hours(resource.policy.cancel_notice_hours)
    }


def hours_in_words(opening: Sequence[OpeningHours]) -> list[HoursLine]:
    """Say when something is open, days that open alike joined."""
    return [HoursLine(_days(one.days), _times(one.from_minute, one.to_minute)) for one in opening]


def _days(days: Sequence[str]) -> str:
    numbers = sorted(DAYS.index(day) for day in days)
    if len(numbers) == len(DAYS):
        return _("every day")
    names = [day_name(number) for number in numbers]
    in_a_row = len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    return f"{names[0]}–{names[-1]}" if in_a_row else ", ".join(names)


def _times(from_minute: int, to_minute: int) -> str:
    if (from_minute, to_minute) == (0, HOURS_PER_DAY * 60):
        return _("all day and night")
    return f"{_clock(from_minute)}–{_clock(to_minute)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def rates_in_words(price: PriceForMe) -> list[Rate]:
    """List a tariff's prices, each with the share left to pay where public aid is known."""
    tariff = price.tariff
    listed = (
        (_("hour"), tariff.hour, True),
        (_("half-day (4 h)"), tariff.half_day, True),
        (_("day (8 h)"), tariff.day, True),
        (_("24 hours"), tariff.block, True),
        (_("each booking"), tariff.flat, True),
        (_("set-up, once"), tariff.setup_fee or None, tariff.setup_aided),
        (_("operator, per hour"), tariff.operator_hour or None, tariff.operator_aided),
    )
    return [Rate(label, amount, _share(price, amount, aided)) for label, amount, aided in listed if amount is not None]


def _share(price: PriceForMe, amount: Decimal, aided: bool) -> Decimal | None:
    if price.intensity is None:
        return None
    return amount - to_cents(per_cent(amount, price.intensity)) if aided else amount
