"""Finance's pages: the months, one month with its charges, closing it, its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from common.access import role_required
from common.clock import now, today
from common.errors import Conflict, NotFound
from companies.access import user_of
from companies.models import User
from costing.downloads import Download, sent, sent_csv
from costing.forms import ChargeFilterForm
from costing.models import AccountingPeriod, PeriodState
from costing.queries.ledger import charges_of, choices_of, ledger_sums
from costing.queries.periods import (
    Blocker,
    blockers,
    end_of,
    month_name,
    period_by_code,
    periods,
    statements_of,
    the_zone,
)
from costing.services.files import WORKBOOK, Wanted, stored_file
from costing.services.periods import close_period, keep_months, review_period
from costing.views.rows import charge_rows

PER_PAGE = 50
LONGEST_LIST = 12
LANGUAGES = ("it", "en")
# where what was used and not checked out can be entered: links upward are names
USES_PAGE = "bookings:uses"


@dataclass(frozen=True, slots=True)
class ClosingStep:
    """One condition of the close: met, or what is in its way."""

    title: str | Promise
    in_the_way: Sequence[Blocker]
    is_done: bool
    all_in_one_place: str = ""

    @property
    def shown(self) -> Sequence[Blocker]:
        """The first few; `more` counts the rest."""
        return self.in_the_way[:LONGEST_LIST]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return max(0, len(self.in_the_way) - LONGEST_LIST)


def closing_steps(period: AccountingPeriod, *, now: datetime) -> list[ClosingStep]:
    """Return the checklist of the close, in the order in which a person goes about it."""
    zone = the_zone()
    found = blockers(period, zone)
    earlier = [blocker for blocker in found if blocker.code == "earlier_open"]
    unsettled = [blocker for blocker in found if blocker.code == "unsettled"]
    return [
        ClosingStep(_("The month is over"), [], is_done=now >= end_of(period, zone)),
        ClosingStep(_("The months before are closed"), earlier, is_done=not earlier),
        ClosingStep(
            _("Every use is checked out or cancelled"),
            unsettled,
            is_done=not unsettled,
            all_in_one_place=reverse(USES_PAGE) if unsettled else "",
        ),
    ]


def period_or_404(code: str) -> AccountingPeriod:
    """Return the period of a month written `2026-10`."""
    try:
        return period_by_code(code)
    except NotFound:
        raise Http404 from None


@role_required("finance", "director")
@require_safe
def period_list(request: HttpRequest) -> HttpResponse:
    """Show the months, newest first."""
    keep_months(until=today(request))
    page = Paginator(periods(), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(period, month_name(period.month)) for period in page.object_list]
    return render(request, "costing/periods.html", {"page": page, "rows": rows})


@role_required("finance", "director")
@require_safe
def period(request: HttpRequest, code: str) -> HttpResponse:
    """Show a month: what it adds up to, what keeps it open, its documents and charges."""
    keep_months(until=today(request))
    return _period_page(request, period_or_404(code))


def _period_page(request: HttpRequest, month: AccountingPeriod, status: int = 200) -> HttpResponse:
    form = ChargeFilterForm(request.GET, choices=choices_of(month))
    wanted = form.wanted()
    page = Paginator(charges_of(month, wanted), PER_PAGE).get_page(request.GET.get("page"))
    is_closed = month.state == PeriodState.CLOSED
    steps = [] if is_closed else closing_steps(month, now=now(request))
    context = {
        "period": month,
        "month": month_name(month.month),
        "is_closed": is_closed,
        "steps": steps,
        "can_close": not is_closed and all(step.is_done for step in steps),
        "may_close": user_of(request).has_role("finance"),
        "statements": list(statements_of(month)),
        "sums": ledger_sums(month),
        "filter": form,
        "is_filtered": any(form.cleaned_data.values()),
        "filtered": ledger_sums(month, wanted),
        "page": page,
        "rows": charge_rows(list(page.object_list)),
        "files": _files(month),
    }
    return render(request, "costing/period.html", context, status=status)


def _files(month: AccountingPeriod) -> list[tuple[str, bool]]:
    """Return the languages of the workbook, each with whether its file is ready."""
    is_closed = month.state == PeriodState.CLOSED
    return [
        (language, not is_closed or stored_file(month, kind=WORKBOOK, language=language) is not None)
        for language in LANGUAGES
    ]


@role_required("finance", "director")
@require_safe
def period_files(request: HttpRequest, code: str) -> HttpResponse:
    """Answer with the month's files, asked again until all are ready."""
    month = period_or_404(code)
    return render(request, "costing/_files.html", {"period": month, "files": _files(month)})


@role_required("finance", "director")
@require_safe
def period_workbook(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the workbook; one that is still being made is announced on the month's page."""
    user = user_of(request)
    found = sent(period_or_404(code), _wanted(request, user), by=user)
    if isinstance(found, Download):
        return found.response
    messages.info(request, _("The workbook is being made: it appears here in a moment."))
    return redirect("costing:period", code)


@role_required("finance", "director")
@require_safe
def period_lines(request: HttpRequest, code: str) -> HttpResponseBase:
    """Send the lines as CSV."""
    wanted = _wanted(request, user_of(request))
    return sent_csv(period_or_404(code), wanted, canonical=request.GET.get("canonical") == "1")


def _wanted(request: HttpRequest, user: User) -> Wanted:
    asked = request.GET.get("lang", "")
    language = asked if asked in LANGUAGES else (get_language() or "it")[:2]
    return Wanted(language=language, made_by=user.name, now=now(request))


@role_required("finance")
@require_POST
def review(request: HttpRequest, code: str) -> HttpResponse:
    """Put a month under review."""
    month, moment = period_or_404(code), now(request)
    done = _("The month is under review.")
    return _attempt(request, month, lambda: review_period(period=month, by=user_of(request), now=moment), done)


@role_required("finance")
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a month."""
    month, moment = period_or_404(code), now(request)
    done = _("The month is closed: its documents are numbered and its lines sealed.")
    return _attempt(request, month, lambda: close_period(period=month, by=user_of(request), now=moment), done)


def _attempt(
    request: HttpRequest, month: AccountingPeriod, step: Callable[[], object], done: str | Promise
) -> HttpResponse:
    """Take a step in a month's life and return to its page; a «no» is said there."""
    try:
        step()
    except Conflict as refused:
        messages.error(request, str(refused.detail))
        month.refresh_from_db()
        return _period_page(request, month, status=409)
    messages.success(request, str(done))
    return redirect("costing:period", month.code)
