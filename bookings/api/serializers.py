"""The shapes that the bookings API takes and gives."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from bookings.models import Booking, BookingStatus, CancelReason
from bookings.queries.lists import charges_of
from common.api import AwareDateTimeField, HoursField, WholeNumberField, local_iso
from common.periods import Period
from common.schema import RefusalSerializer
from costing.api.charges import ChargeSerializer, charge_json
from costing.api.quotes import QuoteSerializer
from costing.queries.ledger import vat_of_charges

MOST_RESOURCES = 20


class ResourceCodeField(serializers.CharField):
    """A resource by its code, or `{code, quantity}`; here a booking takes one seat of each."""

    def to_internal_value(self, data: Any) -> str:
        """Return the code."""
        if isinstance(data, dict):
            if data.get("quantity", 1) != 1 or isinstance(data.get("quantity"), bool):
                raise serializers.ValidationError(_("Book one seat of a resource at a time."), code="invalid")
            data = data.get("code")
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class OrderSerializer(serializers.Serializer[Any]):
    """What somebody wishes to book, as sent to quotes and bookings alike."""

    resources = serializers.ListField(
        child=ResourceCodeField(max_length=20), allow_empty=False, max_length=MOST_RESOURCES
    )
    start = AwareDateTimeField()
    end = AwareDateTimeField()
    project = serializers.CharField(max_length=20, required=False, allow_null=True, allow_blank=True)
    milestone = serializers.CharField(max_length=20, required=False, allow_null=True, allow_blank=True)
    service = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    operator = serializers.BooleanField(default=False)
    people = WholeNumberField(min_value=1, max_value=32_767, default=1)
    names = serializers.ListField(child=serializers.EmailField(max_length=254), max_length=50, default=list)
    company = WholeNumberField(required=False, allow_null=True)
    purpose = serializers.CharField(max_length=500, default="", allow_blank=True)
    override_reason = serializers.CharField(max_length=300, default="", allow_blank=True)
    aid_consent = serializers.BooleanField(default=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse an end that is not after the start."""
        if attrs["end"] <= attrs["start"]:
            detail = ErrorDetail(str(_("The end comes after the start.")), code="end_before_start")
            raise serializers.ValidationError({"end": [detail]})
        return attrs


def order_arguments(data: dict[str, Any]) -> dict[str, Any]:
    """Return validated data as the arguments of `services.ordering.resolve_order`."""
    return {
        "codes": data["resources"],
        "period": Period(data["start"], data["end"]),
        "project_code": data.get("project") or "",
        "milestone_code": data.get("milestone") or "",
        "company_id": data.get("company"),
        "service": data.get("service") or "",
        "purpose": data["purpose"],
        "people": data["people"],
        "names": data["names"],
        "operator": data["operator"],
        "override_reason": data["override_reason"],
    }


class CancellationSerializer(serializers.Serializer[Any]):
    """Until when cancelling is free, and what it costs after."""

    free_until = serializers.DateTimeField()
    late_fee = serializers.CharField()
    no_show_fee = serializers.CharField()


class OfferSerializer(QuoteSerializer):
    """A price with the refusals and the terms of cancellation."""

    refusals = RefusalSerializer(many=True)
    cancellation = CancellationSerializer()


class HistorySerializer(serializers.Serializer[Any]):
    """One change in a booking's life."""

    at = AwareDateTimeField()
    by = serializers.CharField(allow_null=True)
    action = serializers.CharField()
    from_status = serializers.CharField(allow_blank=True)
    to_status = serializers.ChoiceField(choices=BookingStatus.choices)
    reason = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)


class UsageSerializer(serializers.Serializer[Any]):
    """The actual use of a booking."""

    started_at = AwareDateTimeField()
    ended_at = AwareDateTimeField(allow_null=True)
    operator_hours = HoursField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    incident = serializers.CharField(allow_blank=True)


class BookingSerializer(serializers.Serializer[Any]):
    """A booking as it is listed."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=BookingStatus.choices)
    resources = serializers.ListField(child=serializers.CharField())
    start = AwareDateTimeField()
    end = AwareDateTimeField()
    price = OfferSerializer()
    hold_expires_at = AwareDateTimeField(allow_null=True)
    company = serializers.IntegerField(allow_null=True)
    company_name = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True)
    milestone = serializers.CharField(allow_null=True)
    service = serializers.CharField(allow_null=True)
    purpose = serializers.CharField(allow_blank=True)
    people = serializers.IntegerField()
    names = serializers.ListField(child=serializers.CharField())
    operator = serializers.BooleanField()
    override_reason = serializers.CharField(allow_blank=True)
    usage = UsageSerializer(allow_null=True)


class BookingDetailSerializer(BookingSerializer):
    """A booking with its history."""

    history = HistorySerializer(many=True)


class BookingUsedSerializer(BookingDetailSerializer):
    """A booking whose use has ended, with what it was charged; VAT is provisional until the month closes."""

    charges = ChargeSerializer(many=True)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a request is turned down."""

    reason = serializers.CharField(max_length=300)


class CancelSerializer(serializers.Serializer[Any]):
    """Why a booking is cancelled."""

    reason = serializers.ChoiceField(choices=CancelReason.choices)
    note = serializers.CharField(max_length=1000, default="", allow_blank=True)


class NoteSerializer(serializers.Serializer[Any]):
    """A word that goes with an approval."""

    note = serializers.CharField(max_length=1000, default="", allow_blank=True)


class CheckOutSerializer(serializers.Serializer[Any]):
    """What was really used; times left out are those of check-in and now."""

    started_at = AwareDateTimeField(required=False)
    ended_at = AwareDateTimeField(required=False)
    operator_hours = HoursField(required=False, allow_null=True, max_digits=6)
    note = serializers.CharField(max_length=2000, default="", allow_blank=True)
    incident = serializers.CharField(max_length=2000, default="", allow_blank=True)


def booking_json(booking: Booking) -> dict[str, Any]:
    """Return a booking as the API lists it."""
    usage = getattr(booking, "usage", None)
    return {
        "reference": booking.reference,
        "status": booking.status,
        "resources": [row.resource.code for row in booking.booked.all()],
        "start": local_iso(booking.starts_at),
        "end": local_iso(booking.ends_at),
        "price": booking.price,
        "hold_expires_at": None,
        "company": booking.company_id,
        "company_name": booking.company.name if booking.company else None,
        "project": booking.project.code if booking.project else None,
        "milestone": booking.milestone.code if booking.milestone else None,
        "service": booking.service or None,
        "purpose": booking.purpose,
        "people": booking.people,
        "names": booking.names,
        "operator": booking.with_operator,
        "override_reason": booking.override_reason,
        "usage": UsageSerializer(usage).data if usage else None,
    }


def booking_detail_json(booking: Booking) -> dict[str, Any]:
    """Return a booking with its history."""
    history = [
        {
            "at": local_iso(event.at),
            "by": (event.by.name or event.by.email) if event.by else None,
            "action": event.action,
            "from_status": event.from_status,
            "to_status": event.to_status,
            "reason": event.reason,
            "note": event.note,
        }
        for event in booking.events.all()
    ]
    return {**booking_json(booking), "history": history}


def booking_used_json(booking: Booking) -> dict[str, Any]:
    """Return a booking whose use has ended, with its charges (2 queries)."""
    charges = charges_of(booking)
    shares = vat_of_charges(charges)
    return {**booking_detail_json(booking), "charges": [charge_json(one, shares[one.pk]) for one in charges]}
