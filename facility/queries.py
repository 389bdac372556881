"""Reads of the catalogue and of who may use it; every function has a fixed query count."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from common.errors import NotFound
from common.text import fold
from facility.models import (
    Area,
    BookingPolicy,
    OpeningException,
    Qualification,
    QualificationHeld,
    Resource,
    ResourceComponent,
    ResourceKind,
    ResourceQuerySet,
    Site,
)
from facility.rules import DayException, OpeningHours, PolicyFacts, ResourceFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueFilters:
    """What somebody looks for; empty means anything. Words are looked for in code, names and specifications."""

    kind: str = ""
    area: str = ""
    words: str = ""
    technology: str = ""


def catalogue(user: object, filters: CatalogueFilters | None = None) -> QuerySet[Resource]:
    """Return the resources that a person may see and asks for, by area and code, with all that a page shows."""
    wanted = filters or CatalogueFilters()
    found = Resource.objects.visible_to(user)
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.area:
        found = found.filter(area__code=wanted.area)
    for word in fold(f"{wanted.words} {wanted.technology}").split():
        found = found.filter(search_text__contains=word)
    return whole(found).order_by("area__code", "code")


def whole(resources: QuerySet[Resource]) -> QuerySet[Resource]:
    """Add what pages, rules and the API read of a resource: 1 query and 3 more for its lists."""
    components = ResourceComponent.objects.select_related("part__policy").order_by("part__code")
    lists: tuple[Prefetch[Any], ...] = (
        Prefetch("components", components),
        Prefetch("operator_areas", Area.objects.order_by("code")),
        Prefetch("opening_exceptions", OpeningException.objects.order_by("on", "from_minute")),
    )
    rows = resources.select_related("site", "area", "policy", "qualification", "cost_centre")
    return rows.prefetch_related(*lists)


def resource_by_code(code: str, *, user: object) -> Resource:
    """Return one resource, whole.

    Raises: NotFound when there is none or the person may not see it.
    """
    return resources_by_codes([code], user=user)[0]


def resources_by_codes(codes: Sequence[str], *, user: object) -> list[Resource]:
    """Return resources in the order asked, whole.

    Raises: NotFound when one is missing or the person may not see it.
    """
    visible: ResourceQuerySet = Resource.objects.visible_to(user)
    found = {resource.code: resource for resource in whole(visible.filter(code__in=codes))}
    if not found.keys() >= set(codes):
        raise NotFound
    return [found[code] for code in codes]


def operators_for(resource: Resource) -> list[Resource]:
    """Return the operators whose areas meet those that may serve a resource, by code."""
    areas = [area.pk for area in resource.operator_areas.all()] or [resource.area_id]
    operators = Resource.objects.filter(kind=ResourceKind.OPERATOR, operator_areas__in=areas)
    return list(whole(operators.distinct()).order_by("code"))


def qualified(*, emails: Collection[str], qualification: Qualification, on: date) -> frozenset[str]:
    """Return those among the addresses whose person holds a qualification on a day."""
    held = QualificationHeld.objects.filter(
        qualification=qualification,
        user__email__in=[email.lower() for email in emails],
        user__is_active=True,
        earned_on__lte=on,
        expires_on__gt=on,
    )
    return frozenset(held.values_list("user__email", flat=True))


def areas() -> QuerySet[Area]:
    """Return all areas by code."""
    return Area.objects.order_by("code")


def the_site() -> Site:
    """Return the centre's site, the first when there are several.

    Raises: NotFound before the catalogue was loaded.
    """
    site = Site.objects.order_by("pk").first()
    if site is None:
        raise NotFound
    return site


def policy_facts(policy: BookingPolicy) -> PolicyFacts:
    """Return a policy as plain facts."""
    return PolicyFacts(**{name: getattr(policy, name) for name in PolicyFacts.__slots__})


def resource_facts(resource: Resource, *, opening: Sequence[OpeningHours] | None) -> ResourceFacts:
    """Return a whole resource as plain facts, to be changed in part and saved again."""
    return ResourceFacts(
        code=resource.code,
        name_it=resource.name_it,
        name_en=resource.name_en,
        kind=resource.kind,
        area=resource.area.code,
        location_it=resource.location_it,
        location_en=resource.location_en,
        specs_it=resource.specs_it,
        specs_en=resource.specs_en,
        capacity=resource.capacity,
        policy=policy_facts(resource.policy),
        opening=None if opening is None else tuple(opening),
        exceptions=tuple(exceptions_of(resource)),
        components=tuple((row.part.code, row.quantity) for row in resource.components.all()),
        qualification=resource.qualification.code if resource.qualification else None,
        operator=resource.operator,
        operator_areas=tuple(area.code for area in resource.operator_areas.all()),
        documents=tuple(resource.documents),
        cost_centre=resource.cost_centre.code if resource.cost_centre else None,
        yearly_capacity_hours=resource.yearly_capacity_hours,
        published=resource.published,
    )


def exceptions_of(resource: Resource) -> list[DayException]:
    """Return a resource's single days, as loaded with it."""
    rows = resource.opening_exceptions.all()
    return [DayException(row.on, row.from_minute, row.to_minute) for row in rows]
