"""Proof-of-concept projects, who takes part and the milestones that bookings hang on."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.languages import in_language
from companies.models import Company, User
from facility.models import Area, Resource

Part = TypeVar("Part", bound=models.Model)


class ProjectType(models.TextChoices):
    DEMO = "demo", _("demo and test")
    PILOT = "pilot", _("pilot")
    POC = "poc", _("proof of concept")
    INNOVATION = "innovation", _("innovation project")
    STRATEGY = "strategy", _("strategy")
    SCOUTING = "scouting", _("scouting")
    CONSULTING = "consulting", _("consulting")
    VALIDATION = "validation", _("validation")


class ProjectStage(models.TextChoices):
    IDEA = "idea", _("idea")
    EVALUATED = "evaluated", _("evaluated")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    REPORTING = "reporting", _("reporting")
    CLOSED = "closed", _("closed")
    KILLED = "killed", _("killed")


OPEN_STAGES = (ProjectStage.AGREED, ProjectStage.RUNNING, ProjectStage.REPORTING)


class ProjectQuerySet(models.QuerySet["Project"]):
    """Reads of projects."""

    def visible_to(self, user: object) -> ProjectQuerySet:
        """Return what a person may see: the centre's staff all, a firm those in which it takes part."""
        if getattr(user, "is_centre_staff", False):
            return self
        company_id = getattr(user, "company_id", None)
        if company_id is None:
            return self.none()
        return self.filter(pk__in=Participant.objects.filter(company_id=company_id).values("project_id"))


class Project(models.Model):
    """A project that hangs milestones, bookings, budget and aid together."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    title_it = models.CharField(_("title (Italian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    summary_it = models.TextField(_("summary (Italian)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    type = models.CharField(_("type"), max_length=12, choices=ProjectType)
    stage = models.CharField(_("stage"), max_length=12, choices=ProjectStage, default=ProjectStage.IDEA)
    company = models.ForeignKey(Company, models.PROTECT, related_name="led_projects", verbose_name=_("lead company"))
    pm = models.ForeignKey(User, models.PROTECT, related_name="managed_projects", verbose_name=_("project manager"))
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="projects")
    measure = models.CharField(_("measure"), max_length=20, blank=True)
    service = models.CharField(_("service"), max_length=40, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    budget = models.DecimalField(_("budget"), max_digits=12, decimal_places=2)
    machine_budget = models.DecimalField(_("machine budget"), max_digits=12, decimal_places=2)
    trl_start = models.PositiveSmallIntegerField(_("TRL at start"))
    trl_current = models.PositiveSmallIntegerField(_("TRL now"))
    trl_target = models.PositiveSmallIntegerField(_("target TRL"))
    cup = models.CharField("CUP", max_length=15, blank=True)
    alt_identifier = models.CharField(_("alternative identifier"), max_length=60, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="project_ends_after_start"),
            models.CheckConstraint(condition=Q(budget__gte=0, machine_budget__gte=0), name="project_budget"),
            models.CheckConstraint(
                condition=Q(trl_start__gte=1, trl_current__gte=F("trl_start"), trl_current__lte=9)
                & Q(trl_target__gte=F("trl_start"), trl_target__lte=9),
                name="project_trl",
                violation_error_message=_("TRL runs from 1 to 9 and the target is not below the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self, "title")

    @property
    def summary(self) -> str:
        """The summary in the active language."""
        return in_language(self, "summary")

    @property
    def is_open(self) -> bool:
        """Say whether bookings may hang on it."""
        return self.stage in OPEN_STAGES


class ProjectPartQuerySet(models.QuerySet[Part]):
    """Rows that belong to a project: who may see the project may see them."""

    owner = "project"

    def visible_to(self, user: object) -> Self:
        """Return the rows of the projects that a person may see."""
        if getattr(user, "is_centre_staff", False):
            return self
        return self.filter(**{f"{self.owner}__in": Project.objects.visible_to(user)})


class PlannedUseQuerySet(ProjectPartQuerySet["PlannedUse"]):
    """Planned hours belong to a project by their milestone."""

    owner = "milestone__project"


class ParticipantRole(models.TextChoices):
    LEAD = "lead", _("lead")
    PARTNER = "partner", _("partner")
    RESEARCH = "research", _("research partner")


class Participant(models.Model):
    """An organisation in a project, with its share of it in per cent."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="participants")
    company = models.ForeignKey(Company, models.PROTECT, related_name="participations")
    role = models.CharField(_("role"), max_length=10, choices=ParticipantRole)
    share = models.DecimalField(_("share (%)"), max_digits=5, decimal_places=2)

    objects = ProjectPartQuerySet["Participant"].as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=("project", "company"), name="participant_once"),
            models.UniqueConstraint(fields=("project",), condition=Q(role="lead"), name="one_lead_per_project"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=100), name="participant_share"),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.get_role_display()}"


class MilestoneStatus(models.TextChoices):
    PLANNED = "planned", _("planned")
    STARTED = "started", _("started")
    DELIVERED = "delivered", _("delivered")
    ACCEPTED = "accepted", _("accepted")


class Milestone(models.Model):
    """A step of a project: baseline locked at agreement, forecast, actual; days are inclusive."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="milestones")
    code = models.CharField(_("code"), max_length=20, unique=True)
    position = models.PositiveSmallIntegerField(_("position"))
    title_it = models.CharField(_("title (Italian)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200)
    baseline_start = models.DateField(_("baseline start"))
    baseline_end = models.DateField(_("baseline end"))
    start = models.DateField(_("forecast start"))
    end = models.DateField(_("forecast end"))
    actual_start = models.DateField(_("actual start"), null=True, blank=True)
    actual_end = models.DateField(_("actual end"), null=True, blank=True)
    weight = models.DecimalField(_("weight (%)"), max_digits=5, decimal_places=2)
    budget = models.DecimalField(_("budget"), max_digits=12, decimal_places=2)
    is_gate = models.BooleanField(_("gate"), default=False)
    status = models.CharField(_("status"), max_length=10, choices=MilestoneStatus, default=MilestoneStatus.PLANNED)
    deliverable_it = models.CharField(_("deliverable (Italian)"), max_length=200, blank=True)
    deliverable_en = models.CharField(_("deliverable (English)"), max_length=200, blank=True)
    criterion_it = models.CharField(_("acceptance criterion (Italian)"), max_length=300, blank=True)
    criterion_en = models.CharField(_("acceptance criterion (English)"), max_length=300, blank=True)

    objects = ProjectPartQuerySet["Milestone"].as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [
            models.UniqueConstraint(fields=("project", "position"), name="milestone_position_once"),
            models.CheckConstraint(
                condition=Q(baseline_end__gte=F("baseline_start"), end__gte=F("start")), name="milestone_dates"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=100), name="milestone_weight"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="milestone_budget"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """The title in the active language."""
        return in_language(self, "title")

    @property
    def deliverable(self) -> str:
        """The deliverable in the active language."""
        return in_language(self, "deliverable")

    @property
    def criterion(self) -> str:
        """The acceptance criterion in the active language."""
        return in_language(self, "criterion")


class PlannedUse(models.Model):
    """Hours of a resource that a milestone plans, with their list value on the day of planning."""

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="planned_uses")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="planned_uses", verbose_name=_("resource"))
    hours = models.DecimalField(_("hours"), max_digits=8, decimal_places=2)
    list_value = models.DecimalField(_("list value"), max_digits=12, decimal_places=2)

    objects = PlannedUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned use")
        verbose_name_plural = _("planned uses")
        constraints = [
            models.UniqueConstraint(fields=("milestone", "resource"), name="planned_use_once"),
            models.CheckConstraint(condition=Q(hours__gt=0, list_value__gte=0), name="planned_use_amounts"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.resource_id}"
