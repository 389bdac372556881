"""What the OpenAPI description says about every endpoint: its refusals."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from common.problems import MEDIA_TYPE

REFUSALS = {
    "400": _("Malformed"),
    "401": _("Not signed in, or a wrong key"),
    "403": _("Not for this role"),
    "404": _("Not there, or not yours"),
}
REFUSED_WRITES = {"409": _("In the way of something, or in the wrong state"), "422": _("Refused by the rules")}


class FieldErrorSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """One reason of the rules, and who may lift it."""

    code = serializers.CharField()
    detail = serializers.CharField()
    override = serializers.CharField()
    date = serializers.DateField(required=False)


class AlternativeSerializer(serializers.Serializer[Any]):
    """A free period instead."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    resources = serializers.ListField(child=serializers.CharField())


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457; some codes carry members of their own, such as `blockers` or `residual`."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = FieldErrorSerializer(many=True, required=False)  # type: ignore[assignment]  # a field, not the property
    refusals = RefusalSerializer(many=True, required=False)
    alternatives = AlternativeSerializer(many=True, required=False)


class ProblemSchema(AutoSchema):
    """Adds the problems that any call may answer with to what the endpoint declares."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        component = self.resolve_serializer(ProblemSerializer, "response")
        content = {MEDIA_TYPE: {"schema": component.ref}}
        refusals = REFUSALS | ({} if self.method == "GET" else REFUSED_WRITES)
        for status, description in refusals.items():
            bodies.setdefault(status, {"content": content, "description": str(description)})
        return bodies
