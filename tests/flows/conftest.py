"""The real catalogue, loaded once for the journeys of a file, and callers of the API with their own keys."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from config.catalogue import load_catalogue
from config.demo.load import CATALOGUE

TODAY = date(2026, 11, 20)  # a Friday
NOW = "2026-11-20T10:00:00+01:00"
PASSWORD = "parola-di-prova"

CallerOf = Callable[..., APIClient]


@pytest.fixture(scope="module")
def _catalogue(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Load the catalogue into a transaction around the tests of a file: it takes seconds, the tests do not."""
    document = json.loads(CATALOGUE.read_text("utf-8"))
    with django_db_blocker.unblock(), transaction.atomic():
        load_catalogue(document, today=TODAY, accounts=True, password=PASSWORD)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def centre(_catalogue: None, db: None) -> None:
    """Stand in the centre of the catalogue; what a test writes goes away with it."""


@pytest.fixture
def caller_of(centre: None) -> CallerOf:
    """Return somebody at the API with a key of their own, standing at a moment."""

    def signed_in(email: str, now: str = NOW) -> APIClient:
        client = APIClient()
        client.default_format = "json"
        answer = client.post("/api/v1/auth/token/", {"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.content
        client.credentials(HTTP_AUTHORIZATION=f"Token {answer.json()['token']}", HTTP_X_COLLAUDO_NOW=now)
        return client

    return signed_in
