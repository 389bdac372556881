"""Whatever a caller sends, the API never breaks: requests generated from its own description."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings

from companies.models import User
from companies.services import issue_token
from config.wsgi import application
from tests.world import NOW, Centre, book, make_centre

few = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def centre(db: None, fanta: User, pm: User) -> Centre:
    assert fanta.company is not None
    return make_centre(fanta.company, pm)


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """Keep the test's connection across requests, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def description(centre: Centre, fanta: User, _one_connection: None) -> Any:
    book(fanta, "MACHINE", project_code="PC-03")
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", application)


def test_generated_requests_never_break_the_api(description: Any, admin: User) -> None:
    _token, key = issue_token(user=admin, name="generated", now=NOW)
    tried = set()

    for operation in description.get_all_operations():
        endpoint = operation.ok()

        @few
        @given(case=endpoint.as_strategy())
        def never_breaks(case: Any) -> None:
            with transaction.atomic():
                answer = case.call(headers={"Authorization": f"Token {key}"})
            tried.add(case.operation.label)
            assert answer.status_code < 500, answer.text

        never_breaks()

    assert {"POST /api/v1/bookings/", "POST /api/v1/quotes/", "GET /api/v1/calendar/"} <= tried
