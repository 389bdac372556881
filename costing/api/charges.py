"""Charges and statements: finance and the director see all, a firm its own; nobody changes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import (
    AwareDateTimeField,
    MoneyField,
    Pages,
    PercentField,
    WholeNumberField,
    one_or_404,
    paginated,
    read_query,
    require_role,
)
from companies.access import user_of
from companies.models import User
from costing.api.fields import MonthField
from costing.lines import plain_number
from costing.models import Charge, ChargeKind, Statement
from costing.queries.ledger import LineFilter, charges_for, vat_of_charges
from costing.queries.periods import statements_for

READERS = ("finance", "director")


def readers_only(user: User) -> None:
    """Let the centre's finance and director read, and every firm what is its own; other staff get 403."""
    if user.is_centre_staff:
        require_role(user, *READERS)


class TraceStepSerializer(serializers.Serializer[Any]):
    """One step of how an amount came about; numbers are texts."""

    rule = serializers.CharField()
    inputs = serializers.DictField(child=serializers.CharField())
    minutes = serializers.CharField(allow_null=True)
    rate = serializers.CharField(allow_null=True)
    rounding = serializers.CharField(allow_null=True)
    result = serializers.CharField()


class ChargeSerializer(serializers.Serializer[Any]):
    """A line of the ledger; `vat` is provisional until the month is closed and `document` has a number."""

    id = serializers.IntegerField()
    period = serializers.CharField()
    kind = serializers.ChoiceField(choices=ChargeKind.choices)
    reverses = serializers.IntegerField(allow_null=True)
    booking = serializers.CharField(allow_null=True)
    company = serializers.IntegerField(allow_null=True)
    company_name = serializers.CharField()
    project = serializers.CharField(allow_null=True)
    milestone = serializers.CharField(allow_null=True)
    resource = serializers.CharField(allow_null=True)
    booked_start = AwareDateTimeField(allow_null=True)
    booked_end = AwareDateTimeField(allow_null=True)
    started_at = AwareDateTimeField(allow_null=True)
    ended_at = AwareDateTimeField(allow_null=True)
    billed_hours = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    unit_price = serializers.CharField()
    tariff = serializers.CharField(allow_null=True)
    list_value = MoneyField()
    contribution = MoneyField()
    net = MoneyField()
    vat_code = serializers.CharField()
    vat_rate = PercentField()
    vat = MoneyField()
    payable = MoneyField()
    regime = serializers.CharField(allow_null=True)
    cor = serializers.CharField(allow_null=True)
    intensity = PercentField()
    cap_reason = serializers.CharField(allow_null=True)
    size_class = serializers.CharField(allow_null=True)
    document = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    trace = TraceStepSerializer(many=True)


class ChargeFilterSerializer(serializers.Serializer[Any]):
    """The query of a list of charges."""

    period = MonthField(required=False)
    company = WholeNumberField(required=False)
    project = serializers.CharField(max_length=20, required=False)
    resource = serializers.CharField(max_length=20, required=False)
    kind = serializers.ChoiceField(choices=ChargeKind.choices, required=False)


def charge_json(charge: Charge, vat: Decimal) -> dict[str, Any]:
    """Return a charge as the API tells it."""
    line = getattr(charge, "statement_line", None)
    facts = {
        "id": charge.pk,
        "period": charge.period.code,
        "reverses": charge.reverses_id,
        "booking": charge.booking or None,
        "company": charge.company_id,
        "project": charge.project_code or None,
        "milestone": charge.milestone_code or None,
        "resource": charge.resource_code or None,
        "billed_hours": plain_number(charge.billed_hours),
        "quantity": plain_number(charge.quantity),
        "unit_price": plain_number(charge.unit_price),
        "tariff": charge.tariff_version or None,
        "vat": vat,
        "payable": charge.net + vat,
        "regime": charge.regime or None,
        "cor": charge.cor or None,
        "cap_reason": charge.cap_reason or None,
        "size_class": charge.size_class or None,
        "document": line.statement.number if line else None,
    }
    others = {name: getattr(charge, name) for name in ChargeSerializer().get_fields() if name not in facts}
    return dict(ChargeSerializer({**others, **facts}).data)


class ChargeList(APIView):
    """The ledger."""

    @extend_schema(
        parameters=[ChargeFilterSerializer], responses=ChargeSerializer(many=True), operation_id="charges_list"
    )
    def get(self, request: Request) -> Response:
        """List charges, newest first."""
        user = user_of(request)
        readers_only(user)
        asked = read_query(request, ChargeFilterSerializer)
        wanted = LineFilter(
            company_id=asked.get("company"),
            project_code=asked.get("project", ""),
            resource_code=asked.get("resource", ""),
            kind=asked.get("kind", ""),
        )
        pages = Pages()
        rows = pages.paginate_queryset(charges_for(user, wanted, month=asked.get("period")), request) or []
        shares = vat_of_charges(rows)
        return pages.get_paginated_response([charge_json(row, shares[row.pk]) for row in rows])


class ChargeDetail(APIView):
    """One line of the ledger with its trace; it cannot be changed."""

    @extend_schema(responses=ChargeSerializer, operation_id="charges_retrieve")
    def get(self, request: Request, charge_id: int) -> Response:
        """Show it."""
        user = user_of(request)
        charge = one_or_404(charges_for(user, LineFilter()), pk=charge_id)
        readers_only(user)
        return Response(charge_json(charge, vat_of_charges([charge])[charge.pk]))


class StatementSerializer(serializers.Serializer[Any]):
    """A firm's document for a month; its amounts are final."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    period = serializers.CharField()
    version = serializers.IntegerField(source="period_version")
    company = serializers.IntegerField(source="company_id")
    company_name = serializers.CharField()
    vat_number = serializers.CharField()
    tax_code = serializers.CharField()
    issued_on = serializers.DateField()
    list_value = MoneyField()
    contribution = MoneyField()
    net = MoneyField()
    vat = MoneyField()
    payable = MoneyField()


class StatementLineSerializer(ChargeSerializer):
    """A charge in its place on the document."""

    line_no = serializers.IntegerField()


class StatementDetailSerializer(StatementSerializer):
    """A document with its lines."""

    lines = StatementLineSerializer(many=True)


class StatementFilterSerializer(serializers.Serializer[Any]):
    """The query of a list of statements."""

    period = MonthField(required=False)
    company = WholeNumberField(required=False)


def statement_json(statement: Statement) -> dict[str, Any]:
    """Return a statement as the API tells it, without its lines."""
    return dict(StatementSerializer(statement).data)


class StatementList(APIView):
    """The documents of closed months."""

    @extend_schema(
        parameters=[StatementFilterSerializer], responses=StatementSerializer(many=True), operation_id="statements_list"
    )
    def get(self, request: Request) -> Response:
        """List statements, newest first."""
        user = user_of(request)
        readers_only(user)
        asked = read_query(request, StatementFilterSerializer)
        rows = statements_for(user)
        if "period" in asked:
            rows = rows.filter(period__month=asked["period"])
        if "company" in asked:
            rows = rows.filter(company_id=asked["company"])
        return paginated(request, rows, statement_json)


class StatementDetail(APIView):
    """One document with its lines."""

    @extend_schema(responses=StatementDetailSerializer, operation_id="statements_retrieve")
    def get(self, request: Request, statement_id: int) -> Response:
        """Show it."""
        user = user_of(request)
        statement = one_or_404(statements_for(user), pk=statement_id)
        readers_only(user)
        charges = charges_for(user, LineFilter()).filter(statement_line__statement=statement)
        lines = [
            {**charge_json(charge, charge.statement_line.vat), "line_no": charge.statement_line.line_no}
            for charge in charges.order_by("statement_line__line_no")
        ]
        return Response({**statement_json(statement), "lines": lines})
