"""Endpoints that do nothing but refuse, or give back what they read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, OperationalError
from django.http import Http404
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common import clock
from common.api import (
    AwareDateTimeField,
    HoursField,
    IsStaffRole,
    MoneyField,
    PercentField,
    WholeNumberField,
    local_iso,
    paginated,
    read_body,
)
from common.errors import Alternative, Busy, Conflict, Malformed, NotFound, Override, Refusal, Refused, Unprocessable
from common.urls import rest_of_the_api

NINE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OVERLAP = Refusal("overlap", "Somebody is there.")


class LockTakenError(Exception):
    """Stands for the driver's exception below Django's."""

    sqlstate = "55P03"


def operational(cause: Exception | None) -> OperationalError:
    error = OperationalError("the database said no")
    error.__cause__ = cause
    return error


REFUSALS: dict[str, Exception] = {
    "refused": Refused([Refusal("in_past", "Too late.", Override.MANAGER), Refusal("off_step", "Odd minutes.")]),
    "overlap": Refused(
        [OVERLAP], alternatives=[Alternative(NINE, TEN, ("M1",))], status=409, extra={"residual": "1.00"}
    ),
    "series": Refused([Refusal("closed", "Closed.", on=NINE.date())]),
    "conflict": Conflict("period_not_settled", "Not yet.", {"blockers": [{"code": "open"}]}),
    "unprocessable": Unprocessable("no_tariff", "No price."),
    "malformed": Malformed("end_before_start", "The end is first.", "end"),
    "busy": Busy(),
    "not_found": NotFound(),
    "http404": Http404("company 7 exists"),
    "denied": PermissionDenied("secret reason"),
    "throttled": Throttled(wait=12),
    "model": ModelInvalid({"name": ModelInvalid("Too long.", code="max_length")}),
    "model_whole": ModelInvalid("Nonsense.", code="nonsense"),
    "data": DataError("numeric field overflow"),
    "lock": operational(LockTakenError()),
}


class RefusingView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request, name: str) -> Response:
        raise REFUSALS[name]


class PartSerializer(serializers.Serializer[Any]):
    amount = MoneyField()


class EchoSerializer(serializers.Serializer[Any]):
    at = AwareDateTimeField(required=False)
    amount = MoneyField(required=False)
    share = PercentField(required=False)
    hours = HoursField(required=False)
    count = WholeNumberField(required=False)
    text = serializers.CharField(required=False, max_length=20)
    parts = PartSerializer(many=True, required=False)


class EchoView(APIView):
    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        return Response(EchoSerializer(read_body(request, EchoSerializer)).data)


class ClockView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return Response({"now": local_iso(clock.now(request)), "today": clock.today(request).isoformat()})


class FinanceView(APIView):
    permission_classes = (IsStaffRole("finance"),)

    def get(self, request: Request) -> Response:
        return Response({"seen": True})


class PagesView(APIView):
    permission_classes = (AllowAny,)

    def get(self, request: Request) -> Response:
        return paginated(request, list(range(600)), lambda number: {"number": number})


urlpatterns = [
    path("api/refusing/<str:name>/", RefusingView.as_view()),
    path("api/echo/", EchoView.as_view()),
    path("api/clock/", ClockView.as_view()),
    path("api/finance/", FinanceView.as_view()),
    path("api/pages/", PagesView.as_view()),
    rest_of_the_api,
]

handler404 = "common.views.page_not_found"
handler500 = "common.views.server_error"
