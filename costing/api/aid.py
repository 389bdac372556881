"""Finance's dated data of aid and VAT over HTTP: measures, intensities, VAT codes."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import MoneyField, PercentField, paginated, read_body
from companies.models import SizeClass
from costing.api.tariffs import FinanceList
from costing.models import IntensityRule, Measure, Regime, Service, VatCode
from costing.queries.tariffs import intensities, measures, vat_codes
from costing.services.aid import add_intensity, add_measure, add_vat_code

Found = TypeVar("Found", bound=Model)


def _of_code(model: type[Found], field: str, code: str) -> Found:
    """Return the row of a code that the body names; an unknown one makes the field invalid."""
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise ValidationError({field: [_("“%(code)s” is not there.") % {"code": code}]}, code="invalid")
    return found


class MeasureSerializer(serializers.Serializer[Any]):
    """An aid scheme; `default` is used without a project, `valid_to` is its last day."""

    code = serializers.CharField(max_length=20)
    title = serializers.CharField(max_length=160)
    regime = serializers.CharField(max_length=20)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, default=None)
    default = serializers.BooleanField(default=False)
    vat_treatment = serializers.ChoiceField(choices=Measure.VatTreatment.choices, default=Measure.VatTreatment.NET)
    max_per_project = MoneyField(allow_null=True, default=None, min_value=0)
    max_per_company = MoneyField(allow_null=True, default=None, min_value=0)
    budget = MoneyField(allow_null=True, default=None, min_value=0)


def measure_json(measure: Measure) -> dict[str, Any]:
    """Return a measure as the API tells it, with its title in the caller's language."""
    return MeasureSerializer(
        {
            "code": measure.code,
            "title": measure.title,
            "regime": measure.regime.code,
            "valid_from": measure.valid_from,
            "valid_to": measure.valid_to,
            "default": measure.is_default,
            "vat_treatment": measure.vat_treatment,
            "max_per_project": measure.max_per_project,
            "max_per_company": measure.max_per_company,
            "budget": measure.budget,
        }
    ).data


class MeasureList(FinanceList):
    """The measures."""

    @extend_schema(operation_id="measures_list", responses=MeasureSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the measures by code."""
        return paginated(request, measures(), measure_json)

    @extend_schema(operation_id="measures_create", request=MeasureSerializer, responses={201: MeasureSerializer})
    def post(self, request: Request) -> Response:
        """Add a measure; the title serves both languages."""
        data = read_body(request, MeasureSerializer)
        title, is_default = data.pop("title"), data.pop("default")
        regime = _of_code(Regime, "regime", data.pop("regime"))
        measure = Measure(title_it=title, title_en=title, is_default=is_default, regime=regime, **data)
        return Response(measure_json(add_measure(measure=measure)), status=201)


class IntensitySerializer(serializers.Serializer[Any]):
    """The share that a measure pays for a service, by size class, from a day on."""

    measure = serializers.CharField(max_length=20)
    service = serializers.CharField(max_length=40)
    size_class = serializers.ChoiceField(choices=SizeClass.choices)
    valid_from = serializers.DateField()
    intensity = PercentField()


def intensity_json(rule: IntensityRule) -> dict[str, Any]:
    """Return an intensity as the API tells it."""
    return IntensitySerializer(
        {
            "measure": rule.measure.code,
            "service": rule.service.code,
            "size_class": rule.size_class,
            "valid_from": rule.valid_from,
            "intensity": rule.intensity,
        }
    ).data


class IntensityList(FinanceList):
    """The intensities."""

    @extend_schema(operation_id="intensities_list", responses=IntensitySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the intensities by measure, service, size class, newest first."""
        return paginated(request, intensities(), intensity_json)

    @extend_schema(operation_id="intensities_create", request=IntensitySerializer, responses={201: IntensitySerializer})
    def post(self, request: Request) -> Response:
        """Add an intensity from a day on."""
        data = read_body(request, IntensitySerializer)
        rule = IntensityRule(
            measure=_of_code(Measure, "measure", data.pop("measure")),
            service=_of_code(Service, "service", data.pop("service")),
            **data,
        )
        return Response(intensity_json(add_intensity(rule=rule)), status=201)


class VatCodeSerializer(serializers.Serializer[Any]):
    """A VAT rate with its nature, empty for taxable supplies."""

    code = serializers.CharField(max_length=10)
    rate = PercentField()
    nature = serializers.CharField(max_length=6, allow_blank=True, default="")
    text = serializers.CharField(max_length=120)


def vat_code_json(code: VatCode) -> dict[str, Any]:
    """Return a VAT code as the API tells it, with its text in the caller's language."""
    return VatCodeSerializer({"code": code.code, "rate": code.rate, "nature": code.nature, "text": code.text}).data


class VatCodeList(FinanceList):
    """The VAT codes."""

    @extend_schema(operation_id="vat_codes_list", responses=VatCodeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the VAT codes."""
        return paginated(request, vat_codes(), vat_code_json)

    @extend_schema(operation_id="vat_codes_create", request=VatCodeSerializer, responses={201: VatCodeSerializer})
    def post(self, request: Request) -> Response:
        """Add a VAT code; the text serves both languages."""
        data = read_body(request, VatCodeSerializer)
        text = data.pop("text")
        return Response(vat_code_json(add_vat_code(vat_code=VatCode(text_it=text, text_en=text, **data))), status=201)
