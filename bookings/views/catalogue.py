"""The home page: the catalogue, searched and filtered, with or without JavaScript."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from bookings.forms import CatalogueForm
from bookings.queries.catalogue import LONGEST_WHOLE_MINUTES, cards
from common.clock import today
from facility.queries import areas

PER_PAGE = 60


@require_safe
@vary_on_headers("HX-Request")
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what can be booked; htmx gets the results alone."""
    form = CatalogueForm(request.GET, areas=list(areas()))
    free = form.free()
    found = cards(request.user, form.filters(), free=free, on=today(request))
    context = {
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "free": free,
        "wish": free if free and free.minutes <= LONGEST_WHOLE_MINUTES else None,
        "work": request.GET.get("work", ""),  # the project that somebody came from: it travels to the form
        "own_prices": getattr(request.user, "company_id", None) is not None,
    }
    is_fragment = request.htmx and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    return render(request, "bookings/_results.html" if is_fragment else "bookings/catalogue.html", context)
