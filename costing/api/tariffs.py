"""The price list over HTTP: finance reads it and adds to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.api import (
    IsStaffRole,
    MoneyField,
    Pages,
    PercentField,
    WholeNumberField,
    one_or_404,
    paginated,
    read_body,
    read_query,
)
from costing.models import Tariff, VatCode
from costing.queries.tariffs import price_list, tariff_version
from costing.services.tariffs import OTHER_VAT_CODES, TariffFacts, add_tariff
from costing.terms import CLOCK, WEEKDAYS, Basis, Scheme, TariffTerms, band_of, step_of
from facility.models import Resource


class ClockField(serializers.RegexField):
    """A local time `HH:MM`, up to `24:00`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(rf"^({CLOCK})\Z", max_length=5, **options)


class BandSerializer(serializers.Serializer[Any]):
    """A discount on weekdays between two local times."""

    days = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS), allow_empty=False, max_length=7)
    to = ClockField()
    discount = PercentField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python does not let a class name."""
        return {**super().get_fields(), "from": ClockField()}


class StepSerializer(serializers.Serializer[Any]):
    """Another rate once so many hours have elapsed."""

    from_hour = WholeNumberField(min_value=1, max_value=10_000)
    hour = MoneyField(min_value=0)


def _amount(**options: Any) -> MoneyField:
    return MoneyField(min_value=0, required=False, **options)


class TariffSerializer(serializers.Serializer[Any]):
    """A tariff, in and out: what a resource costs a price group from a day on."""

    resource = serializers.CharField(max_length=20)
    price_group = serializers.RegexField(r"^[a-z][a-z_]*\Z", max_length=20, default="standard")
    valid_from = serializers.DateField()
    scheme = serializers.ChoiceField(choices=[scheme.value for scheme in Scheme])
    hour = _amount(allow_null=True)
    half_day = _amount(allow_null=True)
    day = _amount(allow_null=True)
    block = _amount(allow_null=True)
    flat = _amount(allow_null=True)
    minimum_charge = _amount(default=Decimal("0.00"))
    setup_fee = _amount(default=Decimal("0.00"))
    operator_hour = _amount(default=Decimal("0.00"))
    charge_basis = serializers.ChoiceField(
        choices=[basis.value for basis in Basis], default=Basis.BOOKED_OR_OVERRUN.value
    )
    billing_step_minutes = WholeNumberField(min_value=1, max_value=1440, default=15)
    unused_share = PercentField(default=Decimal("50.00"))
    bands = BandSerializer(many=True, default=list)
    steps = StepSerializer(many=True, default=list)
    late_cancel_share = PercentField(default=Decimal("50.00"))
    no_show_share = PercentField(default=Decimal("100.00"))
    vat_code = serializers.CharField(max_length=10)
    setup_aided = serializers.BooleanField(default=True)
    operator_aided = serializers.BooleanField(default=True)
    consumables_aided = serializers.BooleanField(default=True)
    setup_vat_code = serializers.CharField(max_length=10, required=False)
    operator_vat_code = serializers.CharField(max_length=10, required=False)
    consumables_vat_code = serializers.CharField(max_length=10, required=False)
    late_cancel_vat_code = serializers.CharField(max_length=10, required=False)
    no_show_vat_code = serializers.CharField(max_length=10, required=False)


OWN_COLUMNS = (
    "price_group",
    "valid_from",
    "scheme",
    "hour",
    "half_day",
    "day",
    "block",
    "flat",
    "minimum_charge",
    "setup_fee",
    "operator_hour",
    "charge_basis",
    "billing_step_minutes",
    "unused_share",
    "bands",
    "steps",
    "late_cancel_share",
    "no_show_share",
    "setup_aided",
    "operator_aided",
    "consumables_aided",
)


def tariff_json(tariff: Tariff) -> dict[str, Any]:
    """Return a tariff as the API tells it; every VAT code is said, also one that is the tariff's own."""
    shown = TariffSerializer(
        {
            **{name: getattr(tariff, name) for name in OWN_COLUMNS},
            "resource": tariff.resource.code,
            "vat_code": tariff.vat_code.code,
            **{name: (getattr(tariff, name) or tariff.vat_code).code for name in OTHER_VAT_CODES},
        }
    ).data
    return {"id": tariff.pk, "version": tariff_version(tariff), **shown}


class TariffOutSerializer(TariffSerializer):
    """A tariff with its id and the version that charges copy."""

    id = serializers.IntegerField()
    version = serializers.CharField()


class TariffFilters(serializers.Serializer[Any]):
    """Which tariffs to list."""

    resource = serializers.CharField(required=False)
    price_group = serializers.CharField(required=False)


class FinanceList(APIView):
    """What finance alone reads, page by page."""

    permission_classes = [IsStaffRole("finance")]
    pagination_class = Pages


class TariffList(FinanceList):
    """The price list; a tariff is added, never changed."""

    @extend_schema(operation_id="tariffs_list", parameters=[TariffFilters], responses=TariffOutSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the tariffs by resource and price group, newest first."""
        filters = read_query(request, TariffFilters)
        rows = price_list()
        if resource := filters.get("resource"):
            rows = rows.filter(resource__code=resource)
        if price_group := filters.get("price_group"):
            rows = rows.filter(price_group=price_group)
        return paginated(request, rows, tariff_json)

    @extend_schema(request=TariffSerializer, responses={201: TariffOutSerializer})
    def post(self, request: Request) -> Response:
        """Add a tariff."""
        data = read_body(request, TariffSerializer)
        resource = one_or_404(Resource.objects.visible_to(request.user), code=data["resource"])
        tariff = add_tariff(facts=_facts(data, resource))
        return Response(tariff_json(tariff), status=201)


def _facts(data: dict[str, Any], resource: Resource) -> TariffFacts:
    codes = {code.code: code for code in VatCode.objects.all()}
    chosen: dict[str, VatCode] = {}
    for name in ("vat_code", *OTHER_VAT_CODES):
        if name in data:
            if data[name] not in codes:
                raise ValidationError({name: [_("There is no such VAT code.")]}, code="invalid")
            chosen[name] = codes[data[name]]
    return TariffFacts(
        resource=resource,
        price_group=data["price_group"],
        valid_from=data["valid_from"],
        terms=_terms(data),
        late_cancel_share=data["late_cancel_share"],
        no_show_share=data["no_show_share"],
        consumables_aided=data["consumables_aided"],
        **chosen,
    )


def _terms(data: dict[str, Any]) -> TariffTerms:
    return TariffTerms(
        scheme=Scheme(data["scheme"]),
        basis=Basis(data["charge_basis"]),
        vat_code=data["vat_code"],
        hour=data.get("hour"),
        half_day=data.get("half_day"),
        day=data.get("day"),
        block=data.get("block"),
        flat=data.get("flat"),
        minimum_charge=data["minimum_charge"],
        setup_fee=data["setup_fee"],
        operator_hour=data["operator_hour"],
        billing_step_minutes=data["billing_step_minutes"],
        unused_share=data["unused_share"],
        bands=tuple(band_of(band) for band in data["bands"]),
        steps=tuple(step_of(step) for step in data["steps"]),
        setup_aided=data["setup_aided"],
        operator_aided=data["operator_aided"],
    )
