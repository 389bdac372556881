"""Addresses of the mailbox and the jobs."""

from __future__ import annotations

from django.urls import path

from outbox import api, views

urlpatterns = [
    path("mailbox/", views.mailbox, name="mailbox"),
    path("mailbox/<int:message_id>/", views.message, name="message"),
]

api_urlpatterns = [
    path("jobs/<uuid:job_id>/", api.JobView.as_view(), name="job"),
]
