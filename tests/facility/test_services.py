"""Resources are saved whole: parts, policy, hours, single days, with the audit log."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError

from common.errors import Conflict, Malformed, NotFound, Refused
from companies.models import User
from facility.models import BookingPolicy, OpeningException, QualificationHeld, Resource, ResourceComponent
from facility.queries import (
    CatalogueFilters,
    catalogue,
    operators_for,
    qualified,
    resource_by_code,
    resource_facts,
    resources_by_codes,
)
from facility.rules import DayException, PolicyFacts, ResourceFacts
from facility.services import change_resource, create_resource, give_qualification, policy_for, save_resource
from tests.catalogue import make_area, make_qualification, make_resource

pytestmark = pytest.mark.django_db


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [refusal.code for refusal in refused.value.refusals]


def test_equal_policies_share_one_row_and_a_change_takes_another() -> None:
    first = make_resource("R-1")
    second = make_resource("R-2")
    assert first.policy_id == second.policy_id

    changed = make_resource("R-2", policy={"step_minutes": 30})

    assert changed.policy.step_minutes == 30
    assert Resource.objects.get(code="R-1").policy.step_minutes == 15
    assert BookingPolicy.objects.count() == 2


def test_a_policy_that_its_last_resource_leaves_is_forgotten() -> None:
    make_resource("R-1")

    make_resource("R-1", policy={"step_minutes": 30})

    assert list(BookingPolicy.objects.values_list("step_minutes", flat=True)) == [30]


@pytest.mark.parametrize(
    "facts",
    [
        PolicyFacts(min_minutes=120, max_minutes=60),
        PolicyFacts(horizon_days=1001),
        PolicyFacts(approval="above_hours"),
        PolicyFacts(step_minutes=0),
    ],
)
def test_policy_that_contradicts_itself_is_refused(facts: PolicyFacts) -> None:
    with pytest.raises(ValidationError):
        policy_for(facts)
    assert BookingPolicy.objects.count() == 0


def test_facts_of_a_resource_save_it_unchanged() -> None:
    make_resource("RB-COB1")
    make_resource(
        "LP-ASM",
        kind="pilot_line",
        components=(("RB-COB1", 1),),
        exceptions=(DayException(date(2026, 12, 8), 540, 780),),
        qualification="Q-COB",
        operator_areas=("A3",),
        documents=("nda",),
    )
    before = resource_facts(resource_by_code("LP-ASM", user=None), opening=None)

    save_resource(facts=before, by=None)

    assert resource_facts(resource_by_code("LP-ASM", user=None), opening=None) == before


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"components": (("RB-1", 2),)}, ["quantity_above_capacity"]),
        ({"components": (("LP-1", 1),)}, ["cycle"]),
        ({"components": (("LP-2", 1),)}, ["components_depth"]),
    ],
)
def test_parts_that_cannot_make_up_a_whole_are_refused(facts: dict[str, Any], expected: list[str]) -> None:
    make_resource("RB-1")
    make_resource("LP-2", components=(("RB-1", 1),))
    make_resource("LP-1")

    with pytest.raises(Refused) as refused:
        make_resource("LP-1", **facts)

    assert codes(refused) == expected
    assert not ResourceComponent.objects.filter(whole__code="LP-1").exists()


def test_a_part_cannot_become_a_whole_nor_shrink_below_what_is_taken() -> None:
    make_resource("AR-KIT", capacity=8)
    make_resource("RB-1")
    make_resource("LP-PRO", components=(("AR-KIT", 2),))

    with pytest.raises(Refused) as deeper:
        make_resource("AR-KIT", capacity=8, components=(("RB-1", 1),))
    with pytest.raises(Refused) as smaller:
        make_resource("AR-KIT", capacity=1)

    assert (codes(deeper), codes(smaller)) == (["components_depth"], ["quantity_above_capacity"])
    assert Resource.objects.get(code="AR-KIT").capacity == 8


def test_unknown_codes_are_malformed_with_their_field() -> None:
    make_area("A3")
    for facts in ({"cost_centre": "CDC-000"}, {"components": (("NONE", 1),)}, {"operator_areas": ("A9",)}):
        with pytest.raises(Malformed) as malformed:
            make_resource("R-1", **facts)
        assert malformed.value.field_name == next(iter(facts))
    assert Resource.objects.count() == 0


def test_a_day_is_closed_or_has_hours() -> None:
    day = date(2026, 12, 24)

    with pytest.raises(Malformed):
        make_resource("R-1", exceptions=(DayException(day), DayException(day, 540, 600)))
    make_resource("R-1", exceptions=(DayException(day),))
    make_resource("R-1", exceptions=(DayException(day, 540, 600),))

    assert list(OpeningException.objects.values_list("on", "from_minute")) == [(day, 540)]


def test_changes_are_logged_with_their_author(manager: User) -> None:
    make_resource("R-1")
    LogEntry.objects.all().delete()

    change_resource(code="R-1", change=_renamed, by=manager)

    [entry] = LogEntry.objects.filter(content_type__model="resource")
    assert entry.actor == manager
    assert entry.changes["name_en"] == ["Collaborative robot", "Cobot"]


def _renamed(facts: ResourceFacts) -> ResourceFacts:
    return replace(facts, name_en="Cobot")


def test_create_resource_refuses_a_code_that_is_taken(manager: User) -> None:
    resource = make_resource("R-1")
    facts = resource_facts(resource_by_code("R-1", user=None), opening=None)

    with pytest.raises(Conflict) as conflict:
        create_resource(facts=facts, by=manager)

    assert conflict.value.code == "duplicate"
    assert Resource.objects.get() == resource


def test_catalogue_finds_words_of_both_languages_without_accents(fanta: User) -> None:
    make_resource("TV-1", name_it="Qualità del prodotto", name_en="Product quality", kind="test_bench")
    make_resource("RB-1", specs_en="Torque control", area="A3")
    make_resource("OP-1", kind="operator")
    make_resource("HI-1", published=False)

    def found(**filters: str) -> list[str]:
        return [one.code for one in catalogue(fanta, CatalogueFilters(**filters))]

    assert found() == ["RB-1", "TV-1"]
    assert found(words="QUALITA prodotto") == ["TV-1"]
    assert found(words="torque", technology="control") == ["RB-1"]
    assert found(kind="test_bench") == ["TV-1"]
    assert found(area="A9") == []


def test_staff_see_what_is_internal_or_not_published(fanta: User, manager: User) -> None:
    make_resource("OP-1", kind="operator")
    make_resource("HI-1", published=False)

    assert [one.code for one in catalogue(manager)] == ["HI-1", "OP-1"]
    for code in ("OP-1", "HI-1"):
        with pytest.raises(NotFound):
            resource_by_code(code, user=fanta)


@pytest.mark.parametrize("n", [1, 3])
def test_catalogue_has_a_fixed_number_of_queries(n: int, django_assert_num_queries: Any) -> None:
    make_resource("PART")
    for number in range(n):
        make_resource(f"W-{number}", components=(("PART", 1),), exceptions=(DayException(date(2026, 12, 24)),))

    with django_assert_num_queries(4):
        found = [
            (one.area.code, [part.part.policy.step_minutes for part in one.components.all()])
            for one in catalogue(None, CatalogueFilters(words="w-"))
        ]

    assert found == [("A3", [15])] * n


def test_resources_come_in_the_order_asked() -> None:
    for code in ("R-1", "R-2", "R-3"):
        make_resource(code)

    assert [one.code for one in resources_by_codes(["R-3", "R-1"], user=None)] == ["R-3", "R-1"]
    with pytest.raises(NotFound):
        resources_by_codes(["R-1", "R-9"], user=None)


def test_operators_serve_the_areas_of_a_resource() -> None:
    for code in ("A3", "A7"):
        make_area(code)
    make_resource("OP-1", kind="operator", operator_areas=("A3", "A7"))
    make_resource("OP-2", kind="operator", operator_areas=("A7",))
    resource = make_resource("RB-1", operator_areas=("A3",))

    assert [one.code for one in operators_for(resource)] == ["OP-1"]


def test_a_qualification_counts_until_its_last_day(fanta: User) -> None:
    qualification = make_qualification("Q-COB")
    give_qualification(user=fanta, qualification=qualification, earned_on=date(2026, 1, 31), by=None)
    give_qualification(user=fanta, qualification=qualification, earned_on=date(2026, 1, 31), by=None)

    def held(on: date) -> frozenset[str]:
        return qualified(emails=["FANTA@imprese.example", "other@x.example"], qualification=qualification, on=on)

    assert held(date(2026, 1, 30)) == frozenset()
    assert held(date(2026, 1, 31)) == {"fanta@imprese.example"}
    assert held(date(2029, 1, 30)) == {"fanta@imprese.example"}
    assert held(date(2029, 1, 31)) == frozenset()


def test_colleagues_see_a_qualification_others_do_not(
    fanta: User, fanta_member: User, gira: User, manager: User
) -> None:
    give_qualification(user=fanta, qualification=make_qualification(), earned_on=date(2026, 1, 31), by=None)

    found = [QualificationHeld.objects.visible_to(who).count() for who in (fanta, fanta_member, manager, gira, None)]

    assert found == [1, 1, 1, 0, 0]
