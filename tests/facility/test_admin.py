"""The catalogue in the admin: a manager keeps it, through the service and its rules."""

from __future__ import annotations

from typing import Any

import pytest

from companies.models import User
from facility import calendar
from facility.models import Resource
from facility.rules import OpeningHours
from tests.catalogue import make_area, make_resource
from tests.conftest import ClientOf

pytestmark = pytest.mark.django_db
LISTS = ("resource", "site", "area", "costcentre", "qualification", "qualificationheld", "bookingpolicy")


def filled(**changes: Any) -> dict[str, Any]:
    """Return the form of a resource as a browser sends it."""
    plain = {
        "code": "RB-9",
        "name_it": "Robot",
        "name_en": "Robot",
        "kind": "equipment",
        "area": str(make_area("A3").pk),
        "capacity": "1",
        "published": "on",
        "operator": "none",
        "yearly_capacity_hours": "0",
        "step_minutes": "30",
        "min_minutes": "60",
        "max_minutes": "600",
        "notice_hours": "24",
        "horizon_days": "120",
        "setup_minutes": "0",
        "cleanup_minutes": "0",
        "max_people": "6",
        "approval": "above_hours",
        "approval_above": "4",
        "release_minutes": "30",
        "cancel_notice_hours": "24",
        "opening_lines": "MO TU 08:00-12:00\nSA 09:00-24:00",
        "exception_lines": "2026-12-24 closed\n2026-12-26 09:00-13:00",
        "component_lines": "",
    }
    return {**plain, **changes}


@pytest.mark.parametrize("model", LISTS)
def test_a_manager_reads_every_list_and_a_firm_none(
    model: str, manager: User, fanta: User, client_of: ClientOf
) -> None:
    make_resource("RB-1", qualification="Q-COB")

    assert client_of(manager).get(f"/admin/facility/{model}/").status_code == 200
    assert client_of(fanta).get(f"/admin/facility/{model}/").status_code in {302, 403, 404}


def test_a_manager_adds_a_resource(manager: User, client_of: ClientOf) -> None:
    make_resource("AR-KIT", capacity=8)

    response = client_of(manager).post("/admin/facility/resource/add/", filled(component_lines="AR-KIT 2"))

    assert response.status_code == 302
    resource = Resource.objects.get(code="RB-9")
    assert (resource.policy.step_minutes, str(resource.policy.approval_above)) == (30, "4.00")
    assert calendar.opening_of(resource) == [OpeningHours(("MO", "TU"), 480, 720), OpeningHours(("SA",), 540, 1440)]
    assert list(resource.components.values_list("part__code", "quantity")) == [("AR-KIT", 2)]
    assert resource.opening_exceptions.count() == 2


def test_the_form_shows_what_it_keeps(manager: User, client_of: ClientOf) -> None:
    client = client_of(manager)
    client.post("/admin/facility/resource/add/", filled())
    resource = Resource.objects.get(code="RB-9")
    url = f"/admin/facility/resource/{resource.pk}/change/"

    shown = client.get(url)
    form = shown.context["adminform"].form
    again = {name: form[name].value() for name in form.fields}
    response = client.post(
        url, {key: value for key, value in again.items() if value is not None and value is not False and value != []}
    )

    assert response.status_code == 302, response.context["adminform"].form.errors
    assert calendar.opening_of(resource) == [OpeningHours(("MO", "TU"), 480, 720), OpeningHours(("SA",), 540, 1440)]
    assert Resource.objects.get(code="RB-9").policy_id == resource.policy_id


@pytest.mark.parametrize(
    "changes",
    [
        {"opening_lines": "XX 08:00-09:00"},
        {"opening_lines": "MO"},
        {"exception_lines": "24/12/2026 closed"},
        {"exception_lines": "2026-12-24 closed\n2026-12-24 09:00-10:00"},
        {"component_lines": "NONE"},
        {"component_lines": "RB-1 2"},
        {"component_lines": "RB-1 one"},
        {"approval": "always"},
        {"min_minutes": "700"},
        {"step_minutes": "0"},
        {"code": "rb 9"},
        {"code": "RB-1"},
    ],
)
def test_what_the_rules_refuse_is_said_in_the_form(changes: dict[str, str], manager: User, client_of: ClientOf) -> None:
    make_resource("RB-1")

    response = client_of(manager).post("/admin/facility/resource/add/", filled(**changes))

    assert response.status_code == 200
    assert response.context["adminform"].form.errors
    assert list(Resource.objects.values_list("code", "name_it")) == [("RB-1", "Robot collaborativo")]


def test_resources_are_not_deleted(admin: User, client_of: ClientOf) -> None:
    resource = make_resource("RB-1")

    response = client_of(admin).post(f"/admin/facility/resource/{resource.pk}/delete/", {"post": "yes"})

    assert (response.status_code, Resource.objects.count()) == (403, 1)


def test_patterns_have_no_pages_of_their_own(admin: User, client_of: ClientOf) -> None:
    page = client_of(admin).get("/admin/")

    assert page.status_code == 200
    assert b"/admin/schedule/" not in page.content
    assert client_of(admin).get("/admin/schedule/event/").status_code == 404
