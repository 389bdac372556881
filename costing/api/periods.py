"""Months over HTTP: how they stand, review, close, and their files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import (
    AwareDateTimeField,
    IsStaffRole,
    MoneyField,
    WholeNumberField,
    one_or_404,
    paginated,
    read_query,
)
from common.clock import now, today
from companies.access import user_of
from companies.models import Company
from costing.downloads import CSV_TYPE, Download, sent, sent_csv
from costing.models import AccountingPeriod
from costing.queries.ledger import ledger_sums
from costing.queries.periods import blockers, period_by_code, periods, the_zone
from costing.services.files import Wanted
from costing.services.periods import asked_month, close_period, keep_months, review_period
from projects.models import Project

XLSX = (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class BlockerSerializer(serializers.Serializer[Any]):
    """One thing that keeps a month open, with the page where it can be settled."""

    code = serializers.CharField()
    detail = serializers.CharField()
    url = serializers.CharField()


class PeriodSerializer(serializers.Serializer[Any]):
    """How a month stands."""

    period = serializers.CharField(source="code")
    state = serializers.CharField()
    version = serializers.IntegerField()
    closed_at = AwareDateTimeField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    previous_sha256 = serializers.CharField(allow_null=True)


class PeriodDetailSerializer(PeriodSerializer):
    """How a month stands, what its lines add up to and what keeps it open; VAT is provisional until the close."""

    lines = serializers.IntegerField()
    list_value = MoneyField()
    contribution = MoneyField()
    net = MoneyField()
    vat = MoneyField()
    payable = MoneyField()
    billed_hours = serializers.CharField()
    blockers = BlockerSerializer(many=True)


class FileQuerySerializer(serializers.Serializer[Any]):
    """Which file: its language, and whose lines."""

    lang = serializers.ChoiceField(choices=["it", "en"], required=False)
    company = WholeNumberField(required=False)
    project = serializers.CharField(max_length=20, required=False)


class LinesQuerySerializer(FileQuerySerializer):
    """Which lines, and whether in the canonical form that the hash is taken of."""

    canonical = serializers.BooleanField(default=False)


class WaitingSerializer(serializers.Serializer[Any]):
    """A file that is being made: ask `GET /jobs/{id}/`."""

    job = serializers.UUIDField()


def period_json(period: AccountingPeriod) -> dict[str, Any]:
    """Return how a month stands; a hash that is not there yet is null."""
    shown = dict(PeriodSerializer(period).data)
    return {**shown, "sha256": period.sha256 or None, "previous_sha256": period.previous_sha256 or None}


def period_detail_json(period: AccountingPeriod) -> dict[str, Any]:
    """Return how a month stands, with sums and blockers."""
    sums = ledger_sums(period)
    open_things = [] if period.state == "closed" else blockers(period, the_zone())
    amounts = {name: f"{getattr(sums, name)}" for name in ("list_value", "contribution", "net", "vat", "payable")}
    return {
        **period_json(period),
        "lines": sums.lines,
        **amounts,
        "billed_hours": f"{sums.billed_hours}",
        "blockers": [asdict(blocker) for blocker in open_things],
    }


class PeriodList(APIView):
    """The months."""

    permission_classes = [IsStaffRole("finance", "director")]

    @extend_schema(responses=PeriodSerializer(many=True), operation_id="periods_list")
    def get(self, request: Request) -> Response:
        """List months, newest first."""
        keep_months(until=today(request))
        rows: QuerySet[AccountingPeriod] = periods()
        return paginated(request, rows, period_json)


class PeriodDetail(APIView):
    """One month."""

    permission_classes = [IsStaffRole("finance", "director")]

    @extend_schema(responses=PeriodDetailSerializer, operation_id="periods_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """Show it, with its sums and what keeps it open."""
        keep_months(until=today(request))
        return Response(period_detail_json(period_by_code(code)))


class PeriodReview(APIView):
    """Putting a month under review."""

    permission_classes = [IsStaffRole("finance")]

    @extend_schema(request=None, responses=PeriodSerializer, operation_id="periods_review")
    def post(self, request: Request, code: str) -> Response:
        """Review it; again changes nothing."""
        moment = now(request)
        period = asked_month(code, now=moment)
        return Response(period_json(review_period(period=period, by=user_of(request), now=moment)))


class PeriodClose(APIView):
    """Closing a month."""

    permission_classes = [IsStaffRole("finance")]

    @extend_schema(request=None, responses=PeriodSerializer, operation_id="periods_close")
    def post(self, request: Request, code: str) -> Response:
        """Close it, or say what keeps it open."""
        moment = now(request)
        period = asked_month(code, now=moment)
        return Response(period_json(close_period(period=period, by=user_of(request), now=moment)))


def _wanted(request: Request, asked: dict[str, Any]) -> Wanted:
    """Resolve the query of a file; an unknown company or project is a 404."""
    company = one_or_404(Company.objects.all(), pk=asked["company"]) if "company" in asked else None
    project = one_or_404(Project.objects.all(), code=asked["project"]).code if "project" in asked else ""
    language = asked.get("lang") or (get_language() or "it")[:2]
    user = user_of(request)
    return Wanted(language=language, made_by=user.name, now=now(request), company=company, project_code=project)


class PeriodWorkbook(APIView):
    """The usage workbook of a month."""

    permission_classes = [IsStaffRole("finance", "director")]

    @extend_schema(
        parameters=[FileQuerySerializer],
        responses={XLSX: OpenApiTypes.BINARY, 202: OpenApiResponse(WaitingSerializer)},
        operation_id="periods_workbook",
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """Send it; one that is still being made after the close is 202 with its job."""
        wanted = _wanted(request, read_query(request, FileQuerySerializer))
        found = sent(period_by_code(code), wanted, by=user_of(request))
        return found.response if isinstance(found, Download) else Response({"job": str(found.pk)}, status=202)


class PeriodLines(APIView):
    """The lines of a month as CSV."""

    permission_classes = [IsStaffRole("finance", "director")]

    @extend_schema(
        parameters=[LinesQuerySerializer],
        responses={(200, CSV_TYPE): OpenApiTypes.BINARY},
        operation_id="periods_lines_csv",
    )
    def get(self, request: Request, code: str) -> HttpResponse | StreamingHttpResponse:
        """Send them; `canonical=1` are the bytes that the month's hash is taken of."""
        asked = read_query(request, LinesQuerySerializer)
        return sent_csv(period_by_code(code), _wanted(request, asked), canonical=asked["canonical"])
