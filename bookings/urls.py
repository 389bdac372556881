"""The addresses of bookings: pages and API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bookings.api.bookings import ACTIONS, BookingsView, BookingView, QuotesView
from bookings.api.calendar import CalendarView

app_name = "bookings"

urlpatterns: list[URLPattern | URLResolver] = []

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("quotes/", QuotesView.as_view(), name="api-quotes"),
    path("calendar/", CalendarView.as_view(), name="api-calendar"),
    path("bookings/", BookingsView.as_view(), name="api-bookings"),
    path("bookings/<str:reference>/", BookingView.as_view(), name="api-booking"),
    *[path(f"bookings/<str:reference>/{name}/", view, name=f"api-{name}") for name, view in ACTIONS.items()],
]
