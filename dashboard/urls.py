"""The addresses of the overviews: project pages, and figures that stand on several apps."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dashboard import views
from dashboard.api import MeView, ProjectBudgetView

app_name = "dashboard"

urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/", views.projects, name="projects"),
    path("projects/<str:code>/", views.project, name="project"),
]

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", MeView.as_view(), name="me"),
    path("projects/<str:code>/budget/", ProjectBudgetView.as_view(), name="api-project-budget"),
]
