"""Addresses of what reads across the apps."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboard import api

urlpatterns: list[URLPattern | URLResolver] = []

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", api.MeView.as_view(), name="me"),
]
