"""Sites, areas, resources, their policies and the qualifications that they ask for."""

from __future__ import annotations

from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.languages import in_language
from common.text import fold
from common.visibility import PublicQuerySet, StaffQuerySet
from companies.models import User
from facility.rules import MOST_SEATS, POLICY_BOUNDS

CODE = RegexValidator(r"^[A-Z0-9][A-Z0-9-]{0,19}$", _("Use capital letters, digits and hyphens."))


class Named(models.Model):
    """A coded row with a name in both languages."""

    name_it = models.CharField(_("name (Italian)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return in_language(self, "name")


class Site(Named):
    """A place with a time zone, opening hours and a patron day."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])
    zone = models.CharField(_("time zone"), max_length=40, default="Europe/Rome")
    patron_day = models.CharField(
        _("patron day (MM-DD)"), max_length=5, blank=True, validators=[RegexValidator(r"^\d{2}-\d{2}$")]
    )
    calendar = models.OneToOneField("schedule.Calendar", models.PROTECT, null=True, blank=True, related_name="+")

    objects = PublicQuerySet["Site"].as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    @property
    def tz(self) -> ZoneInfo:
        """The site's zone, in which days and opening hours are computed."""
        return ZoneInfo(self.zone)


class Area(Named):
    """A thematic area of a site."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])
    site = models.ForeignKey(Site, models.PROTECT, related_name="areas")

    objects = PublicQuerySet["Area"].as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")


class CostCentre(Named):
    """Where the internal costs of a resource are kept."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])

    objects = StaffQuerySet["CostCentre"].as_manager()

    class Meta:
        verbose_name = _("cost centre")
        verbose_name_plural = _("cost centres")


class Qualification(Named):
    """What a person must hold to use a resource alone."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])
    course = models.CharField(_("course that grants it"), max_length=20, blank=True)
    valid_months = models.PositiveSmallIntegerField(_("valid for (months)"), default=36)

    objects = PublicQuerySet["Qualification"].as_manager()

    class Meta:
        verbose_name = _("qualification")
        verbose_name_plural = _("qualifications")


class QualificationHeldQuerySet(models.QuerySet["QualificationHeld"]):
    """Reads of qualifications held."""

    def visible_to(self, user: object) -> Self:
        """Return what a person may see: the centre's staff all, a firm's people those of their colleagues."""
        if isinstance(user, User):
            return self.filter(user__in=User.objects.visible_to(user))
        return self.none()


class QualificationHeld(models.Model):
    """A qualification earned by a person, valid on `[earned_on, expires_on)`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="qualifications_held", verbose_name=_("person"))
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="holders")
    earned_on = models.DateField(_("earned on"))
    expires_on = models.DateField(_("expires on"))

    objects = QualificationHeldQuerySet.as_manager()

    class Meta:
        verbose_name = _("qualification held")
        verbose_name_plural = _("qualifications held")
        constraints = [
            models.UniqueConstraint(fields=("user", "qualification", "earned_on"), name="qualification_held_once"),
            models.CheckConstraint(condition=Q(expires_on__gt=F("earned_on")), name="qualification_expires_later"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.qualification}"


class ApprovalMode(models.TextChoices):
    NEVER = "never", _("never")
    ALWAYS = "always", _("always")
    ABOVE_HOURS = "above_hours", _("above a number of hours")
    ABOVE_AMOUNT = "above_amount", _("above an amount")


def _within(name: str) -> list[MinValueValidator | MaxValueValidator]:
    """Return the bounds of a policy's number as validators."""
    least, most = POLICY_BOUNDS[name]
    return [MinValueValidator(least), MaxValueValidator(most)]


class BookingPolicy(models.Model):
    """The rules of booking; one row is shared by resources with equal rules and copied on change."""

    step_minutes = models.PositiveIntegerField(_("step (minutes)"), default=15, validators=_within("step_minutes"))
    min_minutes = models.PositiveIntegerField(_("minimum (minutes)"), default=60, validators=_within("min_minutes"))
    max_minutes = models.PositiveIntegerField(_("maximum (minutes)"), default=600, validators=_within("max_minutes"))
    notice_hours = models.PositiveIntegerField(_("notice (hours)"), default=24, validators=_within("notice_hours"))
    horizon_days = models.PositiveIntegerField(_("horizon (days)"), default=120, validators=_within("horizon_days"))
    setup_minutes = models.PositiveIntegerField(_("set-up (minutes)"), default=0, validators=_within("setup_minutes"))
    cleanup_minutes = models.PositiveIntegerField(
        _("clean-up (minutes)"), default=0, validators=_within("cleanup_minutes")
    )
    max_people = models.PositiveIntegerField(_("people at most"), default=6, validators=_within("max_people"))
    approval = models.CharField(_("approval"), max_length=12, choices=ApprovalMode, default=ApprovalMode.NEVER)
    approval_above = models.DecimalField(_("approval above"), max_digits=12, decimal_places=2, null=True, blank=True)
    release_minutes = models.PositiveIntegerField(
        _("release (minutes)"), default=30, validators=_within("release_minutes")
    )
    cancel_notice_hours = models.PositiveIntegerField(
        _("free cancellation until (hours)"), default=24, validators=_within("cancel_notice_hours")
    )

    objects = PublicQuerySet["BookingPolicy"].as_manager()

    class Meta:
        verbose_name = _("booking policy")
        verbose_name_plural = _("booking policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(step_minutes__gte=1, min_minutes__gte=1, max_people__gte=1, horizon_days__lte=1000),
                name="policy_bounds",
                violation_error_message=_("Step, minimum and people are at least 1, the horizon at most 1000 days."),
            ),
            models.CheckConstraint(
                condition=Q(max_minutes__gte=F("min_minutes")),
                name="policy_max_from_min",
                violation_error_message=_("The maximum duration is not below the minimum."),
            ),
            models.CheckConstraint(
                condition=Q(approval__in=("never", "always"), approval_above__isnull=True)
                | Q(approval__in=("above_hours", "above_amount"), approval_above__isnull=False, approval_above__gte=0),
                name="policy_approval_threshold",
                violation_error_message=_("Give the threshold for approval above hours or an amount, only there."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.min_minutes}–{self.max_minutes} min / {self.step_minutes} min"


class ResourceKind(models.TextChoices):
    EQUIPMENT = "equipment", _("equipment")
    DEMONSTRATOR = "demonstrator", _("demonstrator")
    PROTOTYPING = "prototyping", _("prototyping")
    SIMULATOR = "simulator", _("simulator")
    TEST_BENCH = "test_bench", _("test bench")
    PILOT_LINE = "pilot_line", _("pilot line")
    DIGITAL_TWIN = "digital_twin", _("digital twin")
    TEST_ENVIRONMENT = "test_environment", _("test environment")
    ROOM = "room", _("room")
    VIRTUAL_COMMISSIONING = "virtual_commissioning", _("virtual commissioning")
    OPERATOR = "operator", _("operator")


class OperatorNeed(models.TextChoices):
    NONE = "none", _("no operator")
    OPTIONAL = "optional", _("operator on request")
    REQUIRED = "required", _("operator always present")


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Reads of resources."""

    def visible_to(self, user: object) -> ResourceQuerySet:
        """Return what a person may see: everybody the published catalogue, the centre's staff all."""
        if getattr(user, "is_centre_staff", False):
            return self
        return self.filter(internal=False, published=True)


class Resource(Named):
    """Anything that can be booked."""

    code = models.CharField(_("code"), max_length=20, unique=True, validators=[CODE])
    kind = models.CharField(_("kind"), max_length=24, choices=ResourceKind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="resources", verbose_name=_("site"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="resources", verbose_name=_("area"))
    location_it = models.CharField(_("location (Italian)"), max_length=120, blank=True)
    location_en = models.CharField(_("location (English)"), max_length=120, blank=True)
    specs_it = models.TextField(_("specifications (Italian)"), blank=True)
    specs_en = models.TextField(_("specifications (English)"), blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("capacity"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    policy = models.ForeignKey(BookingPolicy, models.PROTECT, related_name="resources", verbose_name=_("policy"))
    qualification = models.ForeignKey(
        Qualification, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("qualification")
    )
    operator = models.CharField(_("operator"), max_length=8, choices=OperatorNeed, default=OperatorNeed.NONE)
    operator_areas = models.ManyToManyField(Area, blank=True, related_name="+", verbose_name=_("served by / serves"))
    documents = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("documents"))
    cost_centre = models.ForeignKey(
        CostCentre, models.PROTECT, null=True, blank=True, related_name="resources", verbose_name=_("cost centre")
    )
    yearly_capacity_hours = models.PositiveIntegerField(_("yearly capacity (hours)"), default=0)
    internal = models.BooleanField(_("internal"), default=False)
    published = models.BooleanField(_("published"), default=True)
    calendar = models.OneToOneField("schedule.Calendar", models.PROTECT, null=True, blank=True, related_name="+")
    search_text = models.TextField(editable=False, blank=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        constraints = [models.CheckConstraint(condition=Q(capacity__gte=1), name="resource_capacity")]

    def save(self, *args: object, **kwargs: object) -> None:
        """Keep the folded text that searches look in."""
        words = (self.code, self.name_it, self.name_en, self.specs_it, self.specs_en)
        self.search_text = fold(" ".join(words))
        super().save(*args, **kwargs)  # type: ignore[arg-type]  # Django's own signature, passed through

    @property
    def specs(self) -> str:
        """The specifications in the active language."""
        return in_language(self, "specs")

    @property
    def location(self) -> str:
        """The location in the active language."""
        return in_language(self, "location")


class ResourceComponent(models.Model):
    """A part of a whole: booking the whole takes `quantity` seats of the part."""

    whole = models.ForeignKey(Resource, models.CASCADE, related_name="components")
    part = models.ForeignKey(Resource, models.PROTECT, related_name="wholes")
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1, validators=[MinValueValidator(1)])

    objects = PublicQuerySet["ResourceComponent"].as_manager()

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        constraints = [
            models.UniqueConstraint(fields=("whole", "part"), name="component_once"),
            models.CheckConstraint(condition=~Q(whole=F("part")), name="component_not_itself"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="component_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.part} × {self.quantity}"


class OpeningException(models.Model):
    """Opens or closes a single day of a resource; both times empty means closed."""

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="opening_exceptions")
    on = models.DateField(_("day"))
    from_minute = models.PositiveSmallIntegerField(_("from (minute of the day)"), null=True, blank=True)
    to_minute = models.PositiveSmallIntegerField(_("to (minute of the day)"), null=True, blank=True)

    objects = PublicQuerySet["OpeningException"].as_manager()

    class Meta:
        verbose_name = _("opening exception")
        verbose_name_plural = _("opening exceptions")
        constraints = [
            models.UniqueConstraint(
                fields=("resource", "on", "from_minute"), nulls_distinct=False, name="exception_once"
            ),
            models.CheckConstraint(
                condition=Q(from_minute__isnull=True, to_minute__isnull=True)
                | Q(from_minute__lt=F("to_minute"), to_minute__lte=24 * 60),
                name="exception_hours",
                violation_error_message=_("Closing time comes after opening time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} {self.on}"
