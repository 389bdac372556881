"""Where every address leads: each app brings its pages (`urlpatterns`) and its calls (`api_urlpatterns`)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from common.urls import rest_of_the_api
from common.views import page_not_found

APPS = ("dashboard", "bookings", "costing", "projects", "facility", "outbox", "companies", "common")
#: Pages in no namespace: every template's frame names them.
FRAME = ("companies", "common")
#: allauth's pages to change one's address: here that is done by who manages the account.
CLOSED = r"^accounts/(?:email|confirm-email)/"

api_urlpatterns: list[URLPattern | URLResolver] = []
urlpatterns: list[URLPattern | URLResolver] = [
    re_path(CLOSED, page_not_found),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
for app in APPS:
    if find_spec(f"{app}.urls"):
        urls = import_module(f"{app}.urls")
        pages = include(urls.urlpatterns) if app in FRAME else include((urls.urlpatterns, app))
        urlpatterns.append(path("", pages))
        api_urlpatterns += getattr(urls, "api_urlpatterns", [])
urlpatterns += [path("api/v1/", include((api_urlpatterns, "api"))), rest_of_the_api]

handler400 = "common.views.bad_request"
handler403 = "common.views.forbidden"
handler404 = "common.views.page_not_found"
handler500 = "common.views.server_error"
