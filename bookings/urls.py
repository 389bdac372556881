"""The addresses of bookings: pages and API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bookings.api.bookings import ACTIONS, BookingsView, BookingView, QuotesView
from bookings.api.calendar import CalendarView
from bookings.api.resources import AvailabilityView, ResourcesView, ResourceView
from bookings.views import approvals, catalogue, checkout, floor, mine, resource, uses

app_name = "bookings"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", catalogue.catalogue, name="catalogue"),
    path("resources/<str:code>/", resource.resource, name="resource"),
    path("resources/<str:code>/price/", resource.price, name="price"),
    path("book/", checkout.checkout, name="checkout"),
    path("bookings/", mine.mine, name="mine"),
    path("bookings/<str:reference>/", mine.booking, name="booking"),
    path("bookings/<str:reference>/cancel/", mine.cancel, name="cancel"),
    path("bookings/<str:reference>/approve/", mine.approve, name="approve"),
    path("bookings/<str:reference>/reject/", mine.reject, name="reject"),
    path("bookings/<str:reference>/check-in/", mine.arrive, name="check-in"),
    path("bookings/<str:reference>/check-out/", mine.leave, name="check-out"),
    path("uses/", uses.uses, name="uses"),
    path("uses/enter/", uses.enter_page, name="enter-page"),
    path("uses/<str:reference>/enter/", uses.enter, name="enter"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<str:reference>/approve/", approvals.approve, name="approvals-approve"),
    path("approvals/<str:reference>/reject/", approvals.reject, name="approvals-reject"),
    path("floor/", floor.floor, name="floor"),
    path("floor/<str:reference>/check-in/", floor.arrive, name="floor-check-in"),
    path("floor/<str:reference>/check-out/", floor.leave, name="floor-check-out"),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("resources/", ResourcesView.as_view(), name="api-resources"),
    path("resources/<str:code>/", ResourceView.as_view(), name="api-resource"),
    path("resources/<str:code>/availability/", AvailabilityView.as_view(), name="api-availability"),
    path("quotes/", QuotesView.as_view(), name="api-quotes"),
    path("calendar/", CalendarView.as_view(), name="api-calendar"),
    path("bookings/", BookingsView.as_view(), name="api-bookings"),
    path("bookings/<str:reference>/", BookingView.as_view(), name="api-booking"),
    *[path(f"bookings/<str:reference>/{name}/", view, name=f"api-{name}") for name, view in ACTIONS.items()],
]
