"""Whatever is sent, the answer is a problem, never a fault of ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

pytestmark = [pytest.mark.urls("tests.common.endpoints"), pytest.mark.django_db]
Problem = Callable[[Any], dict[str, Any]]


def post(client: APIClient, body: str | bytes, content_type: str = "application/json") -> Any:
    return client.post("/api/echo/", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"\xff\xfe{}",
        b'{"text": "\xe8"}',
        b'{"text": NaN}',
        b'{"amount": Infinity}',
        b'{"amount": -Infinity}',
        b'{"amount": 1e999}',
        b'{"text": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'{"text": "\\ud800"}',
        b'{"count": 99999999999999999999}',
        b'{"count": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"<xml/>",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_malformed_body_is_400(anonymous_api: APIClient, problem: Problem, body: bytes) -> None:
    response = post(anonymous_api, body)

    assert (response.status_code, problem(response)["code"]) == (400, "invalid")


def test_empty_body_is_an_empty_object(anonymous_api: APIClient) -> None:
    assert post(anonymous_api, b"").json() == {}


def test_huge_body_is_413(anonymous_api: APIClient, problem: Problem, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000

    response = post(anonymous_api, json.dumps({"text": "a" * 1000}))

    assert (response.status_code, problem(response)["code"]) == (413, "too_large")


def test_charset_of_the_caller_is_not_trusted(anonymous_api: APIClient) -> None:
    response = post(anonymous_api, '{"text": "è"}'.encode(), "application/json; charset=no-such-charset")

    assert response.json() == {"text": "è"}


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"at": "2026-11-23T09:00"}, "at", "naive_time"),
        ({"at": "tomorrow"}, "at", "invalid"),
        ({"at": 7}, "at", "invalid"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "at", "invalid"),
        ({"at": "9999-12-31T23:59:59-12:00"}, "at", "invalid"),
        ({"at": None}, "at", "null"),
        ({"amount": "1.234"}, "amount", "max_decimal_places"),
        ({"amount": "1,20"}, "amount", "invalid"),
        ({"amount": "1E5"}, "amount", "invalid"),
        ({"amount": "NaN"}, "amount", "invalid"),
        ({"amount": "99999999999.00"}, "amount", "max_digits"),
        ({"amount": True}, "amount", "invalid"),
        ({"amount": [1]}, "amount", "invalid"),
        ({"amount": "١٢"}, "amount", "invalid"),
        ({"share": "100.01"}, "share", "max_value"),
        ({"share": "-1"}, "share", "min_value"),
        ({"hours": "-0.25"}, "hours", "min_value"),
        ({"count": True}, "count", "invalid"),
        ({"count": 1.5}, "count", "invalid"),
        ({"count": 2_147_483_648}, "count", "max_value"),
        ({"count": -1}, "count", "min_value"),
        ({"text": ["a"]}, "text", "invalid"),
        ({"text": "a" * 21}, "text", "max_length"),
        ({"parts": {"amount": "1"}}, "parts", "not_a_list"),
        ({"parts": [{"amount": "1"}, {}]}, "parts.1.amount", "required"),
        ({"parts": [7]}, "parts.0", "invalid"),
    ],
)
def test_wrong_value_names_its_field(
    anonymous_api: APIClient, problem: Problem, body: dict[str, Any], field: str, code: str
) -> None:
    document = problem(post(anonymous_api, json.dumps(body)))

    assert [(error["field"], error["code"]) for error in document["errors"]] == [(field, code)]
    assert document["code"] == ("naive_time" if code == "naive_time" else "invalid")


def test_two_different_faults_are_simply_invalid(anonymous_api: APIClient, problem: Problem) -> None:
    document = problem(post(anonymous_api, '{"at": "2026-11-23T09:00", "amount": "x"}'))

    assert (document["code"], len(document["errors"])) == ("invalid", 2)


def test_right_values_come_back_in_the_api_s_own_form(anonymous_api: APIClient) -> None:
    body = {"at": "2026-07-01T10:00:00Z", "amount": 3, "share": 20.5, "hours": "1.5", "count": "7"}

    assert post(anonymous_api, json.dumps(body)).json() == {
        "at": "2026-07-01T12:00:00+02:00",
        "amount": "3.00",
        "share": "20.50",
        "hours": "1.50",
        "count": 7,
    }


@pytest.mark.parametrize("query", ["page=0", "page=x", "page=-1", "page=1.5", "page=٣", "page_size=0", "page_size=x"])
def test_bad_page_is_400_or_404(anonymous_api: APIClient, problem: Problem, query: str) -> None:
    response = anonymous_api.get(f"/api/pages/?{query}")

    assert (response.status_code, problem(response)["code"]) in {(400, "invalid"), (404, "not_found")}


def test_pages_are_cut_at_500(anonymous_api: APIClient) -> None:
    first = anonymous_api.get("/api/pages/?page_size=9999").json()
    second = anonymous_api.get("/api/pages/?page_size=9999&page=2").json()

    assert (first["count"], len(first["results"]), first["previous"]) == (600, 500, None)
    assert (len(second["results"]), second["results"][0], second["next"]) == (100, {"number": 500}, None)


def test_page_beyond_the_end_is_not_there(anonymous_api: APIClient, problem: Problem) -> None:
    assert problem(anonymous_api.get("/api/pages/?page=99"))["code"] == "not_found"
    assert problem(anonymous_api.get(f"/api/pages/?page={'9' * 18}"))["code"] == "not_found"


def test_nul_in_an_address_never_reaches_the_database(anonymous_api: APIClient, problem: Problem) -> None:
    assert problem(anonymous_api.get("/api/refusing/a%00b/"))["code"] == "not_found"
    assert problem(anonymous_api.get("/api/pages/?page=%00"))["status"] == 400


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(
    body=st.dictionaries(
        st.sampled_from(["at", "amount", "share", "hours", "count", "text", "parts"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
            max_leaves=8,
        ),
    )
)
def test_any_json_is_answered(anonymous_api: APIClient, body: dict[str, Any]) -> None:
    response = post(anonymous_api, json.dumps(body))

    assert response.status_code in {200, 400}


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(body=st.binary(max_size=60))
def test_any_bytes_are_answered(anonymous_api: APIClient, body: bytes) -> None:
    response = post(anonymous_api, body)

    assert response.status_code in {200, 400}
