"""Bookings, the allocations that occupy resources, and what was really used."""

from __future__ import annotations

import uuid
from typing import Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Deferrable, F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from common.periods import Period
from companies.models import Company, User
from costing.models import ChargeSet
from facility.models import Resource
from projects.models import Milestone, Project

Row = TypeVar("Row", bound=models.Model)


class BookingStatus(models.TextChoices):
    REQUESTED = "requested", _("requested")
    CONFIRMED = "confirmed", _("confirmed")
    IN_USE = "in_use", _("in use")
    COMPLETED = "completed", _("completed")
    REJECTED = "rejected", _("rejected")
    CANCELLED = "cancelled", _("cancelled")


OCCUPYING = (BookingStatus.CONFIRMED, BookingStatus.IN_USE)


class CancelReason(models.TextChoices):
    CHANGED_PLANS = "changed_plans", _("our plans have changed")
    NO_LONGER_NEEDED = "no_longer_needed", _("it is no longer needed")
    ILLNESS = "illness", _("illness")
    SUPPLIER_DELAY = "supplier_delay", _("a supplier is late")
    CENTRE = "centre", _("asked by the centre")
    OTHER = "other", _("other")


class BookingQuerySet(models.QuerySet["Booking"]):
    """Reads of bookings."""

    def visible_to(self, user: object) -> BookingQuerySet:
        """Return what a person may see: the centre's staff all, a firm its own."""
        if getattr(user, "is_centre_staff", False):
            return self
        company_id = getattr(user, "company_id", None)
        return self.filter(company_id=company_id) if company_id is not None else self.none()


class Booking(models.Model):
    """Somebody's right to one or more resources for a period; without a company it is the centre's own."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("company")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("project")
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("milestone")
    )
    service = models.CharField(_("service"), max_length=40, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=BookingStatus)
    starts_at = models.DateTimeField(_("start"))
    ends_at = models.DateTimeField(_("end"))
    purpose = models.CharField(_("purpose"), max_length=500, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=1, validators=[MinValueValidator(1)])
    names = models.JSONField(_("names (e-mails)"), default=list, blank=True)
    with_operator = models.BooleanField(_("with operator"), default=False)
    price = models.JSONField(_("price"), default=dict, encoder=DjangoJSONEncoder)
    override_reason = models.CharField(_("override reason"), max_length=300, blank=True)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="bookings", verbose_name=_("requested by"))
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"))

    resources = models.ManyToManyField(Resource, through="BookedResource", related_name="bookings")

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="booking_ends_after_start",
                violation_error_code="end_before_start",
                violation_error_message=_("The end comes after the start."),
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="booking_people"),
            models.CheckConstraint(
                condition=Q(milestone__isnull=True) | Q(project__isnull=False), name="booking_milestone_of_project"
            ),
        ]
        indexes = [
            models.Index(fields=("company", "-starts_at"), name="booking_company_start"),
            models.Index(fields=("project", "starts_at"), name="booking_project_start"),
            models.Index(
                fields=("starts_at",), condition=Q(status__in=("requested", "in_use")), name="booking_waiting"
            ),
            models.Index(fields=("starts_at", "ends_at"), name="booking_period"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def period(self) -> Period:
        """The booked period."""
        return Period(self.starts_at, self.ends_at)

    @property
    def source(self) -> str:
        """The name under which costing keeps this booking's commitment and charges."""
        return f"booking:{self.reference}"


class PartOfBookingQuerySet(models.QuerySet[Row]):
    """Rows that belong to one booking."""

    def visible_to(self, user: object) -> Self:
        """Return the rows of the bookings that a person may see."""
        return self.filter(booking__in=Booking.objects.visible_to(user))


class BookedResource(models.Model):
    """A resource that a booking names; its components follow from it."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="booked")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="booked")
    position = models.PositiveSmallIntegerField(default=0)

    objects = PartOfBookingQuerySet["BookedResource"].as_manager()

    class Meta:
        verbose_name = _("booked resource")
        verbose_name_plural = _("booked resources")
        constraints = [
            models.UniqueConstraint(fields=("booking", "resource"), name="booked_resource_once"),
            models.UniqueConstraint(fields=("booking", "position"), name="booked_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} · {self.resource_id}"


class PointRange(Func):
    """`int8range(n, n, '[]')`: lets a number stand in an exclusion constraint without an extension."""

    function = "int8range"
    arity = 3
    output_field = BigIntegerRangeField()

    def __init__(self, field: str) -> None:
        super().__init__(F(field), F(field), Value("[]"))


class Allocation(models.Model):
    """A seat of a resource taken for a blocked range (buffers included) while `live`."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="allocations")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="allocations")
    seat = models.PositiveSmallIntegerField(_("seat"), default=1)
    blocked = DateTimeRangeField(_("blocked"))
    live = models.BooleanField(_("live"), default=True)

    objects = PartOfBookingQuerySet["Allocation"].as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            ExclusionConstraint(
                name="allocation_no_overlap",
                expressions=[
                    (PointRange("resource"), RangeOperators.OVERLAPS),
                    (PointRange("seat"), RangeOperators.OVERLAPS),
                    ("blocked", RangeOperators.OVERLAPS),
                ],
                condition=Q(live=True),
                deferrable=Deferrable.IMMEDIATE,
                violation_error_code="overlap",
                violation_error_message=_("This time is already taken."),
            ),
            models.CheckConstraint(condition=Q(seat__gte=1), name="allocation_seat"),
            models.CheckConstraint(condition=Q(blocked__isempty=False), name="allocation_not_empty"),
        ]
        indexes = [GistIndex(PointRange("resource"), F("blocked"), name="allocation_feed")]

    def __str__(self) -> str:
        return f"{self.resource_id}.{self.seat} {self.blocked}"


class BookingEvent(models.Model):
    """One change in a booking's life: the product's time, and the real time at which it was recorded."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="events")
    at = models.DateTimeField(_("at"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    action = models.CharField(_("action"), max_length=20)
    from_status = models.CharField(_("from"), max_length=10, choices=BookingStatus, blank=True)
    to_status = models.CharField(_("to"), max_length=10, choices=BookingStatus)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PartOfBookingQuerySet["BookingEvent"].as_manager()

    class Meta:
        verbose_name = _("booking event")
        verbose_name_plural = _("booking events")

    def __str__(self) -> str:
        return f"{self.booking_id} {self.action}"


class Usage(models.Model):
    """What really happened: actual times and hours; it points to its charges, one to one."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="usage")
    started_at = models.DateTimeField(_("started at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    operator_hours = models.DecimalField(_("operator hours"), max_digits=6, decimal_places=2, null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    incident = models.TextField(_("incident"), blank=True)
    charge_set = models.OneToOneField(ChargeSet, models.PROTECT, null=True, blank=True, related_name="usage")

    objects = PartOfBookingQuerySet["Usage"].as_manager()

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usages")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")), name="usage_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(charge_set__isnull=True) | Q(ended_at__isnull=False), name="usage_charged_when_ended"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} {self.started_at}"
