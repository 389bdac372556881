"""The forms of bookings: what people fill in, read as the services want it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bookings.models import Booking, BookingStatus, CancelReason
from bookings.queries.lists import BookingFilter
from common.forms import DateInput, DateTimeInput, TimeInput
from common.instants import YEARS
from common.periods import Period
from companies.models import Company, User
from facility.models import Area, OperatorNeed, Resource, ResourceKind
from facility.queries import CatalogueFilters
from projects.models import Project


class LocalMomentField(forms.DateTimeField):
    """A moment typed in the site's time, given as an instant; of an hour that comes twice, the first."""

    widget = DateTimeInput

    def to_python(self, value: Any) -> datetime | None:
        """Read `2026-11-22T09:00`; a time that the change of clocks skips is refused by name."""
        if value in self.empty_values or isinstance(value, datetime):
            return value or None
        try:
            wall = parse_datetime(str(value).strip())
        except ValueError:
            wall = None
        if wall is None or wall.tzinfo is not None or wall.year not in YEARS:
            raise ValidationError(_("Write a day and a time."), code="invalid")
        instant = wall.replace(tzinfo=timezone.get_current_timezone()).astimezone(UTC)
        if timezone.make_naive(instant) != wall:
            raise ValidationError(_("The clocks skip this time: choose another."), code="nonexistent_time")
        return instant

    def has_changed(self, initial: datetime | None, data: Any) -> bool:
        """Compare what the person reads: of an hour that comes twice the picker shows both alike."""
        try:
            value = self.to_python(data)
        except ValidationError:
            return True
        return (initial and timezone.make_naive(initial)) != (value and timezone.make_naive(value))


class BookingFilterForm(forms.Form):
    """What staff narrow the list of all bookings by."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("Any")), *BookingStatus.choices], required=False)
    company = forms.ModelChoiceField(Company.objects.none(), label=_("Company"), required=False, empty_label=_("All"))
    resource = forms.ModelChoiceField(
        Resource.objects.none(), label=_("Resource"), required=False, empty_label=_("All"), to_field_name="code"
    )
    project = forms.ModelChoiceField(
        Project.objects.none(), label=_("Project"), required=False, empty_label=_("All"), to_field_name="code"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "company": Company.objects.visible_to(user).order_by("name_folded", "pk"),
            "resource": Resource.objects.visible_to(user).order_by("code"),
            "project": Project.objects.visible_to(user).order_by("code"),
        }
        for name, rows in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def wanted(self) -> BookingFilter:
        """Return the filter; a value that is not offered narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        company, resource, project = (chosen.get(name) for name in ("company", "resource", "project"))
        return BookingFilter(
            status=(chosen["status"],) if chosen.get("status") else (),
            company=company.pk if company else None,
            resource=resource.code if resource else "",
            project=project.code if project else "",
        )


class CancelForm(forms.Form):
    """Why a booking is cancelled."""

    reason = forms.ChoiceField(label=_("Reason"), choices=[("", _("Choose…")), *CancelReason.choices])
    note = forms.CharField(label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class RejectForm(forms.Form):
    """Why a request is turned down; the firm reads it."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The firm reads it: say what they can do instead.")
    )


class CheckOutForm(forms.Form):
    """What was really used; times left as they stand are those of check-in and of now, to the second."""

    started_at = LocalMomentField(label=_("Actual start"))
    ended_at = LocalMomentField(label=_("Actual end"))
    operator_hours = forms.DecimalField(
        label=_("Operator hours"),
        max_digits=6,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text=_("Empty: the whole time of use."),
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    incident = forms.CharField(
        label=_("Incident"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Something broke or somebody was hurt: write what happened."),
    )

    def __init__(self, data: QueryDict | None, *, booking: Booking, now: datetime, attended: bool) -> None:
        times = {"started_at": booking.usage.started_at, "ended_at": now}
        initial = {name: moment.replace(second=0, microsecond=0) for name, moment in times.items()}
        super().__init__(data, initial=initial, prefix=booking.reference)
        if not attended:
            del self.fields["operator_hours"]

    def arguments(self) -> dict[str, Any]:
        """Return what the service takes; an unchanged time is left to it."""
        unchanged = {"started_at", "ended_at"} - set(self.changed_data)
        return {name: value for name, value in self.cleaned_data.items() if name not in unchanged}


#: Words that stand for a technology in the catalogue's texts, in either language.
TECHNOLOGIES = (
    ("robot", _("Robotics")),
    ("plc", _("PLC and control")),
    ("sensor", _("Sensors")),
    ("vision", _("Machine vision")),
    ("simul", _("Simulation")),
    ("twin", _("Digital twin")),
    ("scan", _("Scanning and tomography")),
    ("measur", _("Measurement")),
    ("mainten", _("Maintenance")),
    ("electron", _("Electronics")),
    ("process", _("Process industry")),
)


class CatalogueForm(forms.Form):
    """What somebody looks for; empty means anything, and what cannot be read narrows nothing."""

    q = forms.CharField(label=_("Search"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    area = forms.ChoiceField(label=_("Area"), required=False)
    technology = forms.ChoiceField(label=_("Technology"), choices=[("", _("Any")), *TECHNOLOGIES], required=False)
    free_from = LocalMomentField(label=_("Free from"), required=False)
    free_to = LocalMomentField(label=_("Free until"), required=False)

    def __init__(self, *args: Any, areas: list[Area], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in ResourceKind.choices if choice[0] != ResourceKind.OPERATOR]
        areas_offered = [(area.code, area.name) for area in areas]
        offered: dict[str, list[tuple[str, Any]]] = {"kind": [*kinds], "area": areas_offered}
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Any")), *choices]

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of a window, in their order."""
        begin, end = self.cleaned_data.get("free_from"), self.cleaned_data.get("free_to")
        if begin and end and end <= begin:
            self.add_error("free_to", _("The end comes after the start."))
        if (begin is None) != (end is None) and not self.errors:
            self.add_error("free_to" if begin else "free_from", _("Give both the start and the end."))
        return self.cleaned_data

    def filters(self) -> CatalogueFilters:
        """Return the words and choices."""
        self.is_valid()
        chosen = {name: self.cleaned_data.get(name) or "" for name in ("kind", "area", "technology")}
        return CatalogueFilters(words=self.cleaned_data.get("q") or "", **chosen)

    def free(self) -> Period | None:
        """Return the window in which a resource must be free, if one is given."""
        if not self.is_valid() or not self.cleaned_data["free_from"]:
            return None
        return Period(self.cleaned_data["free_from"], self.cleaned_data["free_to"])


class WishForm(forms.Form):
    """A time on one or more resources, what for and with whom; the times are of the site."""

    day = forms.DateField(label=_("Day"), widget=DateInput)
    begin = forms.TimeField(label=pgettext_lazy("time of day", "From"), widget=TimeInput)
    last_day = forms.DateField(label=_("Until day"), widget=DateInput, required=False)
    finish = forms.TimeField(label=pgettext_lazy("time of day", "Until"), widget=TimeInput)
    work = forms.ChoiceField(label=_("Project and milestone"), required=False)
    people = forms.IntegerField(label=_("People"), min_value=1, max_value=500, initial=1)
    operator = forms.BooleanField(label=_("With an operator of the centre"), required=False)
    company = forms.ModelChoiceField(
        Company.objects.none(), label=_("On behalf of"), required=False, empty_label=_("The centre itself")
    )

    def __init__(
        self, *args: Any, user: User, resources: list[Resource], projects: list[Project], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.tz = resources[0].site.tz
        self._fit_times(resources)
        self._fit_people(resources)
        self._fit_work(projects)
        company = self.fields["company"]
        assert isinstance(company, forms.ModelChoiceField)
        if user.is_centre_staff:
            company.queryset = Company.objects.visible_to(user).order_by("name_folded", "pk")
        else:
            del self.fields["company"]

    def _fit_times(self, resources: list[Resource]) -> None:
        step = 60 * max(one.policy.step_minutes for one in resources)
        for name in ("begin", "finish"):
            self.fields[name].widget.attrs["step"] = step
        if max(one.policy.max_minutes for one in resources) <= 24 * 60:
            del self.fields["last_day"]

    def _fit_people(self, resources: list[Resource]) -> None:
        most = min(one.policy.max_people for one in resources)
        self.fields["people"].help_text = _("At most %(people)s.") % {"people": most}
        if not any(one.operator == OperatorNeed.OPTIONAL for one in resources):
            del self.fields["operator"]

    def _fit_work(self, projects: list[Project]) -> None:
        self.projects = {project.code: project for project in projects}
        self.milestones = {one.code: (project, one) for project in projects for one in project.milestones.all()}
        groups: list[tuple[str, Any]] = [("", _("No project"))]
        for project in projects:
            steps = [(one.code, f"{one.code.rpartition('.')[2]} · {one.title}") for one in project.milestones.all()]
            groups.append((f"{project.code} · {project.title}", [(project.code, _("whole project")), *steps]))
        work = self.fields["work"]
        assert isinstance(work, forms.ChoiceField)
        work.choices = groups

    def clean(self) -> dict[str, Any]:
        """Join day and times to a period of real instants."""
        given = self.cleaned_data
        if any(given.get(name) is None for name in ("day", "begin", "finish")):
            return given
        if any(given[name].year not in YEARS for name in ("day", "last_day") if given.get(name)):
            self.add_error("day", ValidationError(_("Write a day and a time."), code="invalid"))
            return given
        begin = self._instant("begin", given["day"], given["begin"])
        finish = self._instant("finish", self._last_day(), given["finish"])
        if begin and finish and finish <= begin:
            self.add_error("finish", _("The end comes after the start."))
        elif begin and finish:
            given["period"] = Period(begin, finish)
        return given

    def _last_day(self) -> date:
        """Midnight as an end belongs to the next day."""
        given = self.cleaned_data
        day: date = given.get("last_day") or given["day"]
        at_midnight = given["finish"] == time.min and day == given["day"]
        return day + timedelta(days=1) if at_midnight else day

    def _instant(self, name: str, day: date, at: time) -> datetime | None:
        wall = datetime.combine(day, at)
        instant = wall.replace(tzinfo=self.tz).astimezone(UTC)
        if instant.astimezone(self.tz).replace(tzinfo=None) != wall:
            skipped = _("On that night the clocks skip this time: choose another.")
            self.add_error(name, ValidationError(skipped, code="nonexistent_time"))
            return None
        return instant

    def arguments(self) -> dict[str, Any]:
        """Return what `resolve_order` takes, besides user and codes."""
        given = self.cleaned_data
        project, milestone = self._work_chosen(given.get("work") or "")
        company = given.get("company")
        return {
            "period": given["period"],
            "project_code": project,
            "milestone_code": milestone,
            "people": given["people"],
            "operator": given.get("operator", False),
            "company_id": company.pk if company else None,
        }

    def _work_chosen(self, code: str) -> tuple[str, str]:
        if code in self.milestones:
            return self.milestones[code][0].code, code
        return code, ""

    @staticmethod
    def initial_for(period: Period, tz: ZoneInfo) -> dict[str, Any]:
        """Return the fields that say a period."""
        begin, finish = period.starts_at.astimezone(tz), period.ends_at.astimezone(tz)
        return {"day": begin.date(), "begin": begin.time(), "last_day": finish.date(), "finish": finish.time()}


class ConfirmForm(forms.Form):
    """The last words before a booking."""

    purpose = forms.CharField(
        label=_("What for"), max_length=500, required=False, help_text=_("A line that helps who prepares the machine.")
    )
    names = forms.CharField(
        label=_("Colleagues who come along"),
        max_length=1000,
        required=False,
        help_text=_("Their e-mail addresses, separated by commas; one of them may hold the qualification."),
    )
    override_reason = forms.CharField(
        label=_("Reason for going beyond the rules"),
        max_length=300,
        required=False,
        help_text=_("It is kept with the booking and shown."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_role("manager", "pm"):
            del self.fields["override_reason"]

    def arguments(self) -> dict[str, Any]:
        """Return what `resolve_order` takes of it."""
        names = self.cleaned_data["names"].replace(";", ",").split(",")
        return {
            "purpose": self.cleaned_data["purpose"],
            "names": [name.strip() for name in names if name.strip()],
            "override_reason": self.cleaned_data.get("override_reason", ""),
        }
