"""Reads of the months: how they stand, what keeps one from closing, the documents that it issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from common.errors import NotFound
from common.money import ZERO
from companies.models import User
from costing.models import AccountingPeriod, Commitment, CommitmentState, PeriodState, Statement
from facility.models import Area, Site

CODE_LENGTH, MONTHS = len("2026-10"), 12
# where a commitment's source can be seen: links upward are names
SOURCE_PAGES = {"booking": "bookings:booking"}


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that keeps a month from closing, in words, with the page where it can be settled."""

    code: str
    detail: str
    url: str


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """The document numbers of a period: how many there are, and how many their range has room for."""

    count: int
    spanned: int


@dataclass(frozen=True, slots=True)
class DocumentSums:
    """What statements add up to."""

    net: Decimal
    vat: Decimal
    payable: Decimal


def the_zone() -> ZoneInfo:
    """Return the zone of the site, in which months begin and end."""
    site = Site.objects.order_by("pk").first()
    return site.tz if site else ZoneInfo("Europe/Rome")


def first_of_next(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def first_of_previous(month: date) -> date:
    """Return the first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def end_of(period: AccountingPeriod, zone: ZoneInfo) -> datetime:
    """Return the instant at which a month is over in the site's zone."""
    return datetime.combine(first_of_next(period.month), time(), zone)


def periods() -> QuerySet[AccountingPeriod]:
    """Return the periods, newest first, each with its number of lines and its sums `lines`, `list_value`, `net`."""
    return (
        AccountingPeriod.objects.select_related("closed_by")
        .annotate(
            lines=Count("charges"),
            list_value=Coalesce(Sum("charges__list_value"), ZERO),
            net=Coalesce(Sum("charges__net"), ZERO),
        )
        .order_by("-month")
    )


def period_by_code(code: str) -> AccountingPeriod:
    """Return the period of a month written `2026-10`.

    Raises: NotFound.
    """
    month = month_of(code)
    period = AccountingPeriod.objects.select_related("closed_by").filter(month=month).first() if month else None
    if period is None:
        raise NotFound
    return period


def month_of(code: str) -> date | None:
    """Return the first day of a month written `2026-10`, or None when it is not one."""
    year, _dash, month = code.partition("-")
    if not (len(code) == CODE_LENGTH and code.isascii() and year.isdigit() and month.isdigit()):
        return None
    return date(int(year), int(month), 1) if 1 <= int(month) <= MONTHS and int(year) > 0 else None


def blockers(period: AccountingPeriod, zone: ZoneInfo) -> list[Blocker]:
    """Return everything that keeps a finished month from closing; two queries."""
    earlier = AccountingPeriod.objects.filter(month__lt=period.month).exclude(state=PeriodState.CLOSED)
    unsettled = Commitment.objects.filter(state=CommitmentState.OPEN, ends_at__lt=end_of(period, zone))
    return [_earlier_open(month) for month in earlier.order_by("month")] + [
        _unsettled(commitment, zone) for commitment in unsettled.select_related("company").order_by("ends_at", "pk")
    ]


def _earlier_open(period: AccountingPeriod) -> Blocker:
    detail = _("%(month)s is not closed yet: months close in order.") % {"month": month_name(period.month)}
    return Blocker("earlier_open", detail, reverse("costing:period", args=[period.code]))


def _unsettled(commitment: Commitment, zone: ZoneInfo) -> Blocker:
    topic, _colon, reference = commitment.source.partition(":")
    detail = _("%(reference)s (%(company)s) ended on %(day)s and has no charges yet: check it out or cancel it.") % {
        "reference": reference,
        "company": commitment.company.name if commitment.company else _("the centre itself"),
        "day": date_format(commitment.ends_at.astimezone(zone), "SHORT_DATE_FORMAT"),
    }
    return Blocker("unsettled", detail, _page_of(topic, reference))


def _page_of(topic: str, reference: str) -> str:
    try:
        return reverse(SOURCE_PAGES[topic], args=[reference])
    except (KeyError, NoReverseMatch):
        return ""


def month_name(month: date) -> str:
    """Return a month in words in the active language: `ottobre 2026`."""
    return date_format(month, "F Y")


def statements_of(period: AccountingPeriod) -> QuerySet[Statement]:
    """Return a period's statements in the order of their numbers."""
    return Statement.objects.filter(period=period).order_by("year", "sequence")


def statements_for(user: User) -> QuerySet[Statement]:
    """Return the statements that a person may see, newest first, with their periods."""
    return Statement.objects.visible_to(user).select_related("period").order_by("-year", "-sequence")


def document_sums(period: AccountingPeriod, company_id: int | None = None) -> DocumentSums:
    """Return what the statements of a period, or of one firm in it, add up to."""
    rows = Statement.objects.filter(period=period)
    if company_id is not None:
        rows = rows.filter(company_id=company_id)
    sums = {name: Coalesce(Sum(name), ZERO) for name in ("net", "vat", "payable")}
    return DocumentSums(**rows.aggregate(**sums))


def number_span(period: AccountingPeriod) -> NumberSpan:
    """Return how many document numbers of a year are taken up to a period's last one, and how many should be."""
    last = Statement.objects.filter(period=period).aggregate(last=Max("sequence"))["last"] or 0
    upto = Statement.objects.filter(year=period.month.year, sequence__lte=last)
    return NumberSpan(count=upto.count(), spanned=last)


def first_known_month(zone: ZoneInfo) -> date | None:
    """Return the earliest month that has a period or an open commitment, or None."""
    first = AccountingPeriod.objects.aggregate(first=Min("month"))["first"]
    unsettled = (
        Commitment.objects.filter(state=CommitmentState.OPEN).order_by("ends_at").values_list("ends_at", flat=True)
    )
    committed = unsettled.first()
    days = [first] if first else []
    if committed:
        days.append(committed.astimezone(zone).date().replace(day=1))
    return min(days, default=None)


def area_names(language: str) -> dict[str, str]:
    """Return the areas' names by code in a language."""
    return {area.code: area.name_en if language == "en" else area.name_it for area in Area.objects.all()}
