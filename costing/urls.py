"""Where the pages and calls of costing are found."""

from __future__ import annotations

from django.urls import URLPattern, path

from costing.api import tariffs

urlpatterns: list[URLPattern] = []

api_urlpatterns: list[URLPattern] = [
    # prices and aid
    path("tariffs/", tariffs.TariffList.as_view(), name="tariffs"),
    path("measures/", tariffs.MeasureList.as_view(), name="measures"),
    path("intensities/", tariffs.IntensityList.as_view(), name="intensities"),
    path("vat-codes/", tariffs.VatCodeList.as_view(), name="vat-codes"),
]
