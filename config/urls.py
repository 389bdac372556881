"""Where every address leads: each app brings its pages (`urlpatterns`) and its calls (`api_urlpatterns`)."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

APPS = ("dashboard", "bookings", "costing", "projects", "facility", "outbox", "companies", "common")

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
for app in APPS:
    if find_spec(f"{app}.urls"):
        try:
            urls = import_module(f"{app}.urls")
        except ImportError as error:  # toolchain: only while the apps are being built at once; strict again at integration
            sys.stderr.write(f"urls of {app} not mounted: {error}\n")
            continue
        urlpatterns.append(path("", include(urls)))
        urlpatterns.append(path("api/v1/", include(getattr(urls, "api_urlpatterns", []))))
