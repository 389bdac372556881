"""Writes of the catalogue: resources with their parts, hours and policies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from auditlog.context import set_actor
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Malformed, Refused
from companies.models import User
from facility import calendar
from facility.models import (
    Area,
    BookingPolicy,
    CostCentre,
    OpeningException,
    Qualification,
    QualificationHeld,
    Resource,
    ResourceComponent,
    ResourceKind,
)
from facility.queries import resource_facts, whole
from facility.rules import (
    DayException,
    PolicyFacts,
    ResourceFacts,
    capacity_refusals,
    component_refusals,
    contradictory_days,
    months_later,
)

Coded = TypeVar("Coded", Area, CostCentre, Qualification)

PLAIN_FIELDS = (
    "name_it", "name_en", "kind", "location_it", "location_en", "specs_it", "specs_en", "capacity", "operator",
    "yearly_capacity_hours", "published",
)  # fmt: skip


@transaction.atomic
def save_resource(*, facts: ResourceFacts, by: User | None) -> Resource:
    """Create the resource of a code, or change it to these facts, with its parts, hours and policy.

    Raises: Malformed for unknown codes and contradictory days; Refused for parts that cannot make up a whole;
    Django's ValidationError for values that the table does not take.
    """
    with set_actor(by):
        resource = _locked(facts) or Resource(code=facts.code)
        for name in PLAIN_FIELDS:
            setattr(resource, name, getattr(facts, name))
        resource.documents = list(facts.documents)
        resource.internal = facts.kind == ResourceKind.OPERATOR
        resource.area = _coded(Area, facts.area, "area")
        resource.site = resource.area.site
        resource.qualification = _coded_or_none(Qualification, facts.qualification, "qualification")
        resource.cost_centre = _coded_or_none(CostCentre, facts.cost_centre, "cost_centre")
        former = resource.policy_id
        resource.policy = policy_for(facts.policy)
        resource.full_clean(exclude=["site", "area", "policy", "qualification", "cost_centre", "calendar"])
        resource.save()
        _forget_unused_policy(former)
        resource.operator_areas.set([_coded(Area, code, "operator_areas") for code in facts.operator_areas])
        _set_components(resource, dict(facts.components))
        calendar.set_opening(resource, facts.opening)
        _set_exceptions(resource, facts.exceptions)
    return resource


@transaction.atomic
def create_resource(*, facts: ResourceFacts, by: User | None) -> Resource:
    """Create a resource.

    Raises: Conflict `duplicate` when its code is taken; else as `save_resource`.
    """
    if _locked(facts) is not None:
        raise Conflict("duplicate", _("There is a resource with this code already."))
    return save_resource(facts=facts, by=by)


@transaction.atomic
def change_resource(*, code: str, change: Callable[[ResourceFacts], ResourceFacts], by: User | None) -> Resource:
    """Change a resource that exists: its facts are read under the lock, so that no other change is lost.

    Raises: as `save_resource`.
    """
    resource = whole(Resource.objects.select_for_update(no_key=True, of=("self",)).filter(code=code)).get()
    return save_resource(facts=change(resource_facts(resource, opening=calendar.opening_of(resource))), by=by)


def _locked(facts: ResourceFacts) -> Resource | None:
    """Lock the resource and its parts, ascending, so that nobody builds on them meanwhile; return the resource."""
    codes = [facts.code, *(code for code, _quantity in facts.components)]
    rows = Resource.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("pk")
    return next((row for row in rows if row.code == facts.code), None)


def policy_for(facts: PolicyFacts) -> BookingPolicy:
    """Return the row with these facts, shared when there is one, else new: a policy is never changed in place.

    Raises: Django's ValidationError for facts that contradict each other.
    """
    values = asdict(facts)
    known = BookingPolicy.objects.filter(**_exactly(values)).order_by("pk").first()
    if known is not None:
        return known
    policy = BookingPolicy(**values)
    policy.full_clean()
    policy.save()
    return policy


def give_qualification(*, user: User, qualification: Qualification, earned_on: date, by: User | None) -> None:
    """Note that a person earned a qualification; noting the same again changes nothing."""
    with set_actor(by):
        QualificationHeld.objects.get_or_create(
            user=user,
            qualification=qualification,
            earned_on=earned_on,
            defaults={"expires_on": months_later(earned_on, qualification.valid_months)},
        )


def _exactly(values: Mapping[str, object]) -> dict[str, object]:
    return {f"{name}__isnull" if value is None else name: value is None or value for name, value in values.items()}


def _forget_unused_policy(policy_id: int | None) -> None:
    """Delete a policy that its last resource has left."""
    if policy_id is not None:
        BookingPolicy.objects.filter(pk=policy_id, resources__isnull=True).delete()


def _coded(model: type[Coded], code: str, field: str) -> Coded:
    """Return the row of a code that must be there."""
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise Malformed("invalid", _("There is no “%(code)s”.") % {"code": code}, field)
    return row


def _coded_or_none(model: type[Coded], code: str | None, field: str) -> Coded | None:
    return None if code is None else _coded(model, code, field)


def _set_components(resource: Resource, parts: Mapping[str, int]) -> None:
    """Replace a resource's parts, after asking the rules about depth, cycles and capacity."""
    rows = {part.code: part for part in Resource.objects.filter(code__in=parts)}
    if missing := sorted(parts.keys() - rows.keys()):
        raise Malformed("invalid", _("There is no “%(code)s”.") % {"code": ", ".join(missing)}, "components")
    others = ResourceComponent.objects.exclude(whole=resource).values_list("whole__code", "part__code", "quantity")
    wholes: dict[str, dict[str, int]] = {}
    for whole, part, quantity in others:
        wholes.setdefault(whole, {})[part] = quantity
    refusals = component_refusals(
        whole=resource.code,
        parts=parts,
        wholes={whole: frozenset(inside) for whole, inside in wholes.items()},
        capacities={code: part.capacity for code, part in rows.items()},
    ) + capacity_refusals(
        code=resource.code,
        capacity=resource.capacity,
        taken={whole: inside[resource.code] for whole, inside in wholes.items() if resource.code in inside},
    )
    if refusals:
        raise Refused(refusals)
    resource.components.exclude(part__code__in=parts).delete()
    for code, quantity in parts.items():
        ResourceComponent.objects.update_or_create(whole=resource, part=rows[code], defaults={"quantity": quantity})


def _set_exceptions(resource: Resource, exceptions: Sequence[DayException]) -> None:
    """Replace a resource's single days."""
    if contradictory_days(exceptions):
        raise Malformed("invalid", _("A day is closed or has hours, not both."), "exceptions")
    wanted = set(exceptions)
    for row in resource.opening_exceptions.all():
        exception = DayException(row.on, row.from_minute, row.to_minute)
        if exception in wanted:
            wanted.discard(exception)
        else:
            row.delete()
    for exception in sorted(wanted, key=lambda one: (one.on, one.from_minute or 0)):
        OpeningException.objects.create(
            resource=resource, on=exception.on, from_minute=exception.from_minute, to_minute=exception.to_minute
        )
