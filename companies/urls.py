"""Addresses of pages and endpoints about organisations and people."""

from __future__ import annotations

from django.urls import path

from companies import api, views

urlpatterns = [
    path("language/", views.set_language, name="set_language"),
]

api_urlpatterns = [
    path("auth/token/", api.TokenView.as_view(), name="token"),
    path("auth/tokens/", api.TokensView.as_view(), name="tokens"),
    path("auth/tokens/<int:token_id>/", api.TokenDetailView.as_view(), name="token-detail"),
    path("companies/", api.CompaniesView.as_view(), name="companies"),
    path("companies/<int:company_id>/", api.CompanyView.as_view(), name="company"),
]
