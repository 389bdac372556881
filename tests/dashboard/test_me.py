"""The caller, as the API tells it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from companies.models import Company, User
from companies.rules import ROLE_PERMISSIONS

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/"


def test_a_firm_s_administrator(api_of: Any, fanta: User, fanta_company: Company) -> None:
    assert api_of(fanta).get(URL).json() == {
        "email": "fanta@imprese.example",
        "name": "Fanta",
        "company": {"id": fanta_company.pk, "name": "Officine Fantasia S.r.l."},
        "roles": [],
        "permissions": ["bookings.book", "bookings.check_in", "projects.sign"],
        "feeds": {"mine": None, "company": None},
    }


def test_staff_have_roles_and_no_company(api_of: Any, technician: User) -> None:
    body = api_of(technician).get(URL).json()

    assert (body["company"], body["roles"]) == (None, ["technician"])
    assert body["permissions"] == ["bookings.approve", "bookings.book", "bookings.check_in", "bookings.no_show"]


def test_administrator_may_do_all_that_any_role_may(api_of: Any, admin: User) -> None:
    everything = set().union(*ROLE_PERMISSIONS.values())

    assert api_of(admin).get(URL).json()["permissions"] == sorted(everything)


def test_nobody_is_nobody(anonymous_api: APIClient) -> None:
    assert anonymous_api.get(URL).status_code == 401
