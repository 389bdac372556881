"""The calendar feed: masked events with an ETag."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import orjson
from django.http import HttpResponse
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from bookings.queries.calendar import FeedEvent, feed
from common.api import AwareDateTimeField, local_iso, one_or_404, read_query
from common.errors import Malformed
from common.periods import Period
from companies.models import User
from facility.models import Area, Resource

LONGEST = timedelta(days=366)


class CalendarQuerySerializer(serializers.Serializer[Any]):
    """The window of a calendar, and what it is narrowed to."""

    start = AwareDateTimeField()
    end = AwareDateTimeField()
    resource = serializers.CharField(max_length=20, required=False)
    area = serializers.CharField(max_length=20, required=False)
    mine = serializers.BooleanField(default=False)

    def validate_area(self, value: str) -> str:
        """Refuse an area that does not exist."""
        return known_area(value)


class EventSerializer(serializers.Serializer[Any]):
    """One block of a calendar; outside the company it is only `occupied`."""

    id = serializers.CharField()
    resource = serializers.CharField()
    start = AwareDateTimeField()
    end = AwareDateTimeField()
    status = serializers.CharField()
    title = serializers.CharField()
    mine = serializers.BooleanField()
    reference = serializers.CharField(required=False)


def known_area(code: str) -> str:
    """Return the code of an area.

    Raises: ValidationError when there is none.
    """
    if not Area.objects.filter(code=code).exists():
        raise serializers.ValidationError(_("There is no “%(code)s”.") % {"code": code}, code="invalid")
    return code


def read_window(data: dict[str, Any]) -> Period:
    """Return the window asked for.

    Raises: Malformed when it ends before it starts or is longer than 366 days.
    """
    if data["end"] <= data["start"]:
        raise Malformed("end_before_start", _("The end comes after the start."), "end")
    if data["end"] - data["start"] > LONGEST:
        raise Malformed("invalid", _("Ask for at most 366 days at a time."), "end")
    return Period(data["start"], data["end"])


class CalendarView(APIView):
    """Who occupies what, as far as the reader may know."""

    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[CalendarQuerySerializer], responses=EventSerializer(many=True), operation_id="calendar_list"
    )
    def get(self, request: Request) -> HttpResponse:
        """Return the events that touch a window, as a bare list; unchanged ones answer 304."""
        data = read_query(request, CalendarQuerySerializer)
        user = request.user if isinstance(request.user, User) else None
        code = data.get("resource")
        resource_id = one_or_404(Resource.objects.visible_to(request.user).only("pk"), code=code).pk if code else None
        events = feed(
            user=user, period=read_window(data), resource_id=resource_id, area=data.get("area", ""), mine=data["mine"]
        )
        body = orjson.dumps([_event_json(event) for event in events])
        return _tagged(request, body, user)


def _event_json(event: FeedEvent) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": event.id,
        "resource": event.resource,
        "start": local_iso(event.start),
        "end": local_iso(event.end),
        "status": event.status,
        "title": event.title,
        "mine": event.mine,
    }
    return {**fields, "reference": event.reference} if event.reference else fields


def _tagged(request: Request, body: bytes, user: User | None) -> HttpResponse:
    """Answer with an ETag that differs from company to company and from language to language."""
    reader = f"{user.company_id if user else ''}:{user.is_centre_staff if user else ''}:{get_language()}:"
    tag = quote_etag(hashlib.sha256(reader.encode() + body).hexdigest()[:32])
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="application/json")
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization, Cookie, Accept-Language"
    return response
