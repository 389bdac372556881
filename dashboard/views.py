"""The pages of projects: the portfolio and one project with its plan, its money and its bookings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from common.clock import today
from common.errors import NotFound
from companies.access import user_of
from dashboard.gantt import Gantt, GanttRow, actual_days, gantt
from dashboard.queries import bookings_of, budget_of, card_of, names_of, open_or_ended, portfolio
from projects.models import Project
from projects.queries import project_for
from projects.summaries import ProjectStanding, standings_on

PER_PAGE = 24
SHELVES = (("open", _("Open projects")), ("ended", _("Ended projects")), ("all", _("All projects")))


@require_safe
@login_required
def projects(request: HttpRequest) -> HttpResponse:
    """Show the projects that the person may see, as cards."""
    asked = request.GET.get("show", "open")
    shown = asked if asked in {name for name, _label in SHELVES} else "open"
    page = Paginator(open_or_ended(user_of(request), shown=shown), PER_PAGE).get_page(request.GET.get("page"))
    cards = portfolio(list(page.object_list), today=today(request))
    context = {"page": page, "cards": cards, "shelves": SHELVES, "shown": shown}
    return render(request, "dashboard/projects.html", context)


@require_safe
@login_required
def project(request: HttpRequest, code: str) -> HttpResponse:
    """Show one project: its plan, its money and its bookings."""
    user = user_of(request)
    found = _project_or_404(user, code)
    on = today(request)
    standing = standings_on(on)(found)
    budget = budget_of(found, user)
    booked = bookings_of(found, user)
    context = {
        "project": found,
        "card": card_of(standing, budget),
        "standing": standing,
        "gantt": _plan(standing, booked.days, on),
        "today": on,
        "budget": budget.total,
        "milestones": [(one, budget.milestones[one.milestone.pk]) for one in standing.milestones],
        "bookings": booked,
        "names": names_of(found),
        "may_book": found.is_open and "bookings.book" in user.permissions,
    }
    return render(request, "dashboard/project.html", context)


def _project_or_404(user: object, code: str) -> Project:
    try:
        return project_for(user, code)
    except NotFound:
        raise Http404 from None


def _plan(standing: ProjectStanding, days: Mapping[int | None, Sequence[date]], on: date) -> Gantt | None:
    """Return the drawing of a project's milestones; bookings of no milestone hang on none."""
    rows = [
        GanttRow(
            name=one.milestone.code.rpartition(".")[2],
            baseline=(one.milestone.baseline_start, one.milestone.baseline_end),
            forecast=(one.milestone.start, one.milestone.end),
            actual=actual_days(one.milestone.actual_start, one.milestone.actual_end, on),
            is_gate=one.milestone.is_gate,
            bookings=days.get(one.milestone.pk, ()),
        )
        for one in standing.milestones
    ]
    return gantt(rows, on)
