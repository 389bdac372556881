"""Every exception that may leave an endpoint, as the caller reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

pytestmark = [pytest.mark.urls("tests.common.endpoints"), pytest.mark.django_db]
Problem = Callable[[Any], dict[str, Any]]


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def expected(status: int, title: str, code: str, detail: str, **members: Any) -> dict[str, Any]:
    return {
        "type": f"urn:collaudo:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    } | members


def test_rules_refuse_with_every_reason(anonymous_api: APIClient, problem: Problem) -> None:
    response = anonymous_api.get("/api/refusing/refused/")

    assert problem(response) == expected(
        422,
        "Unprocessable Entity",
        "refused",
        "Too late. Odd minutes.",
        refusals=[
            {"code": "in_past", "detail": "Too late.", "override": "manager"},
            {"code": "off_step", "detail": "Odd minutes.", "override": "nobody"},
        ],
    )


def test_lone_overlap_is_a_conflict_with_alternatives(anonymous_api: APIClient, problem: Problem) -> None:
    response = anonymous_api.get("/api/refusing/overlap/")

    assert problem(response) == expected(
        409,
        "Conflict",
        "overlap",
        "Somebody is there.",
        refusals=[{"code": "overlap", "detail": "Somebody is there.", "override": "nobody"}],
        alternatives=[{"start": "2026-11-23T09:00:00+01:00", "end": "2026-11-23T10:00:00+01:00", "resources": ["M1"]}],
        residual="1.00",
    )


def test_refusal_of_a_series_carries_its_date(anonymous_api: APIClient, problem: Problem) -> None:
    response = anonymous_api.get("/api/refusing/series/")

    assert problem(response)["refusals"] == [
        {"code": "closed", "detail": "Closed.", "override": "nobody", "date": "2026-11-23"}
    ]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("conflict", expected(409, "Conflict", "period_not_settled", "Not yet.", blockers=[{"code": "open"}])),
        ("unprocessable", expected(422, "Unprocessable Entity", "no_tariff", "No price.")),
        (
            "malformed",
            expected(
                400,
                "Bad Request",
                "end_before_start",
                "The end is first.",
                errors=[{"field": "end", "code": "end_before_start", "detail": "The end is first."}],
            ),
        ),
        ("denied", expected(403, "Forbidden", "forbidden", "Your role does not allow this.")),
        (
            "model",
            expected(
                400,
                "Bad Request",
                "invalid",
                "Too long.",
                errors=[{"field": "name", "code": "max_length", "detail": "Too long."}],
            ),
        ),
        (
            "model_whole",
            expected(
                400,
                "Bad Request",
                "invalid",
                "Nonsense.",
                errors=[{"field": "", "code": "nonsense", "detail": "Nonsense."}],
            ),
        ),
        ("data", expected(400, "Bad Request", "invalid", "A value is outside what can be stored.")),
    ],
)
def test_exception_becomes_its_problem(
    anonymous_api: APIClient, problem: Problem, name: str, document: dict[str, Any]
) -> None:
    assert problem(anonymous_api.get(f"/api/refusing/{name}/")) == document


@pytest.mark.parametrize("name", ["busy", "lock"])
def test_lock_not_free_asks_to_try_again(anonymous_api: APIClient, problem: Problem, name: str) -> None:
    response = anonymous_api.get(f"/api/refusing/{name}/")

    assert (problem(response)["code"], response.status_code) == ("busy_try_again", 503)
    assert response["Retry-After"] == "1"


def test_throttled_says_when(anonymous_api: APIClient, problem: Problem) -> None:
    response = anonymous_api.get("/api/refusing/throttled/")

    assert (problem(response)["code"], response.status_code) == ("throttled", 429)
    assert response["Retry-After"] == "12"


def test_missing_foreign_and_unknown_are_the_same_bytes(anonymous_api: APIClient, problem: Problem) -> None:
    answers = {
        anonymous_api.get(path).content
        for path in ("/api/refusing/not_found/", "/api/refusing/http404/", "/api/nowhere/", "/api", "/api/a/b/c")
    }

    assert len(answers) == 1
    assert problem(anonymous_api.delete("/api/nowhere/")) == expected(
        404, "Not Found", "not_found", "There is nothing here that you can see."
    )


def test_wrong_method_and_media_type(anonymous_api: APIClient, problem: Problem) -> None:
    method = anonymous_api.delete("/api/echo/")
    media = anonymous_api.post("/api/echo/", "a=1", content_type="application/x-www-form-urlencoded")

    assert (method.status_code, problem(method)["code"], method["Allow"]) == (
        405,
        "method_not_allowed",
        "POST, OPTIONS",
    )
    assert (media.status_code, problem(media)["code"]) == (415, "unsupported_media_type")


def test_role_factory_tells_nobody_from_another_role(
    anonymous_api: APIClient, api_of: Any, problem: Problem, finance: Any, admin: Any, manager: Any, fanta: Any
) -> None:
    nobody = anonymous_api.get("/api/finance/")

    assert (nobody.status_code, problem(nobody)["code"], nobody["WWW-Authenticate"]) == (
        401,
        "not_authenticated",
        "Token",
    )
    assert [api_of(user).get("/api/finance/").status_code for user in (finance, admin, manager, fanta)] == [
        200,
        200,
        403,
        403,
    ]


def test_unforeseen_error_of_the_api_is_a_problem_too(problem: Problem) -> None:
    response = Client(raise_request_exception=False).get("/api/refusing/no-such-name/")

    assert (response.status_code, problem(response)["code"]) == (500, "server_error")


def test_csrf_failure_of_the_api_is_a_problem(fanta: Any, problem: Problem) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(fanta)

    response = client.post("/api/echo/", "{}", content_type="application/json")

    assert (response.status_code, problem(response)["code"]) == (403, "forbidden")
