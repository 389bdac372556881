"""Addresses of the frame: clock, health, the API's own description."""

from __future__ import annotations

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView

from common import views

urlpatterns = [
    path("clock/", views.demo_clock, name="clock"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]

api_urlpatterns = [
    path("schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
]

#: Stands last: whatever no endpoint has is a problem, not a page.
rest_of_the_api = re_path(r"^api(?:/.*)?$", views.unknown_api_path)
