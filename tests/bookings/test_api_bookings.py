"""The HTTP contract of quotes, bookings and calendar: fields, codes, and who must not see what."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from bookings.models import Booking
from companies.models import User
from tests.conftest import ApiOf
from tests.world import NOW, Centre, at, book

pytestmark = pytest.mark.django_db

WISH: dict[str, Any] = {
    "resources": ["MACHINE"],
    "start": "2026-11-30T09:00:00+01:00",
    "end": "2026-11-30T11:00:00+01:00",
}
REQUEST = {**WISH, "resources": ["GUARDED"], "operator": True, "project": "PC-03", "milestone": "PC-03.M1"}


@pytest.fixture
def as_fanta(api_of: ApiOf, fanta: User) -> APIClient:
    return api_of(fanta, now=NOW)


@pytest.fixture
def as_gira(api_of: ApiOf, gira: User) -> APIClient:
    return api_of(gira, now=NOW)


def problem(answer: Any) -> dict[str, Any]:
    """Return the document of a refusal, once its media type is checked."""
    body: dict[str, Any] = answer.json()
    assert (answer["Content-Type"], body["status"]) == ("application/problem+json", answer.status_code)
    return body


def post(client: APIClient, path: str, body: object) -> Any:
    return client.post(f"/api/v1/{path}", body, format="json")


def test_quote_answers_price_terms_and_refusals(centre: Centre, as_fanta: APIClient) -> None:
    answer = post(as_fanta, "quotes/", {**WISH, "end": "2026-11-30T20:00:00+01:00", "project": "PC-03"})

    body = answer.json()
    assert answer.status_code == 200
    assert (body["list_value"], body["contribution"], body["net"], body["vat"], body["payable"]) == (
        "1100.00",
        "1100.00",
        "0.00",
        "0.00",
        "0.00",
    )
    assert (body["intensity"], body["regime"], body["cap_reason"]) == ("100.00", "gber28", None)
    assert [(line["kind"], line["quantity"], line["unit_price"]) for line in body["lines"]] == [
        ("use", "11.00", "100.00")
    ]
    assert [refusal["code"] for refusal in body["refusals"]] == ["closed", "too_long"]
    assert body["cancellation"]["free_until"] == "2026-11-29T09:00:00+01:00"


def test_quote_without_tariff_is_422(centre: Centre, as_fanta: APIClient) -> None:
    answer = post(
        as_fanta, "quotes/", {**WISH, "start": "2023-11-30T09:00:00+01:00", "end": "2023-11-30T10:00:00+01:00"}
    )

    assert (answer.status_code, problem(answer)["code"]) == (422, "no_tariff")


def test_booking_answers_201_with_everything(centre: Centre, as_fanta: APIClient) -> None:
    answer = post(as_fanta, "bookings/", {**WISH, "project": "PC-03", "milestone": "PC-03.M1", "purpose": "=1+1"})

    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["resources"], body["hold_expires_at"]) == ("confirmed", ["MACHINE"], None)
    assert (body["start"], body["end"]) == ("2026-11-30T09:00:00+01:00", "2026-11-30T11:00:00+01:00")
    assert (body["project"], body["milestone"], body["purpose"]) == ("PC-03", "PC-03.M1", "=1+1")
    assert body["price"]["list_value"] == "200.00"
    assert as_fanta.get(f"/api/v1/bookings/{body['reference']}/").json() == body


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"start": "2026-11-30T09:05:00+01:00"}, 422, "off_step"),
        ({"start": "2026-11-30T06:00:00+01:00"}, 422, "closed"),
        ({"start": "2026-11-20T08:00:00+01:00", "end": "2026-11-20T09:00:00+01:00"}, 422, "in_past"),
        ({"start": "2026-11-20T11:00:00+01:00", "end": "2026-11-20T12:00:00+01:00"}, 422, "too_soon"),
        ({"start": "2027-11-29T09:00:00+01:00", "end": "2027-11-29T11:00:00+01:00"}, 422, "too_far"),
        ({"people": 99}, 422, "too_many_people"),
        ({"resources": ["GUARDED"]}, 422, "not_qualified"),
        ({"resources": ["LINE", "MACHINE"]}, 422, "included"),
    ],
)
def test_rules_refuse_with_their_codes(
    centre: Centre, as_fanta: APIClient, change: dict[str, Any], status: int, code: str
) -> None:
    answer = post(as_fanta, "bookings/", {**WISH, **change})

    body = problem(answer)
    assert (answer.status_code, body["code"]) == (status, "refused")
    assert code in [refusal["code"] for refusal in body["refusals"]]
    assert all(set(refusal) == {"code", "detail", "override"} for refusal in body["refusals"])
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": "2026-11-30T09:00:00"}, "naive_time"),
        ({"end": "2026-11-30T08:00:00+01:00"}, "end_before_start"),
        ({"end": "2026-11-30T09:00:00+01:00"}, "end_before_start"),
        ({"start": "tomorrow"}, "invalid"),
        ({"start": None}, "invalid"),
        ({"resources": []}, "invalid"),
        ({"resources": ["MACHINE", "MACHINE"]}, "invalid"),
        ({"resources": "MACHINE"}, "invalid"),
        ({"resources": [{"code": "MACHINE", "quantity": 2}]}, "invalid"),
        ({"resources": [{"quantity": 1}]}, "invalid"),
        ({"resources": [["MACHINE"]]}, "invalid"),
        ({"people": 0}, "invalid"),
        ({"people": 10**12}, "invalid"),
        ({"people": "many"}, "invalid"),
        ({"names": ["not an address"]}, "invalid"),
        ({"purpose": "x" * 501}, "invalid"),
        ({"purpose": "a\u0000b"}, "invalid"),
        ({"milestone": "PC-03.M1"}, "invalid"),
        ({"service": "no_such_service"}, "invalid"),
    ],
)
def test_impossible_shapes_are_400(centre: Centre, as_fanta: APIClient, change: dict[str, Any], code: str) -> None:
    for path in ("quotes/", "bookings/"):
        answer = post(as_fanta, path, {**WISH, **change})

        assert (answer.status_code, problem(answer)["code"]) == (400, code)
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"resources": ["NOWHERE"]},
        {"project": "PC-99"},
        {"project": "PC-03", "milestone": "PC-99.M1"},
        {"company": 999_999},
    ],
)
def test_what_is_not_there_is_404(centre: Centre, as_fanta: APIClient, change: dict[str, Any]) -> None:
    answer = post(as_fanta, "bookings/", {**WISH, **change})

    assert (answer.status_code, problem(answer)["code"]) == (404, "not_found")


def test_overlap_is_409_with_alternatives(centre: Centre, as_fanta: APIClient, as_gira: APIClient) -> None:
    post(as_fanta, "bookings/", WISH)

    answer = post(
        as_gira, "bookings/", {**WISH, "start": "2026-11-30T10:00:00+01:00", "end": "2026-11-30T12:00:00+01:00"}
    )

    body = problem(answer)
    assert (answer.status_code, body["code"]) == (409, "overlap")
    assert [refusal["code"] for refusal in body["refusals"]] == ["overlap"]
    assert len(body["alternatives"]) == 3
    assert body["alternatives"][0] == {
        "start": "2026-11-30T11:15:00+01:00",
        "end": "2026-11-30T13:15:00+01:00",
        "resources": ["MACHINE"],
    }
    assert Booking.objects.count() == 1


def test_from_request_to_charges(
    centre: Centre, as_fanta: APIClient, api_of: ApiOf, manager: User, technician: User
) -> None:
    reference = post(as_fanta, "bookings/", REQUEST).json()["reference"]

    approved = post(api_of(manager, now=NOW), f"bookings/{reference}/approve/", {})
    entered = post(api_of(technician, now=at(9)), f"bookings/{reference}/check-in/", {})
    left = post(
        api_of(technician, now=at(12)),
        f"bookings/{reference}/check-out/",
        {"ended_at": "2026-11-30T11:20:00+01:00", "operator_hours": "2.00", "note": "Fine", "incident": ""},
    )

    body = left.json()
    assert [answer.status_code for answer in (approved, entered, left)] == [200, 200, 200]
    assert [event["action"] for event in body["history"]] == ["request", "approve", "check_in", "check_out"]
    assert (body["status"], body["usage"]["operator_hours"]) == ("completed", "2.00")
    assert body["usage"]["ended_at"] == "2026-11-30T11:20:00+01:00"
    assert [(one["kind"], one["list_value"], one["net"], one["vat"]) for one in body["charges"]] == [
        ("use", "250.00", "0.00", "0.00"),
        ("operator", "90.00", "0.00", "0.00"),
    ]


STEPS = ("approve", "confirm", "reject", "cancel", "check-in", "check-out")


@pytest.mark.parametrize("step", STEPS)
def test_another_firms_booking_is_404_for_every_step(
    centre: Centre, as_fanta: APIClient, as_gira: APIClient, step: str
) -> None:
    reference = post(as_fanta, "bookings/", REQUEST).json()["reference"]

    foreign = post(as_gira, f"bookings/{reference}/{step}/", {"reason": "other"})
    missing = post(as_gira, f"bookings/BK-999999/{step}/", {"reason": "other"})

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.content == missing.content


def test_another_firms_booking_is_not_listed_nor_shown(centre: Centre, as_fanta: APIClient, as_gira: APIClient) -> None:
    reference = post(as_fanta, "bookings/", WISH).json()["reference"]

    assert as_gira.get("/api/v1/bookings/").json()["count"] == 0
    assert as_gira.get(f"/api/v1/bookings/{reference}/").content == as_gira.get("/api/v1/bookings/BK-999999/").content
    assert as_gira.get("/api/v1/bookings/", {"project": "PC-03"}).status_code == 404


@pytest.mark.parametrize("step", ["approve", "reject"])
def test_own_firm_does_not_decide(centre: Centre, as_fanta: APIClient, step: str) -> None:
    reference = post(as_fanta, "bookings/", REQUEST).json()["reference"]

    answer = post(as_fanta, f"bookings/{reference}/{step}/", {"reason": "Please"})

    assert (answer.status_code, problem(answer)["code"]) == (403, "forbidden")


def test_nobody_books_without_signing_in(centre: Centre, anonymous_api: APIClient) -> None:
    for path in ("quotes/", "bookings/"):
        assert post(anonymous_api, path, WISH).status_code == 401
    assert anonymous_api.get("/api/v1/bookings/").status_code == 401


def test_early_check_in_and_wrong_states_are_409(centre: Centre, as_fanta: APIClient) -> None:
    reference = post(as_fanta, "bookings/", WISH).json()["reference"]

    early = post(as_fanta, f"bookings/{reference}/check-in/", {})
    unused = post(as_fanta, f"bookings/{reference}/check-out/", {})

    assert (early.status_code, problem(early)["code"]) == (409, "too_early")
    assert (unused.status_code, problem(unused)["code"]) == (409, "wrong_state")


@pytest.mark.parametrize("body", [{}, {"reason": "whim"}, {"reason": None}])
def test_cancel_needs_a_listed_reason(centre: Centre, as_fanta: APIClient, body: dict[str, Any]) -> None:
    reference = post(as_fanta, "bookings/", WISH).json()["reference"]

    answer = post(as_fanta, f"bookings/{reference}/cancel/", body)

    assert (answer.status_code, problem(answer)["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "query",
    [{"status": "gone"}, {"start": "2026-11-30"}, {"company": "x"}, {"page_size": "many"}],
)
def test_bad_filters_are_400(centre: Centre, as_fanta: APIClient, query: dict[str, str]) -> None:
    assert as_fanta.get("/api/v1/bookings/", query).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_a_fixed_number_of_queries(
    centre: Centre, fanta: User, as_fanta: APIClient, count: int, django_assert_num_queries: Any
) -> None:
    for index in range(count):
        book(fanta, "MACHINE", start=9 + 3 * index, end=10 + 3 * index)

    with django_assert_num_queries(3):
        body = as_fanta.get("/api/v1/bookings/").json()

    assert len(body["results"]) == count


WEEK = {"start": "2026-11-30T00:00:00+01:00", "end": "2026-12-07T00:00:00+01:00"}


def test_calendar_shows_outsiders_only_occupied(
    centre: Centre, as_fanta: APIClient, as_gira: APIClient, anonymous_api: APIClient
) -> None:
    reference = post(as_fanta, "bookings/", {**WISH, "project": "PC-03", "purpose": "Secret"}).json()["reference"]

    own = as_fanta.get("/api/v1/calendar/", {**WEEK, "resource": "MACHINE"}, HTTP_ACCEPT_LANGUAGE="en").json()
    foreign = as_gira.get("/api/v1/calendar/", {**WEEK, "resource": "MACHINE"}, HTTP_ACCEPT_LANGUAGE="en")
    public = anonymous_api.get("/api/v1/calendar/", {**WEEK, "resource": "MACHINE"}, HTTP_ACCEPT_LANGUAGE="en").json()

    assert own[0]["title"] == "Officine Fantasia S.r.l. · PC-03"
    assert (own[0]["mine"], own[0]["status"]) == (True, "confirmed")
    assert [(event["title"], event["mine"], event["status"]) for event in foreign.json()] == [
        ("occupied", False, "occupied")
    ]
    assert public == foreign.json()
    for secret in ("Fantasia", "PC-03", "Secret", reference):
        assert secret not in foreign.content.decode()


def test_calendar_ends_with_a_use_that_ended_early(
    centre: Centre, as_fanta: APIClient, as_gira: APIClient, api_of: ApiOf, technician: User
) -> None:
    reference = post(as_fanta, "bookings/", WISH).json()["reference"]
    post(api_of(technician, now=at(9)), f"bookings/{reference}/check-in/", {})
    post(api_of(technician, now=at(10)), f"bookings/{reference}/check-out/", {})

    for reader in (as_fanta, as_gira):
        events = reader.get("/api/v1/calendar/", WEEK).json()
        assert [(event["start"][11:16], event["end"][11:16]) for event in events] == [("09:00", "10:00")]


def test_calendar_answers_304_to_the_same_reader_only(centre: Centre, as_fanta: APIClient, as_gira: APIClient) -> None:
    post(as_fanta, "bookings/", WISH)

    first = as_fanta.get("/api/v1/calendar/", WEEK)
    again = as_fanta.get("/api/v1/calendar/", WEEK, HTTP_IF_NONE_MATCH=first["ETag"])
    other = as_gira.get("/api/v1/calendar/", WEEK, HTTP_IF_NONE_MATCH=first["ETag"])

    assert (first.status_code, again.status_code, again.content, other.status_code) == (200, 304, b"", 200)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"start": WEEK["start"]},
        {"start": WEEK["end"], "end": WEEK["start"]},
        {"start": "2026-01-01T00:00:00Z", "end": "2027-01-03T00:00:00Z"},
        {"start": "2026-11-30T00:00:00", "end": WEEK["end"]},
        {**WEEK, "area": "NONE"},
    ],
)
def test_calendar_asks_for_a_window_of_a_year_at_most_and_for_areas_that_exist(
    centre: Centre, as_fanta: APIClient, query: dict[str, str]
) -> None:
    assert as_fanta.get("/api/v1/calendar/", query).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_calendar_takes_one_query_and_one_to_find_the_resource(
    centre: Centre, fanta: User, as_fanta: APIClient, count: int, django_assert_num_queries: Any
) -> None:
    for index in range(count):
        book(fanta, "MACHINE", start=9 + 3 * index, end=10 + 3 * index)
    cache.clear()

    with django_assert_num_queries(1):
        everything = as_fanta.get("/api/v1/calendar/", WEEK).json()
    with django_assert_num_queries(2):
        events = as_fanta.get("/api/v1/calendar/", {**WEEK, "resource": "MACHINE"}).json()

    assert (len(everything), len(events)) == (count, count)
