"""The people of the tests: a firm's administrator, the outsider from another firm, and the centre's staff."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from rest_framework.test import APIClient

from companies.models import Company, User
from tests.factories import make_company, make_staff, make_user

# A busy machine is no counter-example.
hypothesis_settings.register_profile("collaudo", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("collaudo")

ClientOf = Callable[[User], Client]
ApiOf = Callable[..., APIClient]


@pytest.fixture(scope="session", autouse=True)
def _tests_may_empty_the_ledger() -> Iterator[None]:
    """Let the flush between tests with real commits pass the ledger's triggers: only a superuser can do this."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_past_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_past_triggers)
        yield


@pytest.fixture(autouse=True)
def _no_counters_left() -> None:
    """Forget the throttle's counts: each test starts with none."""
    cache.clear()


@pytest.fixture
def fanta_company(db: None) -> Company:
    return make_company("FANTA", name="Officine Fantasia S.r.l.")


@pytest.fixture
def gira_company(db: None) -> Company:
    return make_company("GIRA", name="Giravolta Trasmissioni S.p.A.", size_class="medium")


@pytest.fixture
def fanta(fanta_company: Company) -> User:
    """The insider: administrator of the firm that the tests are about."""
    return make_user("fanta@imprese.example", name="Fanta", company=fanta_company)


@pytest.fixture
def fanta_member(fanta_company: Company) -> User:
    return make_user("operaio@imprese.example", name="Operaio", company=fanta_company, company_role="member")


@pytest.fixture
def gira(gira_company: Company) -> User:
    """The outsider: administrator of another firm, who must not see the first one's things."""
    return make_user("gira@imprese.example", name="Gira", company=gira_company)


@pytest.fixture
def admin(db: None) -> User:
    return make_staff("admin")


@pytest.fixture
def manager(db: None) -> User:
    return make_staff("manager")


@pytest.fixture
def technician(db: None) -> User:
    return make_staff("technician")


@pytest.fixture
def pm(db: None) -> User:
    return make_staff("pm")


@pytest.fixture
def finance(db: None) -> User:
    return make_staff("finance")


@pytest.fixture
def liaison(db: None) -> User:
    return make_staff("liaison")


@pytest.fixture
def training(db: None) -> User:
    return make_staff("training")


@pytest.fixture
def director(db: None) -> User:
    return make_staff("director")


@pytest.fixture
def client_of() -> ClientOf:
    """Return a signed-in browser."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return signed_in


@pytest.fixture
def api_of() -> ApiOf:
    """Return a signed-in caller of the API, standing at a moment of the demo clock if one is given."""

    def signed_in(user: User, now: Any = None) -> APIClient:
        client = APIClient()
        client.force_authenticate(user)
        client.default_format = "json"
        if now is not None:
            client.defaults["HTTP_X_COLLAUDO_NOW"] = now if isinstance(now, str) else now.isoformat()
        return client

    return signed_in


@pytest.fixture
def anonymous_api() -> APIClient:
    client = APIClient()
    client.default_format = "json"
    return client


@pytest.fixture
def problem() -> Callable[[Any], dict[str, Any]]:
    """Return the document of a refusal, once its media type is checked."""

    def document(response: HttpResponse) -> dict[str, Any]:
        assert response["Content-Type"] == "application/problem+json"
        body: dict[str, Any] = response.json()  # type: ignore[attr-defined]
        assert body["status"] == response.status_code
        return body

    return document
