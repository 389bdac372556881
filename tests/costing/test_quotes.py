"""Quotes: tariff of the day of use, aid of today, one document for several resources."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from common.errors import Malformed, Unprocessable
from companies.models import Company, User
from costing.api.quotes import quote_json
from costing.queries.tariffs import aid_terms_for, price_group_of, tariff_for, tariffs_in_force
from costing.services.quotes import Quote, cancellation_fees, quote
from costing.trace import recomputed
from facility.models import Resource
from tests.catalogue import make_project, make_resource
from tests.costing.rows import ASKED, make_aid, make_measure, make_tariff, make_vat_code, october
from tests.factories import make_company

pytestmark = pytest.mark.django_db
MORNING = october(14, "09:00", "16:30")


@pytest.fixture
def machine(db: None) -> Resource:
    resource = make_resource("MU-5AX", operator="optional")
    make_tariff(resource)
    return resource


def firm(size_class: str | None, price_group: str | None = None) -> Company:
    return make_company("NUVO", size_class=size_class, price_group=price_group)


def totals(quoted: Quote) -> str:
    amounts = f"L {quoted.list_value} C {quoted.contribution} N {quoted.net} V {quoted.vat} P {quoted.payable}"
    return f"{amounts} {quoted.regime}"


@pytest.mark.parametrize(
    ("size_class", "result"),
    [
        ("small", "L 900.00 C 900.00 N 0.00 V 0.00 P 0.00 gber28"),
        ("medium", "L 900.00 C 720.00 N 180.00 V 39.60 P 219.60 gber28"),
        ("large", "L 900.00 C 270.00 N 630.00 V 138.60 P 768.60 deminimis"),
        (None, "L 900.00 C 0.00 N 900.00 V 198.00 P 1098.00 "),
    ],
)
def test_aid_follows_the_size_class(machine: Resource, size_class: str | None, result: str) -> None:
    make_aid()

    quoted = quote(
        resources=[machine], booked=MORNING, company=firm(size_class), service="test_before_invest", now=ASKED
    )

    assert totals(quoted) == result


def test_neither_service_nor_project_is_no_aid(machine: Resource) -> None:
    make_aid()

    assert totals(quote(resources=[machine], booked=MORNING, company=firm("small"), now=ASKED)) == (
        "L 900.00 C 0.00 N 900.00 V 198.00 P 1098.00 "
    )


def test_a_project_brings_its_measure_and_service(machine: Resource, pm: User) -> None:
    make_aid()
    make_measure("CC-INNO", regime="deminimis", service="innovation_project", intensities={"small": "50.00"})
    company = firm("small")
    project = make_project(company=company, pm=pm, measure="CC-INNO", service="innovation_project")

    for asked in ("", "test_before_invest"):
        quoted = quote(resources=[machine], booked=MORNING, company=company, project=project, service=asked, now=ASKED)

        assert totals(quoted) == "L 900.00 C 450.00 N 450.00 V 99.00 P 549.00 deminimis"
        assert (quoted.aid.measure, quoted.aid.service) == ("CC-INNO", "innovation_project")


def test_a_project_without_a_service_takes_the_one_asked_for(machine: Resource, pm: User) -> None:
    make_aid()
    company = firm("medium")
    project = make_project(company=company, pm=pm)

    aid = aid_terms_for(company=company, project=project, service="test_before_invest", on=date(2026, 10, 1))

    assert (aid.measure, aid.intensity) == ("CC-SERV", Decimal("80.00"))


@pytest.mark.parametrize(
    ("on", "measure", "intensity"),
    [
        (date(2026, 12, 31), "CC-SERV", "100.00"),
        (date(2027, 1, 1), "CC-SERV27", "70.00"),
        (date(2023, 12, 31), "", "0.00"),
    ],
)
def test_aid_is_that_of_the_day_of_concession(pm: User, on: date, measure: str, intensity: str) -> None:
    make_aid()
    company = firm("small")
    project = make_project(company=company, pm=pm, measure="CC-SERV", service="test_before_invest")

    aid = aid_terms_for(company=company, project=project, service="", on=on)

    assert (aid.measure, aid.intensity, aid.conceded_on) == (measure, Decimal(intensity), on)


def test_the_concession_day_is_local(machine: Resource) -> None:
    make_aid()
    last_minutes_of_2026_in_utc = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    quoted = quote(
        resources=[machine],
        booked=MORNING,
        company=firm("small"),
        service="test_before_invest",
        now=last_minutes_of_2026_in_utc,
    )

    assert (quoted.aid.measure, quoted.aid.conceded_on) == ("CC-SERV27", date(2027, 1, 1))


def test_a_large_partner_in_a_project_for_smes_has_the_default_measure_of_its_size(pm: User) -> None:
    make_aid()
    project = make_project(company=firm("small"), pm=pm, measure="CC-SERV", service="test_before_invest")
    large = make_company("GIRA", size_class="large")

    aid = aid_terms_for(company=large, project=project, service="", on=date(2026, 10, 1))

    assert (aid.measure, aid.regime, aid.intensity) == ("CC-DEMIN", "deminimis", Decimal("30.00"))


@pytest.mark.parametrize(
    ("size_class", "own", "group"),
    [("small", None, "small"), ("small", "member", "member"), (None, None, "standard"), (None, "academic", "academic")],
)
def test_price_group(size_class: str | None, own: str | None, group: str) -> None:
    assert price_group_of(firm(size_class, own)) == group


def test_the_centre_itself_is_internal() -> None:
    assert price_group_of(None) == "internal"


def test_tariff_of_the_group_else_standard_and_the_newest_of_the_day(machine: Resource) -> None:
    make_tariff(machine, hour="100.00", price_group="member")
    make_tariff(machine, hour="130.00", valid_from=date(2026, 7, 1))
    make_tariff(machine, hour="140.00", valid_from=date(2026, 11, 1))

    def hour(group: str, on: date) -> str | None:
        tariff = tariff_for(machine.pk, price_group=group, on=on)
        return str(tariff.hour) if tariff else None

    assert hour("member", date(2026, 10, 1)) == "100.00"
    assert hour("academic", date(2026, 6, 30)) == "120.00"
    assert hour("standard", date(2026, 7, 1)) == "130.00"
    assert hour("standard", date(2026, 11, 1)) == "140.00"
    assert hour("standard", date(2023, 12, 31)) is None


@pytest.mark.parametrize("n", [1, 3])
def test_tariffs_of_many_resources_are_one_query(n: int, django_assert_num_queries: Any) -> None:
    resources = [make_resource(f"R{number}") for number in range(n)]
    for resource in resources:
        make_tariff(resource)

    with django_assert_num_queries(1):
        found = tariffs_in_force(price_group="small", on=date(2026, 10, 1), resources=[row.pk for row in resources])
        codes = [(tariff.resource.code, tariff.vat_code.code) for tariff in found.values()]

    assert codes == [(resource.code, "22") for resource in resources]


@pytest.mark.parametrize("n", [1, 3])
def test_a_quote_has_a_fixed_number_of_queries(n: int, django_assert_num_queries: Any) -> None:
    make_aid()
    for number in range(n):
        make_tariff(make_resource(f"R{number}"))
    resources = list(Resource.objects.select_related("site").order_by("code"))
    company = firm("small")

    with django_assert_num_queries(4):
        quoted = quote(resources=resources, booked=MORNING, company=company, service="test_before_invest", now=ASKED)

    assert len(quoted.lines) == n


def test_several_resources_are_one_document(machine: Resource) -> None:
    room = make_resource("SA-AUL1", name_it="Aula", name_en="Classroom")
    make_tariff(room, hour="33.33", setup_fee=Decimal("33.33"), setup_vat_code=make_vat_code("N2.2", "0.00", "N2.2"))
    booked = october(14, "09:00", "10:00")

    quoted = quote_json(
        quote(resources=[room, machine], booked=booked, company=firm("small"), operator=True, now=ASKED)
    )

    assert [(x["resource"], x["kind"], x["amount"], x["vat_code"], x["vat"]) for x in quoted["lines"]] == [
        ("SA-AUL1", "use", "33.33", "22", "7.33"),
        ("SA-AUL1", "setup", "33.33", "N2.2", "0.00"),
        ("MU-5AX", "use", "120.00", "22", "26.40"),
    ]
    assert (quoted["list_value"], quoted["net"], quoted["vat"], quoted["payable"]) == (
        "186.66",
        "186.66",
        "33.73",
        "220.39",
    )


@pytest.mark.parametrize(
    ("need", "asked", "hours"),
    [("required", False, "2.0000"), ("optional", True, "2.0000"), ("optional", False, None), ("none", True, None)],
)
def test_the_operator_is_priced_where_required_or_asked_for(need: str, asked: bool, hours: str | None) -> None:
    resource = make_resource("BP-VIB", operator=need)
    make_tariff(resource, operator_hour=Decimal("45.00"))

    quoted = quote(
        resources=[resource], booked=october(14, "09:00", "11:00"), company=firm("small"), operator=asked, now=ASKED
    )

    assert next((str(line.quantity) for line in quoted.lines if line.kind == "operator"), None) == hours


def test_what_may_not_be_aided_is_not(machine: Resource) -> None:
    make_aid()
    resource = make_resource("BP-VIB")
    make_tariff(resource, hour="100.00", setup_fee=Decimal("60.00"), setup_aided=False)

    quoted = quote(
        resources=[resource],
        booked=october(14, "09:00", "11:00"),
        company=firm("medium"),
        service="test_before_invest",
        now=ASKED,
    )

    assert [(str(line.amount), line.aided, str(line.contribution), str(line.net)) for line in quoted.lines] == [
        ("200.00", True, "160.00", "40.00"),
        ("60.00", False, "0.00", "60.00"),
    ]
    assert (quoted.vat, quoted.payable) == (Decimal("22.00"), Decimal("122.00"))


def test_a_measure_may_tax_the_full_value(machine: Resource) -> None:
    make_measure(
        "FULL", regime="gber28", service="audit", intensities={"small": "80.00"}, is_default=True, vat_treatment="full"
    )

    quoted = quote(resources=[machine], booked=MORNING, company=firm("small"), service="audit", now=ASKED)

    assert totals(quoted) == "L 900.00 C 720.00 N 180.00 V 198.00 P 378.00 gber28"


def test_an_internal_booking_has_its_group_no_aid_and_no_vat(machine: Resource) -> None:
    make_aid()
    make_tariff(machine, hour="40.00", price_group="internal")

    quoted = quote(resources=[machine], booked=MORNING, company=None, service="test_before_invest", now=ASKED)

    assert totals(quoted) == "L 300.00 C 0.00 N 300.00 V 0.00 P 300.00 "
    assert [line.vat_code for line in quoted.lines] == [""]


def test_no_tariff_is_refused_with_the_resource(machine: Resource) -> None:
    free = make_resource("OP-ROB1")

    with pytest.raises(Unprocessable) as refused:
        quote(resources=[machine, free], booked=MORNING, company=firm("small"), now=ASKED)

    assert (refused.value.code, refused.value.extra) == ("no_tariff", {"resource": "OP-ROB1"})


def test_an_unknown_service_is_malformed(machine: Resource) -> None:
    with pytest.raises(Malformed) as refused:
        quote(resources=[machine], booked=MORNING, company=firm("small"), service="magic", now=ASKED)

    assert (refused.value.code, refused.value.field_name) == ("invalid", "service")


def test_the_trace_of_a_quote_recomputes_every_line(machine: Resource) -> None:
    make_aid()
    quoted = quote(resources=[machine], booked=MORNING, company=firm("medium"), service="test_before_invest", now=ASKED)

    body = quote_json(quoted)

    first = [step for step in body["trace"] if step["line"] == 1]
    assert recomputed(first) == Decimal("900.00")
    assert [step["rule"] for step in body["trace"]] == ["billable", "hour_rate", "round", "aid", "vat"]
    assert [(step["inputs"], step["rate"], step["result"]) for step in body["trace"][-2:]] == [
        (
            {
                "list_value": "900.00",
                "measure": "CC-SERV",
                "service": "test_before_invest",
                "size_class": "medium",
                "conceded_on": "2026-10-01",
                "may_be_aided": "yes",
            },
            "80.00",
            "720.00",
        ),
        ({"code": "22", "taxable": "180.00"}, "22.00", "39.60"),
    ]


def test_cancellation_fees_are_shares_of_the_time_with_its_minimum(machine: Resource) -> None:
    dear = make_resource("ME-TOM")
    make_tariff(dear, hour="150.00", minimum_charge=Decimal("300.00"), setup_fee=Decimal("90.00"))
    quoted = quote(resources=[machine, dear], booked=october(14, "09:00", "10:00"), company=firm("small"), now=ASKED)

    fees = cancellation_fees(quoted)

    assert (fees.late_fee, fees.no_show_fee) == (Decimal("210.00"), Decimal("420.00"))
