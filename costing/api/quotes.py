"""A quote as the API tells it; the endpoint stands in bookings, which adds refusals and cancellation."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from costing.lines import plain_number
from costing.models import ChargeKind
from costing.services.quotes import Quote


class QuoteLineSerializer(serializers.Serializer[Any]):
    """One line of a quote; amounts in euros, `vat` is the line's share of the document's."""

    kind = serializers.ChoiceField(choices=ChargeKind.choices)
    resource = serializers.CharField()
    description = serializers.CharField()
    quantity = serializers.CharField()
    unit = serializers.CharField()
    unit_price = serializers.CharField()
    amount = serializers.CharField()
    aided = serializers.BooleanField()
    contribution = serializers.CharField()
    net = serializers.CharField()
    vat_code = serializers.CharField()
    vat_rate = serializers.CharField()
    vat = serializers.CharField()


class QuoteStepSerializer(serializers.Serializer[Any]):
    """One step of the computation; numbers are texts."""

    line = serializers.IntegerField(allow_null=True)
    resource = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    inputs = serializers.DictField(child=serializers.CharField())
    minutes = serializers.CharField(allow_null=True)
    rate = serializers.CharField(allow_null=True)
    rounding = serializers.CharField(allow_null=True)
    result = serializers.CharField()


class QuoteSerializer(serializers.Serializer[Any]):
    """The price of a booking: list value, contribution, the firm's share, VAT, and how they came about."""

    lines = QuoteLineSerializer(many=True)
    list_value = serializers.CharField()
    contribution = serializers.CharField()
    net = serializers.CharField()
    vat = serializers.CharField()
    payable = serializers.CharField()
    intensity = serializers.CharField()
    regime = serializers.CharField(allow_null=True)
    measure = serializers.CharField(allow_null=True)
    cap_reason = serializers.CharField(allow_null=True)
    trace = QuoteStepSerializer(many=True)


def quote_json(quote: Quote) -> dict[str, Any]:
    """Return a quote as plain JSON: amounts as texts with two decimals, rates with more where they need them."""
    lines = [
        {
            "kind": str(line.kind),
            "resource": line.resource.code,
            "description": line.description,
            "quantity": plain_number(line.quantity),
            "unit": line.unit,
            "unit_price": plain_number(line.unit_price),
            "amount": str(line.amount),
            "aided": line.aided,
            "contribution": str(line.contribution),
            "net": str(line.net),
            "vat_code": line.vat_code,
            "vat_rate": str(line.vat_rate),
            "vat": str(vat),
        }
        for line, vat in zip(quote.lines, quote.document.lines, strict=True)
    ]
    return {
        "lines": lines,
        "list_value": str(quote.list_value),
        "contribution": str(quote.contribution),
        "net": str(quote.net),
        "vat": str(quote.vat),
        "payable": str(quote.payable),
        "intensity": str(quote.intensity),
        "regime": quote.regime or None,
        "measure": quote.aid.measure or None,
        "cap_reason": None,
        "trace": quote.trace,
    }
