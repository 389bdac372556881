"""The addresses of projects: the API. Their pages stand in dashboard, which shows bookings and costs beside them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from projects.api import MilestonesView, ProjectsView, ProjectView

app_name = "projects"

urlpatterns: list[URLPattern | URLResolver] = []

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/", ProjectsView.as_view(), name="api-projects"),
    path("projects/<str:code>/", ProjectView.as_view(), name="api-project"),
    path("projects/<str:code>/milestones/", MilestonesView.as_view(), name="api-milestones"),
]
