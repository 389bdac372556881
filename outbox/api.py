"""Jobs over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import one_or_404
from companies.access import user_of
from outbox.models import Job, JobState


class JobSerializer(serializers.ModelSerializer[Job]):
    """How far a job is; `url` when there is a result, `detail` when there is none."""

    state = serializers.ChoiceField(choices=JobState.choices)

    class Meta:
        model = Job
        fields = ("id", "kind", "state", "progress", "url", "detail")


class JobView(APIView):
    """A long piece of work."""

    @extend_schema(responses=JobSerializer, operation_id="job_retrieve")
    def get(self, request: Request, job_id: UUID) -> Response:
        """Show it to the person who waits for it."""
        job = one_or_404(Job.objects.visible_to(user_of(request)), pk=job_id)
        answer: dict[str, Any] = JobSerializer(job).data
        return Response(answer)
