"""Resources over HTTP: what the catalogue shows and what a manager sends. The endpoints stand in bookings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from common.api import WholeNumberField
from facility.models import CODE, OperatorNeed, Resource, ResourceKind
from facility.queries import exceptions_of, policy_facts
from facility.rules import (
    MOST_SEATS,
    POLICY_BOUNDS,
    DayException,
    OpeningHours,
    PolicyFacts,
    ResourceFacts,
    approval_facts,
    approval_json,
    day_exception,
    exception_json,
    opening_hours,
    opening_json,
    policy_json,
)

Read = TypeVar("Read")
#: More rows than this in one list are a mistake.
LONGEST_LIST = 400
PAIRS = ("name", "specs", "location")
HOURS_SCHEMA = {
    "days": {"type": "array", "items": {"type": "string"}},
    "from": {"type": "string"},
    "to": {"type": "string"},
}
COMPONENT_SCHEMA = {"type": "object", "properties": {"code": {"type": "string"}, "quantity": {"type": "integer"}}}


def parsed(reads: Callable[[Any], Read], raw: Any, message: Any) -> Read:
    """Return what a pure reader makes of a value, or refuse it as malformed."""
    try:
        return reads(raw)
    except (ValueError, TypeError):
        raise serializers.ValidationError(message, code="invalid") from None


@extend_schema_field({"type": "object", "properties": HOURS_SCHEMA})
class OpeningField(serializers.Field[OpeningHours, Any, dict[str, object], Any]):
    """`{days, from, to}`."""

    def to_internal_value(self, data: Any) -> OpeningHours:
        """Return the hours."""
        return parsed(opening_hours, data, _("Write hours as days (MO…SU), from and to (HH:MM, at most 24:00)."))

    def to_representation(self, value: OpeningHours) -> dict[str, object]:
        """Write the hours."""
        return opening_json(value)


@extend_schema_field(
    {"type": "object", "properties": {"date": {"type": "string", "format": "date"}, "closed": {"type": "boolean"}}}
)
class ExceptionField(serializers.Field[DayException, Any, dict[str, object], Any]):
    """`{date, from, to}` or `{date, closed: true}`."""

    def to_internal_value(self, data: Any) -> DayException:
        """Return the day."""
        return parsed(day_exception, data, _("Write a day as date with from and to, or with closed: true."))

    def to_representation(self, value: DayException) -> dict[str, object]:
        """Write the day."""
        return exception_json(value)


@extend_schema_field({"oneOf": [{"type": "string"}, COMPONENT_SCHEMA]})
class ComponentField(serializers.Field[tuple[str, int], Any, dict[str, object], Any]):
    """`{code, quantity}`; a bare code means one."""

    def to_internal_value(self, data: Any) -> tuple[str, int]:
        """Return code and quantity."""
        row = data if isinstance(data, Mapping) else {"code": data}
        code, quantity = row.get("code"), row.get("quantity", 1)
        whole = isinstance(quantity, int) and not isinstance(quantity, bool) and 1 <= quantity <= MOST_SEATS
        if not isinstance(code, str) or not whole:
            raise serializers.ValidationError(_("Write a component as code and quantity."), code="invalid")
        return code, quantity

    def to_representation(self, value: tuple[str, int]) -> dict[str, object]:
        """Write code and quantity."""
        return {"code": value[0], "quantity": value[1]}


@extend_schema_field({"oneOf": [{"type": "string", "enum": ["never", "always"]}, {"type": "object"}]})
class ApprovalField(serializers.Field[PolicyFacts, Any, Any, Any]):
    """`"never"`, `"always"`, `{"above_hours": "4"}` or `{"above_amount": "900.00"}`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return mode and threshold."""
        message = _("Approval is never, always, above_hours with a number or above_amount with an amount.")
        return parsed(approval_facts, data, message)

    def to_representation(self, value: PolicyFacts) -> Any:
        """Write mode and threshold."""
        return approval_json(value)


@extend_schema_field(OpenApiTypes.ANY)
class NotYetField(serializers.Field[Any, Any, Any, Any]):
    """A rule of a later version: nothing may be set, so that nobody relies on it."""

    def to_internal_value(self, data: Any) -> None:
        """Accept only emptiness."""
        if data not in (None, []):
            raise serializers.ValidationError(_("This rule is not available yet."), code="invalid")

    def to_representation(self, value: Any) -> Any:
        """Write what is there."""
        return value


class PolicySerializer(serializers.Serializer[Any]):
    """The rules of booking; a key left out takes the site's default, or stays as it is in a change."""

    approval = ApprovalField(required=False)
    quotas = NotYetField(required=False, allow_null=True)
    max_future_bookings = NotYetField(required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the numbers, each within its bounds."""
        numbers = {
            name: WholeNumberField(min_value=least, max_value=most, required=False)
            for name, (least, most) in POLICY_BOUNDS.items()
        }
        return {**numbers, **super().get_fields()}


class ResourceSerializer(serializers.Serializer[Any]):
    """A resource; `name`, `specs` and `location` in the reader's language, or in both when written."""

    code = serializers.CharField(max_length=20, validators=[CODE])
    name = serializers.CharField(max_length=120, required=False)
    name_it = serializers.CharField(max_length=120, required=False)
    name_en = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(choices=ResourceKind.choices)
    area = serializers.CharField(max_length=20)
    location = serializers.CharField(max_length=120, required=False, allow_blank=True)
    location_it = serializers.CharField(max_length=120, required=False, allow_blank=True)
    location_en = serializers.CharField(max_length=120, required=False, allow_blank=True)
    specs = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    specs_it = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    specs_en = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    capacity = WholeNumberField(min_value=1, max_value=MOST_SEATS, required=False)
    components = serializers.ListField(child=ComponentField(), max_length=LONGEST_LIST, required=False)
    opening = serializers.ListField(child=OpeningField(), max_length=LONGEST_LIST, required=False, allow_null=True)
    exceptions = serializers.ListField(child=ExceptionField(), max_length=LONGEST_LIST, required=False)
    policy = PolicySerializer(required=False)
    qualification = serializers.CharField(max_length=20, required=False, allow_null=True)
    operator = serializers.ChoiceField(choices=OperatorNeed.choices, required=False)
    operator_areas = serializers.ListField(
        child=serializers.CharField(max_length=20), max_length=LONGEST_LIST, required=False
    )
    documents = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=LONGEST_LIST, required=False
    )
    cost_centre = serializers.CharField(max_length=20, required=False, allow_null=True)
    yearly_capacity_hours = WholeNumberField(required=False)
    published = serializers.BooleanField(required=False)

    def validate_components(self, value: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Refuse a part that is named twice."""
        if len({code for code, _quantity in value}) < len(value):
            raise serializers.ValidationError(_("A component is named twice."), code="invalid")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Write texts of one language in both, and ask for a name where there is none yet."""
        for name in PAIRS:
            text = attrs.pop(name, None)
            if text is not None:
                attrs = {f"{name}_it": text, f"{name}_en": text, **attrs}
        if not self.partial and not {"name_it", "name_en"} <= attrs.keys():
            raise serializers.ValidationError({"name": [_("This field is required.")]}, code="required")
        return attrs


def new_facts(data: Mapping[str, Any]) -> ResourceFacts:
    """Return the facts of a new resource from validated data; what is left out takes its default."""
    plain = dict(data)
    policy = changed_policy(PolicyFacts(), plain.pop("policy", {}))
    return ResourceFacts(**_as_facts(plain), policy=policy)


def changed_facts(facts: ResourceFacts, data: Mapping[str, Any]) -> ResourceFacts:
    """Return the facts with the changes of validated data."""
    plain = dict(data)
    policy = changed_policy(facts.policy, plain.pop("policy", {}))
    return replace(facts, **_as_facts(plain), policy=policy)


def changed_policy(policy: PolicyFacts, data: Mapping[str, Any]) -> PolicyFacts:
    """Return a policy with the changes of validated data; the maximum must not end below the minimum."""
    numbers = {name: value for name, value in data.items() if name in POLICY_BOUNDS}
    approval, above = data.get("approval", (policy.approval, policy.approval_above))
    changed = replace(policy, **numbers, approval=approval, approval_above=above)
    if changed.max_minutes < changed.min_minutes:
        message = _("The maximum duration is not below the minimum.")
        raise serializers.ValidationError({"policy": {"max_minutes": [message]}}, code="invalid")
    return changed


def _as_facts(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Turn lists into tuples; an empty list of hours means the site's, as no list does."""
    facts = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if "opening" in facts:
        facts["opening"] = facts["opening"] or None
    return facts


def resource_json(
    resource: Resource, *, opening: Sequence[OpeningHours] | None, tariff: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a whole resource as the API shows it; `tariff` is that of the caller's price group."""
    return {
        "code": resource.code,
        "name": resource.name,
        "name_it": resource.name_it,
        "name_en": resource.name_en,
        "kind": resource.kind,
        "area": resource.area.code,
        "location": resource.location,
        "location_it": resource.location_it,
        "location_en": resource.location_en,
        "specs": resource.specs,
        "specs_it": resource.specs_it,
        "specs_en": resource.specs_en,
        "capacity": resource.capacity,
        "components": [{"code": row.part.code, "quantity": row.quantity} for row in resource.components.all()],
        "opening": None if opening is None else [opening_json(hours) for hours in opening],
        "exceptions": [exception_json(day) for day in exceptions_of(resource)],
        "policy": policy_json(policy_facts(resource.policy)),
        "qualification": resource.qualification.code if resource.qualification else None,
        "operator": resource.operator,
        "operator_areas": [area.code for area in resource.operator_areas.all()],
        "documents": list(resource.documents),
        "cost_centre": resource.cost_centre.code if resource.cost_centre else None,
        "yearly_capacity_hours": resource.yearly_capacity_hours,
        "published": resource.published,
        "photos": [],
        "tariff": tariff,
    }
