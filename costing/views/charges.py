"""A charge with its trace, and the statements: finance sees all, a firm its own."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.access import user_of
from companies.models import User
from costing.narration import told
from costing.queries.ledger import LineFilter, charges_for
from costing.queries.periods import month_name, statements_for
from costing.views.rows import charge_rows

READERS = ("finance", "director")
PER_PAGE = 50


def _reader(request: HttpRequest) -> User:
    """Return the person; staff other than finance and the director get 403."""
    user = user_of(request)
    if user.is_centre_staff and not user.has_role(*READERS):
        raise PermissionDenied
    return user


@login_required
@require_safe
def charge(request: HttpRequest, charge_id: int) -> HttpResponse:
    """Show a charge: what it is, who pays, and line by line how the amount came about."""
    user = _reader(request)
    found = charges_for(user, LineFilter()).filter(pk=charge_id).first()
    if found is None:
        raise Http404
    context = {
        "row": charge_rows([found])[0],
        "charge": found,
        "steps": told(found.trace),
        "month": month_name(found.period.month),
        "is_finance": user.is_centre_staff,
    }
    return render(request, "costing/charge.html", context)


@login_required
@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    """Show the statements, newest first."""
    page = Paginator(statements_for(_reader(request)), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "costing/statements.html", {"page": page})


@login_required
@require_safe
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Show one statement with its lines."""
    user = _reader(request)
    found = statements_for(user).filter(pk=statement_id).first()
    if found is None:
        raise Http404
    lines = charges_for(user, LineFilter()).filter(statement_line__statement=found)
    context = {
        "statement": found,
        "month": month_name(found.period.month),
        "rows": charge_rows(list(lines.order_by("statement_line__line_no"))),
        "is_finance": user.is_centre_staff,
    }
    return render(request, "costing/statement.html", context)
