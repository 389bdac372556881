"""Where every address leads: each app brings its pages (`urlpatterns`) and its calls (`api_urlpatterns`)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

import bookings.urls
import common.urls
import companies.urls
import costing.urls
import dashboard.urls
import outbox.urls
import projects.urls
from common.views import page_not_found

#: allauth's pages to change one's address: here that is done by who manages the account.
CLOSED = r"^accounts/(?:email|confirm-email)/"

api_urlpatterns: list[URLPattern | URLResolver] = [
    *dashboard.urls.api_urlpatterns,
    *bookings.urls.api_urlpatterns,
    *costing.urls.api_urlpatterns,
    *projects.urls.api_urlpatterns,
    *outbox.urls.api_urlpatterns,
    *companies.urls.api_urlpatterns,
    *common.urls.api_urlpatterns,
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((dashboard.urls.urlpatterns, "dashboard"))),
    path("", include((bookings.urls.urlpatterns, "bookings"))),
    path("", include((costing.urls.urlpatterns, "costing"))),
    path("", include((outbox.urls.urlpatterns, "outbox"))),
    # In no namespace: every page's frame names them.
    path("", include(companies.urls.urlpatterns)),
    path("", include(common.urls.urlpatterns)),
    re_path(CLOSED, page_not_found),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((api_urlpatterns, "api"))),
    common.urls.rest_of_the_api,
]

handler400 = "common.views.bad_request"
handler403 = "common.views.forbidden"
handler404 = "common.views.page_not_found"
handler500 = "common.views.server_error"
