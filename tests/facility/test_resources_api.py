"""Resources over HTTP: everybody reads, a manager writes, bad input is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies.models import User
from facility.models import Resource
from facility.rules import DayException, OpeningHours
from tests.catalogue import make_area, make_resource
from tests.conftest import ApiOf
from tests.costing.rows import make_tariff

URL = "/api/v1/resources/"
Problem = Callable[[Any], dict[str, Any]]
pytestmark = pytest.mark.django_db

CLOSED_EVE = {"date": "2026-12-24", "closed": True}
NEW = {
    "code": "RB-COB9",
    "name_it": "Robot collaborativo 9",
    "name_en": "Cobot 9",
    "kind": "equipment",
    "area": "A3",
    "capacity": 2,
    "specs": "5 kg",
    "opening": [{"days": ["MO", "TU"], "from": "08:00", "to": "24:00"}],
    "exceptions": [{"date": "2026-12-08", "from": "09:00", "to": "13:00"}, {"date": "2026-12-24", "closed": True}],
    "policy": {"step_minutes": 30, "approval": {"above_hours": "4"}},
    "operator": "optional",
    "documents": ["nda"],
}


def test_anybody_reads_the_catalogue(anonymous_api: APIClient) -> None:
    make_resource("RB-1", opening=(OpeningHours(("MO",), 480, 720),), components=())
    make_resource("OP-1", kind="operator")

    response = anonymous_api.get(URL)

    assert response.status_code == 200
    assert [row["code"] for row in response.json()["results"]] == ["RB-1"]
    assert response.json()["results"][0]["opening"] == [{"days": ["MO"], "from": "08:00", "to": "12:00"}]


def test_a_resource_shows_its_rules_and_the_callers_tariff(fanta: User, api_of: ApiOf) -> None:
    resource = make_resource(
        "RB-1",
        policy={"approval": "above_amount", "approval_above": Decimal(900)},
        exceptions=(DayException(date(2026, 12, 24)),),
    )
    make_tariff(resource, price_group="standard", hour="90.00")
    make_tariff(resource, price_group="small", hour="80.00")

    body = api_of(fanta).get(f"{URL}RB-1/").json()

    assert body["policy"] == {
        "step_minutes": 15,
        "min_minutes": 15,
        "max_minutes": 600,
        "notice_hours": 0,
        "horizon_days": 120,
        "setup_minutes": 0,
        "cleanup_minutes": 0,
        "max_people": 6,
        "release_minutes": 30,
        "cancel_notice_hours": 24,
        "approval": {"above_amount": "900.00"},
        "quotas": [],
        "max_future_bookings": None,
    }
    assert body["exceptions"] == [{"date": "2026-12-24", "closed": True}]
    assert (body["tariff"]["price_group"], body["tariff"]["hour"]) == ("small", "80.00")


def test_a_manager_adds_a_resource_and_reads_it_back(manager: User, api_of: ApiOf, anonymous_api: APIClient) -> None:
    make_area("A3")

    created = api_of(manager).post(URL, NEW)

    assert created.status_code == 201, created.json()
    body = anonymous_api.get(f"{URL}RB-COB9/").json()
    assert body == {**created.json(), "name": body["name"]}
    assert {key: body[key] for key in ("capacity", "opening", "exceptions", "operator", "documents")} == {
        key: NEW[key] for key in ("capacity", "opening", "exceptions", "operator", "documents")
    }
    assert (body["specs_it"], body["specs_en"]) == ("5 kg", "5 kg")
    assert body["policy"]["approval"] == {"above_hours": "4"}
    assert (body["policy"]["step_minutes"], body["policy"]["min_minutes"]) == (30, 60)


def test_a_change_leaves_the_rest_alone(manager: User, api_of: ApiOf) -> None:
    make_area("A3")
    api = api_of(manager)
    before = api.post(URL, NEW).json()

    after = api.patch(f"{URL}RB-COB9/", {"policy": {"notice_hours": 48}, "opening": None, "name": "Cobot"}).json()

    assert after == {
        **before,
        "policy": {**before["policy"], "notice_hours": 48},
        "opening": None,
        "name": "Cobot",
        "name_it": "Cobot",
        "name_en": "Cobot",
    }


def test_components_are_codes_or_codes_with_a_quantity(manager: User, api_of: ApiOf) -> None:
    make_resource("AR-KIT", capacity=8)
    make_resource("RB-1")

    body = api_of(manager).post(URL, {**NEW, "components": ["RB-1", {"code": "AR-KIT", "quantity": 2}]}).json()

    assert body["components"] == [{"code": "AR-KIT", "quantity": 2}, {"code": "RB-1", "quantity": 1}]


@pytest.mark.parametrize("who", ["fanta", "technician", "pm", "finance"])
def test_others_than_managers_write_nothing(
    who: str, request: pytest.FixtureRequest, api_of: ApiOf, problem: Problem
) -> None:
    make_resource("RB-1")
    api = api_of(request.getfixturevalue(who))

    created, changed = api.post(URL, NEW), api.patch(f"{URL}RB-1/", {"capacity": 3})

    assert (problem(created)["code"], problem(changed)["code"]) == ("forbidden", "forbidden")
    assert (created.status_code, changed.status_code) == (403, 403)
    assert list(Resource.objects.values_list("code", "capacity")) == [("RB-1", 1)]


def test_visitors_sign_in_before_they_write(anonymous_api: APIClient, problem: Problem) -> None:
    assert problem(anonymous_api.post(URL, NEW))["status"] == 401


def test_what_is_internal_is_not_there_for_firms(fanta: User, manager: User, api_of: ApiOf, problem: Problem) -> None:
    make_resource("OP-1", kind="operator")

    missing, internal = api_of(fanta).get(f"{URL}NONE/"), api_of(fanta).get(f"{URL}OP-1/")

    assert missing.status_code == internal.status_code == 404
    assert missing.content == internal.content
    assert api_of(fanta).get(f"{URL}OP-1/availability/?start=x").status_code == 404
    assert api_of(fanta).patch(f"{URL}OP-1/", {"capacity": 2}).status_code == 404
    assert api_of(manager).get(f"{URL}OP-1/").json()["code"] == "OP-1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "rb cob"}, "code"),
        ({"code": None}, "code"),
        ({"kind": "spaceship"}, "kind"),
        ({"area": "A99"}, "area"),
        ({"capacity": 0}, "capacity"),
        ({"capacity": True}, "capacity"),
        ({"capacity": 10**12}, "capacity"),
        ({"opening": "always"}, "opening"),
        ({"opening": [{"days": ["MO"], "from": "09:00", "to": "08:00"}]}, "opening.0"),
        ({"exceptions": [{"date": "2026-02-30", "closed": True}]}, "exceptions.0"),
        ({"exceptions": [CLOSED_EVE, {"date": "2026-12-24", "from": "08:00", "to": "9:00"}]}, "exceptions.1"),
        ({"exceptions": [CLOSED_EVE, {"date": "2026-12-24", "from": "08:00", "to": "09:00"}]}, "exceptions"),
        ({"components": [{"code": "RB-1", "quantity": 0}]}, "components.0"),
        ({"components": ["RB-1", "RB-1"]}, "components"),
        ({"components": ["NONE"]}, "components"),
        ({"policy": {"step_minutes": 0}}, "policy.step_minutes"),
        ({"policy": {"horizon_days": 1001}}, "policy.horizon_days"),
        ({"policy": {"setup_minutes": 2_000_000_000}}, "policy.setup_minutes"),
        ({"policy": {"min_minutes": 120, "max_minutes": 60}}, "policy.max_minutes"),
        ({"policy": {"approval": "sometimes"}}, "policy.approval"),
        ({"policy": {"approval": {"above_hours": 4}}}, "policy.approval"),
        ({"policy": {"approval": {"above_amount": "NaN"}}}, "policy.approval"),
        ({"policy": {"quotas": [{"scope": "area", "per": "week", "hours": "10"}]}}, "policy.quotas"),
        ({"policy": "strict"}, "policy"),
        ({"qualification": "Q-NONE"}, "qualification"),
        ({"operator": "maybe"}, "operator"),
        ({"documents": [1, {}]}, "documents.1"),
        ({"published": "perhaps"}, "published"),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_written(
    change: dict[str, Any], field: str, manager: User, api_of: ApiOf, problem: Problem
) -> None:
    make_resource("RB-1")

    response = api_of(manager).post(URL, {**NEW, **change})

    body = problem(response)
    assert (body["status"], body["code"]) == (400, "invalid"), body
    assert field in [error["field"] for error in body["errors"]], body
    assert Resource.objects.count() == 1


@pytest.mark.parametrize("missing", ["code", "name_it", "kind", "area"])
def test_required_fields_are_asked_for(missing: str, manager: User, api_of: ApiOf, problem: Problem) -> None:
    make_area("A3")
    body = {key: value for key, value in NEW.items() if key != missing}

    answer = problem(api_of(manager).post(URL, body))

    expected = "name" if missing == "name_it" else missing
    assert [error["field"] for error in answer["errors"]] == [expected]


def test_parts_that_cannot_make_up_a_whole_are_422(manager: User, api_of: ApiOf, problem: Problem) -> None:
    make_resource("RB-1")

    body = problem(api_of(manager).post(URL, {**NEW, "components": [{"code": "RB-1", "quantity": 2}]}))

    assert (body["status"], body["code"]) == (422, "refused")
    assert [refusal["code"] for refusal in body["refusals"]] == ["quantity_above_capacity"]
    assert not Resource.objects.filter(code="RB-COB9").exists()


def test_a_taken_code_is_409(manager: User, api_of: ApiOf, problem: Problem) -> None:
    make_resource("RB-COB9")

    body = problem(api_of(manager).post(URL, NEW))

    assert (body["status"], body["code"]) == (409, "duplicate")


def test_the_code_of_a_resource_does_not_change(manager: User, api_of: ApiOf, problem: Problem) -> None:
    make_resource("RB-1")

    body = problem(api_of(manager).patch(f"{URL}RB-1/", {"code": "RB-2"}))

    assert (body["status"], body["errors"][0]["field"]) == (400, "code")
    assert api_of(manager).patch(f"{URL}RB-1/", {"code": "RB-1", "capacity": 2}).json()["capacity"] == 2


@pytest.mark.parametrize("raw", ["", "[]", "{", '"text"', "\x00", '{"code": "\\u0000"}', "[" * 50_000])
def test_malformed_bodies_are_400(raw: str, manager: User, api_of: ApiOf, problem: Problem) -> None:
    response = api_of(manager).post(URL, data=raw, content_type="application/json")

    assert problem(response)["status"] == 400


@pytest.mark.parametrize(
    "query",
    ["kind=none", "area=none", "free_from=2026-11-30T09:00", "free_from=2026-11-30T09:00:00Z", "page_size=0", "page=x",
     "free_from=2026-11-30T09:00:00Z&free_to=2026-11-30T09:00:00Z"],
)  # fmt: skip
def test_bad_filters_are_400(query: str, anonymous_api: APIClient, problem: Problem) -> None:
    make_resource("RB-1")

    assert problem(anonymous_api.get(f"{URL}?{query}"))["status"] == 400


def test_free_between_leaves_out_what_is_closed(anonymous_api: APIClient) -> None:
    make_resource("RB-1")
    make_resource("RB-2", opening=(OpeningHours(("MO",), 0, 1440),))
    make_resource("RB-3", exceptions=(DayException(date(2026, 11, 30)),))

    def free(start: str, end: str) -> list[str]:
        response = anonymous_api.get(URL, {"free_from": start, "free_to": end})
        return [row["code"] for row in response.json()["results"]]

    assert free("2026-11-30T09:00:00+01:00", "2026-11-30T10:00:00+01:00") == ["RB-1", "RB-2"]
    assert free("2026-11-30T20:00:00+01:00", "2026-11-30T21:00:00+01:00") == ["RB-2"]


def test_availability_shows_open_and_free_spans(anonymous_api: APIClient) -> None:
    make_resource("RB-1")

    response = anonymous_api.get(
        f"{URL}RB-1/availability/", {"start": "2026-11-30T00:00:00+01:00", "end": "2026-12-01T00:00:00+01:00"}
    )

    day = [{"start": "2026-11-30T08:00:00+01:00", "end": "2026-11-30T19:00:00+01:00"}]
    assert response.json() == {"open": day, "busy": [], "free": day, "capacity": 1, "step_minutes": 15}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "start=2026-11-30T00:00:00%2B01:00",
        "start=x&end=y",
        "start=2026-11-30T00:00:00Z&end=2026-11-29T00:00:00Z",
        "start=2026-01-01T00:00:00Z&end=2028-01-01T00:00:00Z",
    ],
)
def test_availability_needs_a_window_of_at_most_a_year(query: str, anonymous_api: APIClient, problem: Problem) -> None:
    make_resource("RB-1")

    assert problem(anonymous_api.get(f"{URL}RB-1/availability/?{query}"))["status"] == 400


@pytest.mark.parametrize("n", [1, 3])
def test_the_list_has_a_fixed_number_of_queries(
    n: int, anonymous_api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_resource("PART", published=False)
    for number in range(n):
        resource = make_resource(
            f"W-{number}",
            components=(("PART", 1),),
            opening=(OpeningHours(("MO",), 60 * number, 1440),),
            exceptions=(DayException(date(2026, 12, 24)),),
            qualification="Q-COB",
        )
        make_tariff(resource)

    with django_assert_num_queries(7):
        response = anonymous_api.get(URL)

    assert len(json.loads(response.content)["results"]) == n
