"""From confirmation to charges: frozen aid, copied facts, written once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from common.errors import Conflict, Unprocessable
from common.periods import Period
from companies.models import Company, User
from costing.models import Charge, ChargeSet, Commitment, IntensityRule, Tariff
from costing.services.quotes import quote
from costing.services.settlement import ResourceUse, commit, release, settle
from costing.trace import recomputed
from facility.models import CostCentre, Resource
from projects.models import Milestone, Project
from tests.catalogue import make_milestone, make_project, make_resource
from tests.costing.rows import ASKED, make_aid, make_tariff, october
from tests.factories import make_company

pytestmark = pytest.mark.django_db
SOURCE = "booking:BK-0001"
BOOKED = october(14, "09:00", "13:00")
LEFT_AT_1340 = october(14, "09:02", "13:40")
CHECKED_OUT = datetime(2026, 10, 14, 11, 45, tzinfo=UTC)


@pytest.fixture
def machine(db: None) -> Resource:
    CostCentre.objects.create(code="CDC-310", name_it="Robotica", name_en="Robotics")
    resource = make_resource("RB-COB1", cost_centre="CDC-310", operator="optional")
    make_tariff(
        resource, hour="90.00", setup_fee=Decimal("40.00"), operator_hour=Decimal("45.00"), billing_step_minutes=30
    )
    return resource


@pytest.fixture
def company(db: None) -> Company:
    return make_company("FANTA", size_class="medium", sdi_code="FINTO01", tax_code="IT99999010160")


@pytest.fixture
def project(company: Company, pm: User) -> Project:
    make_aid()
    return make_project(
        company=company, pm=pm, measure="CC-SERV", service="test_before_invest", cup="Z99Z00000000003", trl_current=6
    )


@pytest.fixture
def milestone(project: Project) -> Milestone:
    return make_milestone(project)


def committed(
    resource: Resource,
    company: Company | None,
    project: Project | None = None,
    milestone: Milestone | None = None,
    booked: Period = BOOKED,
    source: str = SOURCE,
) -> Commitment:
    quoted = quote(resources=[resource], booked=booked, company=company, project=project, now=ASKED)
    return commit(
        source=source,
        company=company,
        project=project,
        milestone=milestone,
        booked=booked,
        quote=quoted,
        now=ASKED,
    )


def settled(resource: Resource, use: ResourceUse | None = None, source: str = SOURCE, **more: Any) -> ChargeSet:
    facts: dict[str, Any] = {
        "booking": "BK-0001",
        "uses": [use or ResourceUse(resource, BOOKED, LEFT_AT_1340)],
        "economic_use": True,
        "entered_by": "Operaio",
        "approved_by": "Responsabile",
        "by": None,
        "now": CHECKED_OUT,
    }
    return settle(source=source, **facts | more)


def test_a_commitment_holds_the_quote_and_freezes_the_aid(
    machine: Resource, company: Company, project: Project, milestone: Milestone
) -> None:
    commitment = committed(machine, company, project, milestone)

    assert (commitment.list_value, commitment.contribution, commitment.net) == (
        Decimal("400.00"),
        Decimal("320.00"),
        Decimal("80.00"),
    )
    assert (commitment.measure.code if commitment.measure else "", commitment.service, commitment.regime) == (
        "CC-SERV",
        "test_before_invest",
        "gber28",
    )
    assert (commitment.size_class, commitment.intensity, commitment.conceded_on) == (
        "medium",
        Decimal("80.00"),
        date(2026, 10, 1),
    )
    assert (commitment.state, commitment.ends_at, commitment.finished_at) == ("open", BOOKED.ends_at, None)


def test_a_source_is_committed_once(machine: Resource, company: Company) -> None:
    committed(machine, company)

    with pytest.raises(Conflict) as refused:
        committed(machine, company)

    assert refused.value.code == "wrong_state"
    assert Commitment.objects.count() == 1


def test_settling_writes_a_line_for_time_setup_and_operator(
    machine: Resource, company: Company, project: Project, milestone: Milestone
) -> None:
    committed(machine, company, project, milestone)

    charge_set = settled(machine, ResourceUse(machine, BOOKED, LEFT_AT_1340, Decimal(90), "Operatore robotica"))

    lines = charge_set.charges.order_by("pk").values_list(
        "kind", "quantity", "unit", "unit_price", "billed_hours", "list_value", "contribution", "net"
    )
    assert [tuple(str(value) for value in line) for line in lines] == [
        ("use", "5.0000", "hour", "90.0000", "5.00", "450.00", "360.00", "90.00"),
        ("setup", "1.0000", "booking", "40.0000", "0.00", "40.00", "32.00", "8.00"),
        ("operator", "1.5000", "hour", "45.0000", "0.00", "67.50", "54.00", "13.50"),
    ]


def test_a_charge_copies_every_fact(
    machine: Resource, company: Company, project: Project, milestone: Milestone, technician: User
) -> None:
    committed(machine, company, project, milestone)

    charge_set = settled(machine, by=technician, note="fine")

    charge = charge_set.charges.get(kind="use")
    copied = {name: getattr(charge, name) for name in COPIED}
    assert copied == COPIED
    assert (charge.company, charge.project, charge.milestone, charge.resource) == (company, project, milestone, machine)
    assert (charge.booked_start, charge.booked_end, charge.started_at, charge.ended_at) == (
        BOOKED.starts_at,
        BOOKED.ends_at,
        LEFT_AT_1340.starts_at,
        LEFT_AT_1340.ends_at,
    )
    assert recomputed(charge.trace) == charge.list_value
    assert (charge_set.source, charge_set.created_by, charge_set.created_at) == (SOURCE, technician, CHECKED_OUT)


COPIED = {
    "booking": "BK-0001",
    "created_at": CHECKED_OUT,
    "entered_by": "Operaio",
    "approved_by": "Responsabile",
    "note": "fine",
    "company_name": "Fanta S.r.l.",
    "vat_number": "IT99999010160",
    "tax_code": "IT99999010160",
    "size_class": "medium",
    "recipient": "FINTO01",
    "project_code": "PC-03",
    "project_title": "Cella di prova",
    "cup": "Z99Z00000000003",
    "alt_identifier": "",
    "measure_code": "CC-SERV",
    "work_package": "",
    "milestone_code": "PC-03.M1",
    "trl": 6,
    "resource_code": "RB-COB1",
    "resource_name": "Robot collaborativo",
    "resource_kind": "equipment",
    "area_code": "A3",
    "cost_centre": "CDC-310",
    "operator": "",
    "economic_use": True,
    "tariff_version": "RB-COB1/standard/2024-01-01",
    "regime": "gber28",
    "cor": "",
    "intensity": Decimal("80.00"),
    "cap_reason": "",
    "vat_code": "22",
    "vat_nature": "",
    "vat_rate": Decimal("22.00"),
    "vat_treatment": "net",
}


def test_the_aid_of_the_confirmation_stays_when_rules_and_sizes_change(
    machine: Resource, company: Company, project: Project
) -> None:
    committed(machine, company, project)
    IntensityRule.objects.update(intensity=Decimal("10.00"))
    Company.objects.filter(pk=company.pk).update(size_class="large")

    charge = settled(machine).charges.get(kind="use")

    assert (charge.size_class, charge.intensity, charge.contribution) == ("medium", Decimal("80.00"), Decimal("360.00"))


def test_the_tariff_is_that_of_the_day_of_use(machine: Resource, company: Company) -> None:
    committed(machine, company)
    make_tariff(machine, hour="100.00", valid_from=date(2026, 10, 14), billing_step_minutes=30)

    charge = settled(machine).charges.get()

    assert (charge.tariff_version, charge.list_value) == ("RB-COB1/standard/2026-10-14", Decimal("500.00"))


def test_settling_consumes_the_commitment_and_happens_once(machine: Resource, company: Company) -> None:
    commitment = committed(machine, company)
    settled(machine)

    with pytest.raises(Conflict) as refused:
        settled(machine)

    commitment.refresh_from_db()
    assert refused.value.code == "wrong_state"
    assert (commitment.state, commitment.finished_at) == ("consumed", CHECKED_OUT)
    assert Charge.objects.count() == 2


def test_without_commitment_nothing_is_charged(machine: Resource) -> None:
    with pytest.raises(Conflict) as refused:
        settled(machine)

    assert (refused.value.code, Charge.objects.count()) == ("wrong_state", 0)


def test_a_released_commitment_cannot_be_settled(machine: Resource, company: Company) -> None:
    commitment = committed(machine, company)
    release(source=SOURCE, now=ASKED)
    release(source=SOURCE, now=CHECKED_OUT)

    with pytest.raises(Conflict):
        settled(machine)

    commitment.refresh_from_db()
    assert (commitment.state, commitment.finished_at) == ("released", ASKED)


def test_a_charged_use_is_not_released(machine: Resource, company: Company) -> None:
    committed(machine, company)
    settled(machine)

    with pytest.raises(Conflict) as refused:
        release(source=SOURCE, now=CHECKED_OUT)

    assert refused.value.code == "wrong_state"


def test_a_use_without_tariff_writes_nothing(machine: Resource, company: Company) -> None:
    committed(machine, company)
    Tariff.objects.all().delete()

    with pytest.raises(Unprocessable) as refused:
        settled(machine)

    assert refused.value.code == "no_tariff"
    assert (Charge.objects.count(), ChargeSet.objects.count()) == (0, 0)
    assert Commitment.objects.get().state == "open"


@pytest.mark.parametrize(
    ("ended", "month"),
    [
        ("2026-10-31T23:59:00+01:00", date(2026, 10, 1)),
        ("2026-10-31T23:30:00+00:00", date(2026, 11, 1)),
    ],
)
def test_a_charge_falls_into_the_local_month_of_the_end_of_use(
    machine: Resource, company: Company, ended: str, month: date
) -> None:
    booked = Period(datetime.fromisoformat("2026-10-31T20:00:00+01:00"), datetime.fromisoformat(ended))
    committed(machine, company, booked=booked)

    charge_set = settled(machine, ResourceUse(machine, booked, booked))

    assert {charge.period.month for charge in charge_set.charges.select_related("period")} == {month}


def test_a_use_that_ends_in_a_closed_month_falls_into_the_next_open_one(machine: Resource, company: Company) -> None:
    committed(machine, company)
    october_period = settled(machine).charges.first().period  # type: ignore[union-attr]
    october_period.state, october_period.closed_at, october_period.sha256 = "closed", CHECKED_OUT, "ab" * 32
    october_period.save()
    committed(machine, company, source="booking:BK-0002")

    charge_set = settled(machine, source="booking:BK-0002")

    assert {charge.period.month for charge in charge_set.charges.all()} == {date(2026, 11, 1)}


def test_an_internal_use_has_no_firm_and_no_vat(machine: Resource) -> None:
    make_tariff(machine, hour="30.00", price_group="internal")
    committed(machine, None)

    charge = settled(machine, economic_use=False).charges.get()

    assert (charge.company, charge.company_name, charge.economic_use) == (None, "", False)
    assert (charge.list_value, charge.net, charge.vat_code, charge.vat_rate) == (
        Decimal("120.00") + Decimal("22.50"),
        Decimal("142.50"),
        "",
        Decimal("0.00"),
    )


@pytest.mark.parametrize("n", [1, 3])
def test_settling_has_a_fixed_number_of_queries(
    machine: Resource, company: Company, n: int, django_assert_num_queries: Any
) -> None:
    resources = [machine] + [make_resource(f"R{number}") for number in range(1, n)]
    for resource in resources[1:]:
        make_tariff(resource)
    loaded = list(Resource.objects.select_related("site", "area", "cost_centre").order_by("code"))
    quoted = quote(resources=loaded, booked=BOOKED, company=company, now=ASKED)
    commit(source=SOURCE, company=company, project=None, milestone=None, booked=BOOKED, quote=quoted, now=ASKED)
    uses = [ResourceUse(resource, BOOKED, BOOKED) for resource in loaded]
    settle_first_month(machine, company)

    with django_assert_num_queries(9):
        charge_set = settled(machine, uses=uses)

    assert charge_set.charges.count() == n + 1


def settle_first_month(machine: Resource, company: Company) -> None:
    """Let October exist, so that what is counted is not its making."""
    committed(machine, company, source="booking:BK-0000")
    settled(machine, source="booking:BK-0000")


def test_a_tariff_is_never_changed_not_even_in_the_database(machine: Resource) -> None:
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        Tariff.objects.update(hour=Decimal("1.00"))

    assert Tariff.objects.get().hour == Decimal("90.00")


def delete_tariffs() -> None:
    """Delete in SQL, past Django's own protection."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM costing_tariff")


def test_a_charged_tariff_is_not_deleted(machine: Resource, company: Company) -> None:
    committed(machine, company)
    settled(machine)

    with pytest.raises(IntegrityError), transaction.atomic():
        delete_tariffs()

    assert Tariff.objects.count() == 1


def test_two_resources_are_charged_with_their_own_times(machine: Resource, company: Company) -> None:
    room = make_resource("SA-AUL1")
    make_tariff(room, hour="30.00", charge_basis="booked")
    quoted = quote(resources=[machine, room], booked=BOOKED, company=company, now=ASKED)
    commit(source=SOURCE, company=company, project=None, milestone=None, booked=BOOKED, quote=quoted, now=ASKED)
    use = ResourceUse(machine, BOOKED, LEFT_AT_1340)

    charge_set = settled(machine, uses=[use, replace(use, resource=room)])

    assert list(charge_set.charges.order_by("pk").values_list("resource_code", "kind", "list_value")) == [
        ("RB-COB1", "use", Decimal("450.00")),
        ("RB-COB1", "setup", Decimal("40.00")),
        ("SA-AUL1", "use", Decimal("120.00")),
    ]
