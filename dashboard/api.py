"""What belongs to no single app, over HTTP: the caller."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.access import user_of


class OwnCompanySerializer(serializers.Serializer[Any]):
    """The caller's company; its id serves every `company` parameter and path."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class FeedsSerializer(serializers.Serializer[Any]):
    """Addresses of the calendars that the caller may subscribe to."""

    mine = serializers.URLField(allow_null=True)
    company = serializers.URLField(allow_null=True)


class MeSerializer(serializers.Serializer[Any]):
    """The caller, and what the caller may do."""

    email = serializers.EmailField()
    name = serializers.CharField()
    company = OwnCompanySerializer(allow_null=True)
    roles = serializers.ListField(child=serializers.CharField())
    permissions = serializers.ListField(child=serializers.CharField())
    feeds = FeedsSerializer()


class MeView(APIView):
    """Who is calling."""

    @extend_schema(responses=MeSerializer, operation_id="me_retrieve")
    def get(self, request: Request) -> Response:
        """Say who the key or the session belongs to."""
        user = user_of(request)
        return Response(
            {
                "email": user.email,
                "name": user.name,
                "company": {"id": user.company.pk, "name": user.company.name} if user.company else None,
                "roles": sorted(user.roles),
                "permissions": sorted(user.permissions),
                "feeds": {"mine": None, "company": None},
            }
        )
