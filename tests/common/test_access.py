"""Who may open a page by role."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from common.access import role_required
from common.api import require_role
from companies.access import user_of
from companies.models import User


@role_required("finance", "director")
def ledger(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(code)


def asked_by(user: User | AnonymousUser) -> HttpRequest:
    request = RequestFactory().get("/ledger/")
    request.user = user
    return request


def test_roles_open_the_page(finance: User, director: User, admin: User) -> None:
    assert [ledger(asked_by(user), "2026-10").status_code for user in (finance, director, admin)] == [200] * 3


def test_other_people_are_refused(manager: User, fanta: User) -> None:
    for user in (manager, fanta):
        with pytest.raises(PermissionDenied):
            ledger(asked_by(user), "2026-10")


def test_nobody_is_sent_to_the_login() -> None:
    response = ledger(asked_by(AnonymousUser()), "2026-10")

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/ledger/")


def test_requiring_a_role_and_a_person(manager: User) -> None:
    require_role(manager, "manager", "technician")
    with pytest.raises(PermissionDenied):
        require_role(manager, "finance")
    with pytest.raises(PermissionDenied):
        require_role(AnonymousUser(), "finance")

    assert user_of(asked_by(manager)) == manager
    with pytest.raises(PermissionDenied):
        user_of(asked_by(AnonymousUser()))
