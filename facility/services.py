"""Writes of the catalogue: resources with their parts, hours and policies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from auditlog.context import set_actor
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Malformed, Refused, RowError
from common.rows import BadRowError, RowReader, imported, readers_of, taken
from common.transactions import writing
from companies.models import User
from facility import calendar
from facility.models import (
    Area,
    BookingPolicy,
    CostCentre,
    OpeningException,
    OperatorNeed,
    Qualification,
    QualificationHeld,
    Resource,
    ResourceComponent,
    ResourceKind,
    Site,
)
from facility.queries import resource_facts, the_site, whole
from facility.rules import (
    MOST_SEATS,
    POLICY_BOUNDS,
    DayException,
    OpeningHours,
    PolicyFacts,
    ResourceFacts,
    approval_facts,
    capacity_refusals,
    component_refusals,
    contradictory_days,
    day_exception,
    is_zone,
    months_later,
    opening_hours,
)

Coded = TypeVar("Coded", Area, CostCentre, Qualification)
Parsed = TypeVar("Parsed")

PLAIN_FIELDS = (
    "name_it", "name_en", "kind", "location_it", "location_en", "specs_it", "specs_en", "capacity", "operator",
    "yearly_capacity_hours", "published",
)  # fmt: skip


@writing
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


@writing
def create_resource(*, facts: ResourceFacts, by: User | None) -> Resource:
    """Create a resource.

    Raises: Conflict `duplicate` when its code is taken; else as `save_resource`.
    """
    if _locked(facts) is not None:
        raise Conflict("duplicate", _("There is a resource with this code already."))
    return save_resource(facts=facts, by=by)


@writing
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
    for outer, part, quantity in others:
        wholes.setdefault(outer, {})[part] = quantity
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


def import_site(*, raw: object, path: str) -> list[RowError]:
    """Bring the catalogue's site in, with its hours. The caller owns the transaction, as in all imports here."""
    try:
        return taken([RowReader(raw, path)], _take_site)
    except BadRowError as bad:
        return [bad.error]


def import_areas(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Bring areas in, on the centre's site."""
    return imported(rows, path, lambda row: _take_named(Area, row, site=the_site()))


def import_cost_centres(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Bring cost centres in."""
    return imported(rows, path, lambda row: _take_named(CostCentre, row))


def import_qualifications(*, rows: Iterable[object], path: str) -> list[RowError]:
    """Bring qualifications in, with the course that grants each and its validity."""
    return imported(rows, path, _take_qualification)


def import_resources(*, rows: Iterable[object], path: str, kinds: Collection[str] = ()) -> list[RowError]:
    """Bring resources in, parts before the wholes that are made of them; `kinds` narrows what kinds may stand here.

    A resource that is as the row says is left alone, so that a second load is quick and leaves no trace.
    """
    errors: list[RowError] = []
    readers = readers_of(rows, path, errors)
    parts_first = sorted(readers, key=lambda row: bool(row.raw.get("components")))
    allowed = kinds or [kind for kind in ResourceKind.values if kind != ResourceKind.OPERATOR]
    present = _present_facts()

    def take(row: RowReader) -> None:
        facts = _resource_row(row, allowed)
        if present.get(facts.code) != facts:
            save_resource(facts=facts, by=None)

    return errors + taken(parts_first, take)


def _present_facts() -> dict[str, ResourceFacts]:
    resources = list(whole(Resource.objects.all()))
    openings = calendar.openings_of(resources)
    return {resource.code: resource_facts(resource, opening=openings[resource.pk]) for resource in resources}


def import_holders(*, rows: Iterable[object], path: str, today: date) -> list[RowError]:
    """Note who earned which qualification; who is known to hold one is left as is."""
    return imported(rows, path, lambda row: _take_holder(row, today))


def _take_site(row: RowReader) -> None:
    site = Site.objects.filter(code=row.text("code", max_length=20)).first() or Site(code=row.raw["code"])
    site.name_it, site.name_en = row.text("name_it", max_length=120), row.text("name_en", max_length=120)
    site.zone = row.text("zone", max_length=40, default="Europe/Rome")
    if not is_zone(site.zone):
        raise row.bad("zone", _("This is not a time zone."))
    site.patron_day = row.text("patron_day", max_length=5, default="")
    site.full_clean()
    site.save()
    calendar.set_opening(site, _opening_row(row) or ())


def _take_named(model: type[Area | CostCentre | Qualification], row: RowReader, **values: object) -> None:
    code = row.text("code", max_length=20)
    found = model._default_manager.filter(code=code).first() or model(code=code)
    found.name_it, found.name_en = row.text("name_it", max_length=120), row.text("name_en", max_length=120)
    for name, value in values.items():
        setattr(found, name, value)
    found.full_clean()
    found.save()


def _take_qualification(row: RowReader) -> None:
    course = row.text("course", max_length=20, default="")
    _take_named(Qualification, row, course=course, valid_months=row.whole("valid_months", minimum=1, maximum=600))


def _take_holder(row: RowReader, today: date) -> None:
    user = User.objects.filter(email=row.text("account", max_length=254)).first()
    if user is None:
        raise row.bad("account", _("There is no account with this address."))
    qualification = Qualification.objects.filter(code=row.text("qualification", max_length=20)).first()
    if qualification is None:
        raise row.bad("qualification", _("There is no qualification with this code."))
    earned_on = row.day_before("earned_on", today)
    if not QualificationHeld.objects.filter(user=user, qualification=qualification).exists():
        give_qualification(user=user, qualification=qualification, earned_on=earned_on, by=None)


def _resource_row(row: RowReader, kinds: Collection[str]) -> ResourceFacts:
    """Read a catalogue row as facts; an operator's row says the areas that it serves."""
    kind = row.choice("kind", kinds)
    served = "areas_served" if kind == ResourceKind.OPERATOR else "operator_areas"
    return ResourceFacts(
        code=row.text("code", max_length=20),
        name_it=row.text("name_it", max_length=120),
        name_en=row.text("name_en", max_length=120),
        kind=kind,
        area=row.text("area", max_length=20),
        location_it=row.text("location_it", max_length=120, default=""),
        location_en=row.text("location_en", max_length=120, default=""),
        specs_it=row.text("specs_it", max_length=4000, default=""),
        specs_en=row.text("specs_en", max_length=4000, default=""),
        capacity=row.whole("capacity", minimum=1, maximum=MOST_SEATS, default=1),
        policy=_policy_row(row.reader("policy")) if row.has("policy") else PolicyFacts(),
        opening=_opening_row(row),
        exceptions=_read(row, "exceptions", day_exception),
        components=tuple(
            sorted(
                (part.text("code", max_length=20), part.whole("quantity", minimum=1, maximum=MOST_SEATS, default=1))
                for part in row.readers("components")
            )
        ),
        qualification=row.text("qualification", max_length=20) if row.has("qualification") else None,
        operator=row.choice("operator", OperatorNeed.values, default=OperatorNeed.NONE),
        operator_areas=tuple(sorted(row.texts(served))),
        documents=tuple(row.texts("documents")),
        cost_centre=row.text("cost_centre", max_length=20) if row.has("cost_centre") else None,
        yearly_capacity_hours=row.whole("yearly_capacity_hours", default=0),
        published=row.flag("published", default=True),
    )


def _policy_row(row: RowReader) -> PolicyFacts:
    """Read a policy; what it leaves out takes the site's default, a word that is not one of a policy is refused."""
    for name in row.raw:
        if name not in POLICY_BOUNDS and name != "approval":
            raise row.bad(str(name), _("A policy has no such field."))
    numbers = {
        name: row.whole(name, minimum=least, maximum=most)
        for name, (least, most) in POLICY_BOUNDS.items()
        if row.has(name)
    }
    try:
        approval, above = approval_facts(row.raw.get("approval", "never"))
    except ValueError:
        message = _("Approval is never, always, above_hours with a number or above_amount with an amount.")
        raise row.bad("approval", message) from None
    policy = PolicyFacts(**numbers, approval=approval, approval_above=above)
    if policy.max_minutes < policy.min_minutes:
        raise row.bad("max_minutes", _("The maximum duration is not below the minimum."))
    return policy


def _opening_row(row: RowReader) -> tuple[OpeningHours, ...] | None:
    """Read the hours; no list, or an empty one, means the site's."""
    return _read(row, "opening", opening_hours) or None


def _read(row: RowReader, key: str, reads: Callable[[object], Parsed]) -> tuple[Parsed, ...]:
    """Read a list with a pure reader and name the element that it refuses."""
    found = []
    for reader in row.readers(key):
        try:
            found.append(reads(reader.raw))
        except (ValueError, TypeError):
            raise BadRowError(reader.path, _("These hours cannot be read.")) from None
    return tuple(found)
