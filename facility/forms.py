"""The form with which the admin keeps a resource: its own fields, its rules, hours and parts in plain lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
)

from common.errors import Conflict, Malformed, Refused
from companies.models import User
from facility.calendar import opening_of
from facility.models import BookingPolicy, Resource
from facility.queries import resource_facts, whole
from facility.rules import (
    POLICY_BOUNDS,
    DayException,
    OpeningHours,
    PolicyFacts,
    ResourceFacts,
    clock_text,
    day_exception,
    opening_hours,
)
from facility.services import create_resource, save_resource

Read = TypeVar("Read")
PLAIN = (
    "code", "name_it", "name_en", "kind", "location_it", "location_en", "specs_it", "specs_en", "capacity", "operator",
    "yearly_capacity_hours", "published",
)  # fmt: skip
WIDGETS = {"approval": UnfoldAdminSelectWidget, "approval_above": UnfoldAdminDecimalFieldWidget}


def _policy_field(name: str) -> Any:
    """Return the form field of a policy's column, in the admin's look."""
    widget = WIDGETS.get(name, UnfoldAdminIntegerFieldWidget)
    field: Any = BookingPolicy._meta.get_field(name)
    return field.formfield(widget=widget)


class LinesField(forms.CharField):
    """A list written one element a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})} | options)


class ResourceForm(forms.ModelForm[Resource]):
    """A resource with its policy, hours, single days and parts; the service that the API uses has the last word."""

    step_minutes = _policy_field("step_minutes")
    min_minutes = _policy_field("min_minutes")
    max_minutes = _policy_field("max_minutes")
    notice_hours = _policy_field("notice_hours")
    horizon_days = _policy_field("horizon_days")
    setup_minutes = _policy_field("setup_minutes")
    cleanup_minutes = _policy_field("cleanup_minutes")
    max_people = _policy_field("max_people")
    approval = _policy_field("approval")
    approval_above = _policy_field("approval_above")
    release_minutes = _policy_field("release_minutes")
    cancel_notice_hours = _policy_field("cancel_notice_hours")
    opening_lines = LinesField(
        label=_("Opening hours"),
        help_text=_("One line each, such as “MO TU WE 08:00-12:30”. Leave empty to follow the site."),
    )
    exception_lines = LinesField(
        label=_("Single days"),
        help_text=_("One line each, such as “2026-12-26 09:00-13:00” or “2026-12-24 closed”."),
    )
    component_lines = LinesField(
        label=_("Components"),
        help_text=_("One line each: the code of a part, then how many of it, such as “AR-KIT 2”."),
    )

    class Meta:
        model = Resource
        fields = (*PLAIN, "area", "qualification", "cost_centre", "operator_areas")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None and instance.pk:
            kwargs["initial"] = {**_initial_of(instance), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Rehearse the change: whatever the service refuses is said here, and nothing is kept."""
        super().clean()
        if not self.errors:
            try:
                with transaction.atomic():
                    self.write(by=None)
                    transaction.set_rollback(True)
            except Refused as refused:
                for refusal in refused.refusals:
                    self.add_error(None, str(refusal.detail))
            except (Malformed, Conflict) as refused:
                self.add_error(None, str(refused.detail))
            except ValidationError as invalid:
                self.add_error(None, invalid.messages)
        return self.cleaned_data

    def write(self, *, by: User | None) -> Resource:
        """Hand the form's content to the service: a new resource must not take another one's code."""
        save = save_resource if self.instance.pk else create_resource
        return save(facts=self.facts(), by=by)

    def clean_opening_lines(self) -> tuple[OpeningHours, ...] | None:
        """Read the hours."""
        return self._read("opening_lines", _hours_line) or None

    def clean_exception_lines(self) -> tuple[DayException, ...]:
        """Read the single days."""
        return self._read("exception_lines", _day_line)

    def clean_component_lines(self) -> tuple[tuple[str, int], ...]:
        """Read the parts."""
        return self._read("component_lines", _part_line)

    def _read(self, name: str, reads: Callable[[list[str]], Read]) -> tuple[Read, ...]:
        """Read line by line and name the one that cannot be read."""
        found = []
        for line in self.cleaned_data[name].splitlines():
            if not line.strip():
                continue
            try:
                found.append(reads(line.split()))
            except (ValueError, IndexError):
                raise ValidationError(_("“%(line)s” cannot be read."), params={"line": line}) from None
        return tuple(found)

    def facts(self) -> ResourceFacts:
        """Return the form's content as facts; what it does not show stays as it is."""
        given = self.cleaned_data
        numbers = {name: given[name] for name in POLICY_BOUNDS}
        qualification, cost_centre = given["qualification"], given["cost_centre"]
        return ResourceFacts(
            **{name: given[name] if name in given else getattr(self.instance, name) for name in PLAIN},
            area=given["area"].code,
            policy=PolicyFacts(**numbers, approval=given["approval"], approval_above=given["approval_above"]),
            opening=given["opening_lines"],
            exceptions=given["exception_lines"],
            components=given["component_lines"],
            qualification=qualification.code if qualification else None,
            operator_areas=tuple(area.code for area in given["operator_areas"]),
            documents=tuple(self.instance.documents),
            cost_centre=cost_centre.code if cost_centre else None,
        )

    def _post_clean(self) -> None:
        """Leave the model's own checks to the service, which fills in what this form does not know."""


def _initial_of(resource: Resource) -> dict[str, Any]:
    """Return what the form shows of a resource beside its own columns."""
    loaded = whole(Resource.objects.filter(pk=resource.pk)).get()
    facts = resource_facts(loaded, opening=opening_of(loaded))
    policy = {name: getattr(facts.policy, name) for name in (*POLICY_BOUNDS, "approval", "approval_above")}
    return {
        **policy,
        "opening_lines": _lines(
            f"{' '.join(hours.days)} {clock_text(hours.from_minute)}-{clock_text(hours.to_minute)}"
            for hours in facts.opening or ()
        ),
        "exception_lines": _lines(_day_text(day) for day in facts.exceptions),
        "component_lines": _lines(f"{code} {quantity}" for code, quantity in facts.components),
    }


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _day_text(day: DayException) -> str:
    if day.from_minute is None or day.to_minute is None:
        return f"{day.on.isoformat()} closed"
    return f"{day.on.isoformat()} {clock_text(day.from_minute)}-{clock_text(day.to_minute)}"


def _hours_line(words: list[str]) -> OpeningHours:
    from_text, _dash, to_text = words[-1].partition("-")
    return opening_hours({"days": [word.strip(",").upper() for word in words[:-1]], "from": from_text, "to": to_text})


def _day_line(words: list[str]) -> DayException:
    on, hours = words
    from_text, _dash, to_text = hours.partition("-")
    return day_exception(
        {"date": on, "closed": True} if hours == "closed" else {"date": on, "from": from_text, "to": to_text}
    )


def _part_line(words: list[str]) -> tuple[str, int]:
    code, quantity = words[0], int(words[1]) if len(words) > 1 else 1
    if quantity < 1 or len(words) > 2:
        raise ValueError(quantity)
    return code, quantity
