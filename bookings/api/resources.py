"""The catalogue over HTTP: resources with the caller's tariff, changes by a manager, availability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.api.calendar import known_area, read_window
from bookings.queries.calendar import availability
from bookings.queries.catalogue import free_in, group_of
from common import clock
from common.api import AwareDateTimeField, Pages, local_iso, read_body, read_query, require_role
from common.errors import Malformed
from common.periods import Period
from companies.access import user_of
from costing.models import Tariff
from costing.queries.tariffs import tariffs_in_force
from facility.api import ResourceSerializer, changed_facts, new_facts, resource_json
from facility.calendar import openings_of
from facility.models import Resource, ResourceKind
from facility.queries import CatalogueFilters, catalogue, resource_by_code
from facility.services import change_resource, create_resource

TARIFF_AMOUNTS = ("hour", "half_day", "day", "block", "flat", "minimum_charge", "setup_fee", "operator_hour")


class ResourceFiltersSerializer(serializers.Serializer[Any]):
    """What somebody looks for; a window narrows to what can be had in it."""

    kind = serializers.ChoiceField(choices=ResourceKind.choices, required=False)
    area = serializers.CharField(max_length=20, required=False)
    q = serializers.CharField(max_length=200, required=False, allow_blank=True)
    technology = serializers.CharField(max_length=200, required=False, allow_blank=True)
    free_from = AwareDateTimeField(required=False)
    free_to = AwareDateTimeField(required=False)

    def validate_area(self, value: str) -> str:
        """Refuse an area that does not exist."""
        return known_area(value)


class ResourceTariffSerializer(serializers.Serializer[Any]):
    """What a resource costs the caller's price group today; amounts in euros, without VAT."""

    price_group = serializers.CharField()
    valid_from = serializers.DateField()
    scheme = serializers.CharField()
    charge_basis = serializers.CharField()
    billing_step_minutes = serializers.IntegerField()
    vat_code = serializers.CharField()
    bands = serializers.ListField(child=serializers.DictField())
    steps = serializers.ListField(child=serializers.DictField())

    def get_fields(self) -> dict[str, Any]:
        """Add the amounts, all of the same shape."""
        return {**super().get_fields(), **{name: serializers.CharField(allow_null=True) for name in TARIFF_AMOUNTS}}


class CatalogueResourceSerializer(ResourceSerializer):
    """A resource as the catalogue shows it."""

    photos = serializers.ListField(child=serializers.CharField())
    tariff = ResourceTariffSerializer(allow_null=True)


class WindowSerializer(serializers.Serializer[Any]):
    """A window of time."""

    start = AwareDateTimeField()
    end = AwareDateTimeField()


class SpanSerializer(serializers.Serializer[Any]):
    """A half-open span of time."""

    start = AwareDateTimeField()
    end = AwareDateTimeField()


class AvailabilitySerializer(serializers.Serializer[Any]):
    """When a resource is open, busy in all its seats, and free for at least one step."""

    open = SpanSerializer(many=True)
    busy = SpanSerializer(many=True)
    free = SpanSerializer(many=True)
    capacity = serializers.IntegerField()
    step_minutes = serializers.IntegerField()


class ResourcesView(APIView):
    """The catalogue."""

    def get_permissions(self) -> list[Any]:
        """Let everybody read."""
        return [AllowAny()] if self.request.method == "GET" else [IsAuthenticated()]

    @extend_schema(
        parameters=[ResourceFiltersSerializer],
        responses=CatalogueResourceSerializer(many=True),
        operation_id="resources_list",
    )
    def get(self, request: Request) -> Response:
        """List the resources that the caller may see, by area and code."""
        asked = read_query(request, ResourceFiltersSerializer)
        filters = CatalogueFilters(
            kind=asked.get("kind", ""),
            area=asked.get("area", ""),
            words=asked.get("q", ""),
            technology=asked.get("technology", ""),
        )
        found = catalogue(request.user, filters)
        window = _free_window(asked)
        pages = Pages()
        page = pages.paginate_queryset(found if window is None else free_in(list(found), window), request)
        return pages.get_paginated_response(resources_json(page or [], request))

    @extend_schema(
        request=ResourceSerializer, responses={201: CatalogueResourceSerializer}, operation_id="resources_create"
    )
    def post(self, request: Request) -> Response:
        """Add a resource."""
        require_role(request.user, "manager")
        facts = new_facts(read_body(request, ResourceSerializer))
        create_resource(facts=facts, by=user_of(request))
        return Response(_one_json(facts.code, request), status=201)


class ResourceView(APIView):
    """One resource."""

    def get_permissions(self) -> list[Any]:
        """Let everybody read."""
        return [AllowAny()] if self.request.method == "GET" else [IsAuthenticated()]

    @extend_schema(responses=CatalogueResourceSerializer, operation_id="resources_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """Show a resource with the caller's tariff."""
        return Response(_one_json(code, request))

    @extend_schema(
        request=ResourceSerializer, responses=CatalogueResourceSerializer, operation_id="resources_partial_update"
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change what is sent and leave the rest; lists are replaced."""
        resource_by_code(code, user=request.user)
        require_role(request.user, "manager")
        data = read_body(request, ResourceSerializer, partial=True)
        if data.pop("code", code) != code:
            raise Malformed("invalid", _("The code of a resource does not change."), "code")
        change_resource(code=code, change=lambda facts: changed_facts(facts, data), by=user_of(request))
        return Response(_one_json(code, request))


class AvailabilityView(APIView):
    """When a resource is open, busy and free."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[WindowSerializer], responses=AvailabilitySerializer, operation_id="resources_availability"
    )
    def get(self, request: Request, code: str) -> Response:
        """Show the open, busy and free spans of a window of at most 366 days."""
        resource = resource_by_code(code, user=request.user)
        found = availability(resource=resource, window=read_window(read_query(request, WindowSerializer)))
        spans = {name: _spans(getattr(found, name)) for name in ("open", "busy", "free")}
        return Response({**spans, "capacity": found.capacity, "step_minutes": found.step_minutes})


def resources_json(resources: Sequence[Resource], request: Request) -> list[dict[str, Any]]:
    """Return resources with their hours and the caller's tariffs (2 queries)."""
    openings = openings_of(resources)
    tariffs = tariffs_in_force(
        price_group=group_of(request.user),
        on=clock.today(request),
        resources=[resource.pk for resource in resources],
    )
    return [
        resource_json(resource, opening=openings[resource.pk], tariff=tariff_json(tariffs.get(resource.pk)))
        for resource in resources
    ]


def tariff_json(tariff: Tariff | None) -> dict[str, Any] | None:
    """Return a tariff as the catalogue shows it."""
    if tariff is None:
        return None
    amounts = {name: getattr(tariff, name) for name in TARIFF_AMOUNTS}
    return {
        "price_group": tariff.price_group,
        "valid_from": tariff.valid_from,
        "scheme": tariff.scheme,
        **{name: None if amount is None else str(amount) for name, amount in amounts.items()},
        "charge_basis": tariff.charge_basis,
        "billing_step_minutes": tariff.billing_step_minutes,
        "bands": tariff.bands,
        "steps": tariff.steps,
        "vat_code": tariff.vat_code.code,
    }


def _one_json(code: str, request: Request) -> dict[str, Any]:
    return resources_json([resource_by_code(code, user=request.user)], request)[0]


def _free_window(asked: dict[str, Any]) -> Period | None:
    """Return the window in which resources must be free; half of one is a mistake."""
    start, end = asked.get("free_from"), asked.get("free_to")
    if start is None and end is None:
        return None
    if start is None or end is None:
        raise Malformed("invalid", _("Give both free_from and free_to."), "free_to" if end is None else "free_from")
    return read_window({"start": start, "end": end})


def _spans(periods: Sequence[Period]) -> list[dict[str, str]]:
    return [{"start": local_iso(period.starts_at), "end": local_iso(period.ends_at)} for period in periods]
