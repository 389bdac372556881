"""The catalogue file comes in whole or not at all, and again without doubling anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Sum

from common.errors import RowError
from companies.models import Company, User
from config.catalogue import CatalogueRefusedError, load_catalogue
from costing.models import IntensityRule, Tariff
from facility import calendar
from facility.models import BookingPolicy, QualificationHeld, Resource, ResourceComponent, ResourceKind, Site
from facility.queries import policy_facts
from facility.rules import WEEKDAYS, OpeningHours
from projects.models import Milestone, Participant, PlannedUse, Project

FILE = Path("config/demo/catalogue.json")
TODAY = date(2026, 11, 22)  # a Sunday: its week began on 16 November
pytestmark = pytest.mark.django_db


@cache
def _text() -> str:
    return FILE.read_text(encoding="utf-8")


def document() -> dict[str, Any]:
    """Return the file afresh, to be spoiled."""
    return dict(json.loads(_text()))


@cache
def _small_text() -> str:
    full = document()
    resources = [row for row in full["resources"] if row["code"] == "RB-COB1"]
    [project] = [row for row in full["poc_projects"] if row["code"] == "PC-03"]
    for one in (project, *project["milestones"]):
        one["planned_usage"] = one["planned_hours"] = []
    areas = {"A3", project["area"]}
    return json.dumps(
        {
            "site": full["site"],
            "areas": [row for row in full["areas"] if row["code"] in areas],
            "cost_centres": [row for row in full["cost_centres"] if row["code"] == resources[0]["cost_centre"]],
            "vat_codes": full["vat_codes"][:1],
            "qualifications": [row for row in full["qualifications"] if row["code"] == "Q-COB"],
            "resources": resources,
            "companies": [row for row in full["companies"] if row["key"] == "FANTA"],
            "holders": [row for row in full["holders"] if row["account"] == "fanta@imprese.example"],
            "poc_projects": [project],
        }
    )


def small() -> dict[str, Any]:
    """Return a centre of one resource, one firm and one project, quick to load and to be spoiled."""
    return dict(json.loads(_small_text()))


def load(raw: object, *, today: date = TODAY) -> Any:
    return load_catalogue(raw, today=today, accounts=True, password="collaudo-2026")


def refused(raw: object) -> list[RowError]:
    """Load a spoiled file and return what it is refused for; nothing may be left behind."""
    with pytest.raises(CatalogueRefusedError) as error:
        load(raw)
    assert (Site.objects.count(), Resource.objects.count(), User.objects.count()) == (0, 0, 0)
    return error.value.errors


def test_the_whole_demonstration_centre_comes_in_twice_without_doubling() -> None:
    report = load(document())
    first = _counts()
    load(document(), today=date(2026, 12, 1))

    assert report.left_out == ("courses", "links", "aid_records", "ilp", "dma_dimensions")
    assert report.counts["resources"] == 46
    assert (
        first
        == _counts()
        == {
            "resources": 52,
            "kinds": 11,
            "tariffs": sum(1 + len(row["tariff_variants"]) for row in document()["resources"]),
            "intensities": 59,
            "components": 12,
            "companies": 14,
            "people": 20,
            "holders": 22,
            "projects": 12,
            "participants": 14,
            "milestones": sum(len(row["milestones"]) for row in document()["poc_projects"]),
        }
    )
    _check_projects()
    _check_resources()


def _counts() -> dict[str, int]:
    return {
        "resources": Resource.objects.count(),
        "kinds": Resource.objects.order_by().values("kind").distinct().count(),
        "tariffs": Tariff.objects.count(),
        "intensities": IntensityRule.objects.count(),
        "components": ResourceComponent.objects.count(),
        "companies": Company.objects.count(),
        "people": User.objects.count(),
        "holders": QualificationHeld.objects.count(),
        "projects": Project.objects.count(),
        "participants": Participant.objects.count(),
        "milestones": Milestone.objects.count(),
    }


def _check_projects() -> None:
    """The second load came ten days later: no date has moved, and every sum is exact."""
    for row in document()["poc_projects"]:
        project = Project.objects.get(code=row["code"])
        milestones = project.milestones.aggregate(weight=Sum("weight"), budget=Sum("budget"))
        assert milestones == {"weight": Decimal("100.00"), "budget": project.budget}
        planned = PlannedUse.objects.filter(milestone__project=project).aggregate(value=Sum("list_value"))["value"]
        assert planned == Decimal(row["planned_usage_value_eur"])
    slipping = Milestone.objects.get(code="PC-03.M2")
    assert (slipping.baseline_start, slipping.baseline_end) == (date(2026, 10, 19), date(2026, 11, 27))
    assert (slipping.start, slipping.end) == (date(2026, 10, 19), date(2026, 12, 11))
    assert (slipping.actual_start, slipping.actual_end) == (date(2026, 10, 19), None)
    following = Milestone.objects.get(code="PC-03.M3")
    assert (following.baseline_start, following.start) == (date(2026, 11, 30), date(2026, 12, 14))
    assert all(one.end.weekday() < 5 and one.baseline_end.weekday() < 5 for one in Milestone.objects.all())


def _check_resources() -> None:
    line = Resource.objects.get(code="LP-PRO")
    assert list(line.components.order_by("part__code").values_list("part__code", "quantity")) == [
        ("AR-KIT", 2),
        ("EN-MIS", 1),
    ]
    round_the_clock = Resource.objects.get(code="BP-CLI")
    assert calendar.opening_of(round_the_clock) == [OpeningHours(WEEKDAYS, 0, 1440)]
    thresholds = {row["code"]: row["policy"]["approval"] for row in document()["resources"]}
    for resource in Resource.objects.exclude(kind=ResourceKind.OPERATOR).select_related("policy"):
        facts = policy_facts(resource.policy)
        raw = thresholds[resource.code]
        assert facts.approval == (raw if isinstance(raw, str) else next(iter(raw)))
    assert not BookingPolicy.objects.annotate(uses=Count("resources")).filter(uses=0).exists()
    operator = Resource.objects.get(code="OP-ROB1")
    assert (operator.internal, operator.operator_areas.count()) == (True, 2)
    assert User.objects.get(email="fanta@imprese.example").company == Company.objects.get(key="FANTA")
    assert User.objects.get(email="finance@centro.example").roles == ["finance"]


def spoiled(part: str, index: int, **changes: Any) -> dict[str, Any]:
    """Return the small file with one row changed; a value of None takes the key away."""
    raw = small()
    for key, value in changes.items():
        if value is None:
            del raw[part][index][key]
        else:
            raw[part][index][key] = value
    return raw


@pytest.mark.parametrize(
    ("part", "changes", "path"),
    [
        ("resources", {"kind": "spaceship"}, "resources[0].kind"),
        ("resources", {"kind": "operator"}, "resources[0].kind"),
        ("resources", {"code": None}, "resources[0].code"),
        ("resources", {"name_it": 7}, "resources[0].name_it"),
        ("resources", {"area": "A99"}, "resources[0].area"),
        ("resources", {"capacity": "2"}, "resources[0].capacity"),
        ("resources", {"policy": {"step_minutes": 0}}, "resources[0].policy.step_minutes"),
        ("resources", {"policy": {"step_minuts": 15}}, "resources[0].policy.step_minuts"),
        ("resources", {"policy": {"approval": {"above_hours": "many"}}}, "resources[0].policy.approval"),
        ("resources", {"policy": {"min_minutes": 90, "max_minutes": 60}}, "resources[0].policy.max_minutes"),
        ("resources", {"policy": []}, "resources[0].policy"),
        ("resources", {"opening": [{"days": ["XX"], "from": "08:00", "to": "09:00"}]}, "resources[0].opening[0]"),
        ("resources", {"components": [{"code": "NONE"}]}, "resources[0].components"),
        ("resources", {"components": "RB-1"}, "resources[0].components"),
        ("resources", {"qualification": "Q-NONE"}, "resources[0].qualification"),
        ("resources", {"tariff": {"scheme": "barter", "valid_from": "2024-01-01", "vat_code": "22"}},
         "resources[0].tariff.scheme"),
        ("resources", {"tariff_variants": [{"price_group": "member"}]}, "resources[0].tariff_variants[0].vat_code"),
        ("areas", {"code": "a b"}, "areas[0].code"),
        ("vat_codes", {"rate": "a lot"}, "vat_codes[0].rate"),
        ("qualifications", {"valid_months": -1}, "qualifications[0].valid_months"),
        ("companies", {"vat_number": "IT99999010161"}, "companies[0].vat_number"),
        ("companies", {"name": None}, "companies[0].name"),
        ("holders", {"account": "nobody@x.example"}, "holders[0].account"),
        ("holders", {"earned_on": {"days_ago": "long"}}, "holders[0].earned_on.days_ago"),
        ("holders", {"earned_on": "yesterday"}, "holders[0].earned_on"),
        ("poc_projects", {"company": "NONE"}, "poc_projects[0].company"),
        ("poc_projects", {"stage": "done"}, "poc_projects[0].stage"),
        ("poc_projects", {"total_budget_eur": "1.00"}, "poc_projects[0].milestones"),
        ("poc_projects", {"starts_in_weeks": 10**9}, "poc_projects[0].starts_in_weeks"),
        ("poc_projects", {"participants": []}, "poc_projects[0].participants"),
        ("poc_projects", {"milestones": [{}]}, "poc_projects[0].milestones[0].budget_eur"),
        ("poc_projects", {"trl_start": 0}, "poc_projects[0].trl_start"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_and_nothing_is_written(part: str, changes: dict[str, Any], path: str) -> None:
    errors = refused(spoiled(part, 0, **changes))

    assert path in [error.path for error in errors], errors
    assert all(str(error.reason) for error in errors)


def test_every_bad_row_is_named_at_once() -> None:
    raw = small()
    raw["areas"][1]["name_en"] = ""
    raw["resources"].append(raw["resources"][0] | {"code": "X" * 30})
    raw["poc_projects"].append("PC-99")

    paths = [error.path for error in refused(raw)]

    assert {"areas[1].name_en", f"resources[{len(raw['resources']) - 1}].code", "poc_projects[1]"} <= set(paths)


@pytest.mark.parametrize(
    ("spoil", "path"),
    [
        (lambda raw: [], ""),
        (lambda raw: raw | {"resorces": []}, "resorces"),
        (lambda raw: raw | {"areas": {"code": "A1"}}, "areas"),
        (lambda raw: raw | {"site": []}, "site"),
        (lambda raw: raw | {"site": raw["site"] | {"zone": "Mars/Base"}}, "site.zone"),
        (lambda raw: raw | {"areas": [raw["areas"][0] | {"name_it": "a\x00b"}]}, "areas[0].name_it"),
        (lambda raw: raw | {"areas": [raw["areas"][0] | {"name_it": "a\ud800"}]}, "areas[0].name_it"),
    ],
)
def test_a_file_of_another_shape_is_refused(spoil: Callable[[dict[str, Any]], object], path: str) -> None:
    assert path in [error.path for error in refused(spoil(small()))]


def test_areas_need_a_site() -> None:
    raw = small()
    del raw["site"]

    assert "areas[0]" in [error.path for error in refused(raw)]


def test_accounts_keep_what_they_have() -> None:
    load(small())
    person = User.objects.get(email="fanta@imprese.example")
    person.set_password("another-password")
    person.name = "Ada"
    person.save()

    load(small())

    person.refresh_from_db()
    assert (person.name, person.check_password("another-password")) == ("Ada", True)


def test_without_accounts_a_missing_person_is_named() -> None:
    with pytest.raises(CatalogueRefusedError) as error:
        load_catalogue(small(), today=TODAY)

    assert {one.path for one in error.value.errors} == {"holders[0].account", "poc_projects[0].pm"}


def test_the_command_tells_what_it_took(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(small() | {"courses": []}), encoding="utf-8")
    out = StringIO()

    call_command("import_catalogue", str(path), "--today", "2026-11-22", "--accounts", stdout=out)

    lines = out.getvalue().splitlines()
    assert f"resources: {len(small()['resources'])}" in lines
    assert "courses" in lines[-1]


def test_the_command_names_bad_rows_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    path.write_text(json.dumps(spoiled("resources", 0, kind="spaceship")), encoding="utf-8")
    err = StringIO()

    with pytest.raises(CommandError) as error:
        call_command("import_catalogue", str(path), "--accounts", stderr=err)

    assert error.value.returncode == 1
    assert err.getvalue().startswith("resources[0].kind: ")
    assert Resource.objects.count() == 0


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000, None])
def test_the_command_refuses_what_is_no_json(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError):
        call_command("import_catalogue", str(path))


def test_production_takes_no_accounts_with_a_known_password(settings: Any, tmp_path: Path) -> None:
    settings.COLLAUDO_ENV = "production"

    with pytest.raises(CommandError):
        call_command("import_catalogue", str(tmp_path / "any.json"), "--accounts")
