"""Quotes, bookings and what happens to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bookings.api.serializers import (
    BookingDetailSerializer,
    BookingSerializer,
    BookingUsedSerializer,
    CancelSerializer,
    CheckOutSerializer,
    NoteSerializer,
    OfferSerializer,
    OrderSerializer,
    ReasonSerializer,
    booking_detail_json,
    booking_json,
    booking_used_json,
    order_arguments,
)
from bookings.models import Booking, BookingStatus
from bookings.queries.lists import BookingFilter, booking_for, bookings_for
from bookings.services.life import approve_booking, cancel_booking, reject_booking
from bookings.services.ordering import ensure_may_book, offer, request_booking, resolve_order
from bookings.services.use import check_in, check_out, enter_as_booked
from common.api import AwareDateTimeField, WholeNumberField, paginated, read_body, read_query
from common.clock import now
from common.errors import NotFound
from companies.access import user_of
from companies.models import Company, User
from facility.models import Resource
from projects.models import Project


class QuotesView(APIView):
    """Prices before booking."""

    @extend_schema(request=OrderSerializer, responses=OfferSerializer, operation_id="quotes_create")
    def post(self, request: Request) -> Response:
        """Price a wish; what stands in the way of booking it is listed, not refused."""
        data = read_body(request, OrderSerializer)
        user, moment = user_of(request), now(request)
        order = resolve_order(user=user, **order_arguments(data))
        return Response(offer(order=order, by=user, now=moment).as_json())


class BookingFilterSerializer(serializers.Serializer[Any]):
    """The query of a list of bookings."""

    status = serializers.MultipleChoiceField(choices=BookingStatus.choices, required=False)
    start = AwareDateTimeField(required=False)
    end = AwareDateTimeField(required=False)
    project = serializers.CharField(max_length=20, required=False)
    company = WholeNumberField(required=False)
    resource = serializers.CharField(max_length=20, required=False)


class BookingsView(APIView):
    """The bookings that a person may see, and new ones."""

    @extend_schema(
        parameters=[BookingFilterSerializer],
        responses=BookingSerializer(many=True),
        operation_id="bookings_list",
    )
    def get(self, request: Request) -> Response:
        """List bookings, latest start first; an unknown or foreign project, company or resource is a 404."""
        user = user_of(request)
        wanted = BookingFilter(**_read_filter(request))
        _ensure_visible(user, wanted)
        return paginated(request, bookings_for(user, wanted), booking_json)

    @extend_schema(request=OrderSerializer, responses={201: BookingDetailSerializer}, operation_id="bookings_create")
    def post(self, request: Request) -> Response:
        """Book: 201 with status `confirmed`, or `requested` where the centre must approve."""
        user, moment = user_of(request), now(request)
        data = read_body(request, OrderSerializer)
        order = resolve_order(user=user, **order_arguments(data))
        ensure_may_book(user)
        booking = request_booking(order=order, by=user, now=moment)
        return Response(booking_detail_json(booking_for(user, booking.reference)), status=201)


def _read_filter(request: Request) -> dict[str, Any]:
    return read_query(request, BookingFilterSerializer)


def _ensure_visible(user: User, wanted: BookingFilter) -> None:
    """Answer a filter that names something unknown or foreign like any other look-up: 404."""
    if wanted.project and not Project.objects.visible_to(user).filter(code=wanted.project).exists():
        raise NotFound
    if wanted.company is not None and not Company.objects.visible_to(user).filter(pk=wanted.company).exists():
        raise NotFound
    if wanted.resource and not Resource.objects.visible_to(user).filter(code=wanted.resource).exists():
        raise NotFound


class BookingView(APIView):
    """One booking."""

    @extend_schema(responses=BookingDetailSerializer, operation_id="bookings_retrieve")
    def get(self, request: Request, reference: str) -> Response:
        """Return a booking with its price and history."""
        return Response(booking_detail_json(booking_for(user_of(request), reference)))


class BookingActionView(APIView):
    """`POST /bookings/{reference}/<action>/`: one step in a booking's life."""

    body: ClassVar[type[serializers.Serializer[Any]]] = NoteSerializer
    service: ClassVar[Callable[..., object]]
    told: ClassVar[Callable[[Booking], dict[str, Any]]]

    def post(self, request: Request, reference: str) -> Response:
        """Take the step; 404 before 403, and 409 `wrong_state` where the booking is not ready for it."""
        user = user_of(request)
        booking = booking_for(user, reference)
        data = read_body(request, self.body)
        type(self).service(booking=booking, by=user, now=now(request), **data)
        return Response(type(self).told(booking_for(user, reference)))


def confirm_booking(*, booking: Booking, by: User, now: Any, note: str = "") -> Booking:
    """Confirm a request as the centre does; nothing else can wait for confirmation."""
    return approve_booking(booking=booking, by=by, now=now, note=note)


def _enter(*, booking: Booking, by: User, now: Any, note: str = "") -> object:
    return enter_as_booked(booking=booking, by=by, now=now)


def _check_in(*, booking: Booking, by: User, now: Any, note: str = "") -> object:
    return check_in(booking=booking, by=by, now=now)


ENDING = ("check_out", "enter")


def action_view(
    name: str, service: Callable[..., object], body: type[serializers.Serializer[Any]]
) -> Callable[..., Any]:
    """Return the view of one action, with its own place in the schema; what ends a use answers with its charges."""
    told, answer = (
        (booking_used_json, BookingUsedSerializer) if name in ENDING else (booking_detail_json, BookingDetailSerializer)
    )
    parts = {"service": staticmethod(service), "body": body, "told": staticmethod(told)}
    step: type[BookingActionView] = type(f"Booking{name.title()}View", (BookingActionView,), parts)
    described = extend_schema(request=body, responses=answer, operation_id=f"bookings_{name}")
    view: Callable[..., Any] = extend_schema_view(post=described)(step).as_view()
    return view


ACTIONS: dict[str, Callable[..., Any]] = {
    "approve": action_view("approve", approve_booking, NoteSerializer),
    "confirm": action_view("confirm", confirm_booking, NoteSerializer),
    "reject": action_view("reject", reject_booking, ReasonSerializer),
    "cancel": action_view("cancel", cancel_booking, CancelSerializer),
    "check-in": action_view("check_in", _check_in, NoteSerializer),
    "check-out": action_view("check_out", check_out, CheckOutSerializer),
    "enter": action_view("enter", _enter, NoteSerializer),
}
