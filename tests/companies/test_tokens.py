"""Keys to the API: how they are made, used, listed, revoked, and what stops guessing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from companies.models import ApiToken, User
from companies.services import TOKEN_LIFE, hash_of_key, issue_token, use_token
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
URL = "/api/v1/auth/token/"


@pytest.fixture
def anna(fanta: User) -> User:
    return make_user("anna@imprese.example", company=fanta.company, password=PASSWORD)


def signed_in(key: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    return client


def test_right_password_gives_a_key_that_opens(anonymous_api: APIClient, anna: User) -> None:
    response = anonymous_api.post(URL, {"email": "Anna@Imprese.example", "password": PASSWORD, "name": "script"})

    body = response.json()
    token = ApiToken.objects.get()
    assert (response.status_code, sorted(body)) == (201, ["expires_at", "token"])
    assert (token.user, token.name, token.key_hash) == (anna, "script", hash_of_key(body["token"]))
    assert datetime.fromisoformat(body["expires_at"]) == token.expires_at == token.created_at + TOKEN_LIFE
    assert signed_in(body["token"]).get("/api/v1/auth/tokens/").json()["count"] == 1


def test_key_itself_is_kept_nowhere(anonymous_api: APIClient, anna: User) -> None:
    key = anonymous_api.post(URL, {"email": anna.email, "password": PASSWORD}).json()["token"]

    assert key not in str(ApiToken.objects.values().get())


@pytest.mark.parametrize("email", ["anna@imprese.example", "nobody@imprese.example"])
def test_wrong_password_and_unknown_account_read_alike(
    anonymous_api: APIClient, anna: User, problem: Problem, email: str
) -> None:
    document = problem(anonymous_api.post(URL, {"email": email, "password": "wrong"}))

    assert (document["status"], document["code"]) == (401, "invalid_credentials")
    assert ApiToken.objects.count() == 0


def test_switched_off_account_gets_no_key(anonymous_api: APIClient, anna: User, problem: Problem) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    assert problem(anonymous_api.post(URL, {"email": anna.email, "password": PASSWORD}))["status"] == 401


@pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": ["a"], "password": 1}, {"email": "a\x00@b.it"}])
def test_malformed_request_for_a_key_is_400(anonymous_api: APIClient, problem: Problem, body: dict[str, Any]) -> None:
    assert problem(anonymous_api.post(URL, body))["code"] == "invalid"


def test_lock_out_counts_per_account(anonymous_api: APIClient, anna: User, fanta: User, problem: Problem) -> None:
    for _ in range(9):
        anonymous_api.post(URL, {"email": anna.email, "password": "wrong"})

    tenth = problem(anonymous_api.post(URL, {"email": anna.email, "password": "wrong"}))
    right = problem(anonymous_api.post(URL, {"email": anna.email, "password": PASSWORD}))
    make_user("bruno@imprese.example", company=fanta.company, password=PASSWORD)
    neighbour = anonymous_api.post(URL, {"email": "bruno@imprese.example", "password": PASSWORD})

    assert [(answer["status"], answer["code"]) for answer in (tenth, right)] == [(429, "locked_out")] * 2
    assert neighbour.status_code == 201


def test_right_password_starts_the_count_anew(anonymous_api: APIClient, anna: User) -> None:
    for _ in range(2):
        for _ in range(9):
            anonymous_api.post(URL, {"email": anna.email, "password": "wrong"})
        assert anonymous_api.post(URL, {"email": anna.email, "password": PASSWORD}).status_code == 201


def test_asking_is_throttled(anonymous_api: APIClient, anna: User, problem: Problem) -> None:
    answers = [anonymous_api.post(URL, {"email": anna.email, "password": PASSWORD}) for _ in range(31)]

    assert [answer.status_code for answer in answers] == [201] * 30 + [429]
    assert problem(answers[-1])["code"] == "throttled"


@pytest.mark.parametrize(
    "header", ["Token", "Token wrong", "Token a b", "token wrong", "Token \xe8", f"Token {'x' * 5000}"]
)
def test_wrong_key_is_401_even_where_nobody_signs_in(anonymous_api: APIClient, problem: Problem, header: str) -> None:
    response = anonymous_api.get("/api/v1/schema/", headers={"Authorization": header})

    assert (response.status_code, problem(response)["code"]) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_without_a_key_the_api_is_closed(anonymous_api: APIClient, problem: Problem) -> None:
    response = anonymous_api.get("/api/v1/companies/", headers={"Authorization": "Bearer x"})

    assert (response.status_code, problem(response)["code"]) == (401, "not_authenticated")


def test_expired_revoked_and_switched_off_keys_open_nothing(anna: User) -> None:
    _, key = issue_token(user=anna, name="", now=NOW)
    assert use_token(key=key, now=NOW + TOKEN_LIFE - timedelta(seconds=1)) is not None
    assert use_token(key=key, now=NOW + TOKEN_LIFE) is None

    User.objects.update(is_active=False)
    assert use_token(key=key, now=NOW) is None
    User.objects.update(is_active=True)
    ApiToken.objects.update(revoked_at=NOW)
    assert use_token(key=key, now=NOW) is None


def test_last_use_is_noted_now_and_then(anna: User) -> None:
    token, key = issue_token(user=anna, name="", now=NOW)

    for minutes in (0, 4, 5):
        use_token(key=key, now=NOW + timedelta(minutes=minutes))

    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(minutes=5)


def test_keys_are_listed_and_revoked_by_their_owner_only(
    api_of: Any, anna: User, admin: User, problem: Problem
) -> None:
    token, key = issue_token(user=anna, name="script", now=datetime.now(UTC))
    url = f"/api/v1/auth/tokens/{token.pk}/"

    assert api_of(admin).get("/api/v1/auth/tokens/").json()["results"] == []
    assert problem(api_of(admin).delete(url))["code"] == "not_found"
    assert [row["name"] for row in api_of(anna).get("/api/v1/auth/tokens/").json()["results"]] == ["script"]

    assert api_of(anna).delete(url).status_code == 204
    assert api_of(anna).get("/api/v1/auth/tokens/").json()["results"] == []
    assert signed_in(key).get("/api/v1/auth/tokens/").status_code == 401
