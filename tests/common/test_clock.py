"""The demonstration's clock: who may move it, how, and where it does not exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from common import clock
from companies.models import User
from companies.services import issue_token

pytestmark = [pytest.mark.urls("tests.common.endpoints"), pytest.mark.django_db]
Problem = Callable[[Any], dict[str, Any]]
MOVED = "2026-10-25T00:30:00+02:00"


def is_real(text: str) -> bool:
    return abs(datetime.fromisoformat(text) - datetime.now(UTC)) < timedelta(minutes=1)


def test_without_a_request_time_is_real() -> None:
    assert is_real(clock.now().isoformat())


def test_header_of_a_signed_in_caller_is_the_moment(api_of: Any, fanta: User) -> None:
    assert api_of(fanta, now=MOVED).get("/api/clock/").json() == {"now": MOVED, "today": "2026-10-25"}


def test_header_counts_with_a_key_too(anonymous_api: APIClient, fanta: User) -> None:
    _, key = issue_token(user=fanta, name="", now=datetime.now(UTC))

    response = anonymous_api.get(
        "/api/clock/", headers={"Authorization": f"Token {key}", "X-Collaudo-Now": "2026-12-31T23:30:00Z"}
    )

    assert response.json() == {"now": "2027-01-01T00:30:00+01:00", "today": "2027-01-01"}


def test_header_of_nobody_is_ignored_even_malformed(anonymous_api: APIClient) -> None:
    assert is_real(anonymous_api.get("/api/clock/", headers={"X-Collaudo-Now": MOVED}).json()["now"])
    assert is_real(anonymous_api.get("/api/clock/", headers={"X-Collaudo-Now": "soon"}).json()["now"])


@pytest.mark.parametrize(
    ("header", "code"),
    [("soon", "invalid"), ("2026-11-23T10:00:00", "naive_time"), ("1870-01-01T00:00:00Z", "invalid"), ("", "invalid")],
)
def test_malformed_header_is_400(api_of: Any, fanta: User, problem: Problem, header: str, code: str) -> None:
    document = problem(api_of(fanta, now=header).get("/api/clock/"))

    assert (document["status"], document["code"], document["errors"][0]["field"]) == (400, code, "X-Collaudo-Now")


def test_without_time_travel_header_and_session_are_ignored(api_of: Any, fanta: User, settings: Any) -> None:
    settings.TIME_TRAVEL = False

    assert is_real(api_of(fanta, now=MOVED).get("/api/clock/").json()["now"])


@pytest.mark.urls("config.urls")
class TestForm:
    """The form in the footer."""

    def moment(self, client: Client) -> str | None:
        return client.session.get(clock.SESSION_KEY)

    def test_moves_the_session_and_goes_back_to_real_time(self, client_of: Any, fanta: User) -> None:
        client = client_of(fanta)

        moved = client.post("/clock/", {"moment": "2026-12-01T09:15", "next": "/mailbox/?page=2"})
        assert (moved.status_code, moved["Location"]) == (302, "/mailbox/?page=2")
        assert self.moment(client) == "2026-12-01T08:15:00+00:00"

        client.post("/clock/", {"moment": ""})
        assert self.moment(client) is None

    def test_session_moment_reaches_the_api(self, client_of: Any, fanta: User, settings: Any) -> None:
        client = client_of(fanta)
        client.post("/clock/", {"moment": "2026-12-01T09:15"})
        settings.ROOT_URLCONF = "tests.common.endpoints"

        assert client.get("/api/clock/").json() == {"now": "2026-12-01T09:15:00+01:00", "today": "2026-12-01"}

    @pytest.mark.parametrize("moment", ["soon", "2026-03-29T02:30", "1870-01-01T10:00"])
    def test_moment_that_does_not_exist_is_refused(self, client_of: Any, fanta: User, moment: str) -> None:
        client = client_of(fanta)

        assert client.post("/clock/", {"moment": moment}).status_code == 400
        assert self.moment(client) is None

    def test_never_leads_elsewhere(self, client_of: Any, fanta: User) -> None:
        response = client_of(fanta).post("/clock/", {"moment": "", "next": "https://example.org/"})

        assert response["Location"] == "/"

    def test_nobody_moves_it(self, client: Client) -> None:
        response = client.post("/clock/", {"moment": "2026-12-01T09:15"})

        assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/clock/")

    def test_is_not_there_without_time_travel(self, client_of: Any, fanta: User, settings: Any) -> None:
        settings.TIME_TRAVEL = False

        assert client_of(fanta).post("/clock/", {"moment": "2026-12-01T09:15"}).status_code == 404
