"""Finance's price list: every tariff with its days, and new ones; none is ever changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from common.access import role_required
from common.clock import today
from common.errors import Conflict
from common.text import fold
from companies.access import user_of
from costing.forms import PriceListForm, TariffForm
from costing.models import Tariff
from costing.queries.tariffs import price_list_on, tariff_by_version, tariff_version
from costing.services.tariffs import add_tariff
from costing.terms import WEEKDAYS

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A tariff as a line of the list: its amounts with their units, and whether it counts today."""

    tariff: Tariff
    version: str
    amounts: tuple[tuple[str | Promise, Decimal], ...]
    bands: tuple[tuple[str, dict[str, Any]], ...]
    state: str
    label: str | Promise


def price_row(tariff: Any, *, on: date) -> PriceRow:
    """Return a tariff's line; `replaced` comes from the query."""
    if tariff.valid_from > on:
        state, label = "planned", _("from that day")
    elif tariff.replaced:
        state, label = "replaced", _("replaced")
    else:
        state, label = "accepted", _("in force")
    bands = tuple((_days(band["days"]), band) for band in tariff.bands)
    return PriceRow(tariff, tariff_version(tariff), tuple(_amounts(tariff)), bands, state, label)


def _days(codes: list[str]) -> str:
    """Name weekdays briefly in the active language."""
    return " ".join(str(WEEKDAYS_ABBR[WEEKDAYS.index(code)]) for code in codes)


def _amounts(tariff: Tariff) -> Iterator[tuple[str | Promise, Decimal]]:
    units = (
        (_("hour"), tariff.hour),
        (_("half-day"), tariff.half_day),
        (_("day"), tariff.day),
        (_("24 hours"), tariff.block),
        (_("each booking"), tariff.flat),
        (_("at least"), tariff.minimum_charge or None),
    )
    for unit, amount in units:
        if amount is not None:
            yield unit, amount


@role_required("finance", "director")
@require_safe
def tariff_list(request: HttpRequest) -> HttpResponse:
    """Show the price list by resource and price group, newest first."""
    on, form = today(request), PriceListForm(request.GET)
    rows = price_list_on(on)
    if form.is_valid():
        rows = rows.filter(**{name: value for name, value in _wanted(form).items() if value})
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [price_row(tariff, on=on) for tariff in page.object_list],
        "filter": form,
        "is_filtered": any(form.data.get(name) for name in form.fields),
        "may_add": user_of(request).has_role("finance"),
    }
    return render(request, "costing/tariffs.html", context)


def _wanted(form: PriceListForm) -> dict[str, str]:
    return {
        "resource__search_text__contains": fold(form.cleaned_data["resource"].strip()),
        "price_group": form.cleaned_data["price_group"].strip().lower(),
    }


@role_required("finance")
@require_http_methods(["GET", "HEAD", "POST"])
def new_tariff(request: HttpRequest) -> HttpResponse:
    """Add a tariff; `?copy=` fills the form from another."""
    form = TariffForm(request.POST) if request.method == "POST" else _first_form(request)
    if form.is_bound and form.is_valid():
        try:
            tariff = add_tariff(facts=form.facts())
        except Conflict as refused:
            form.add_error(None, str(refused.detail))
        else:
            messages.success(request, _("The tariff is added: it counts from its first day on."))
            return redirect(f"{reverse('costing:tariffs')}?{urlencode({'resource': tariff.resource.code})}")
    return render(request, "costing/tariff_new.html", {"form": form}, status=422 if form.is_bound else 200)


def _first_form(request: HttpRequest) -> TariffForm:
    tariff = tariff_by_version(request.GET.get("copy", ""))
    return TariffForm.copying(tariff) if tariff else TariffForm()
