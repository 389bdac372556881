"""Costing in the admin site: finance looks, the ledger and the tariffs cannot be touched."""

from __future__ import annotations

import pytest

from companies.models import User
from costing.models import Tariff
from tests.catalogue import make_resource
from tests.conftest import ClientOf
from tests.costing.rows import make_aid, make_tariff

pytestmark = pytest.mark.django_db
READ_ONLY = ("tariff", "charge", "commitment", "statement", "accountingperiod")
KEPT = ("vatcode", "regime", "service", "measure", "intensityrule")


@pytest.mark.parametrize("model", READ_ONLY + KEPT)
def test_finance_reads_every_list(finance: User, client_of: ClientOf, model: str) -> None:
    make_aid()
    make_tariff(make_resource("SI-CFD"))

    assert client_of(finance).get(f"/admin/costing/{model}/").status_code == 200


@pytest.mark.parametrize("model", READ_ONLY + KEPT)
def test_a_firm_reads_none(fanta: User, client_of: ClientOf, model: str) -> None:
    response = client_of(fanta).get(f"/admin/costing/{model}/")

    assert response.status_code in {302, 403, 404}


@pytest.mark.parametrize("model", READ_ONLY)
def test_nothing_is_added_to_what_services_write(finance: User, admin: User, client_of: ClientOf, model: str) -> None:
    for person in (finance, admin):
        assert client_of(person).get(f"/admin/costing/{model}/add/").status_code == 403


def test_a_tariff_is_shown_but_not_changed(admin: User, client_of: ClientOf) -> None:
    tariff = make_tariff(make_resource("SI-CFD"))
    url = f"/admin/costing/tariff/{tariff.pk}/"

    shown = client_of(admin).get(f"{url}change/")
    changed = client_of(admin).post(f"{url}change/", {"hour": "1.00"})
    deleted = client_of(admin).post(f"{url}delete/", {"post": "yes"})

    assert (shown.status_code, changed.status_code, deleted.status_code) == (200, 403, 403)
    assert b'name="hour"' not in shown.content
    assert Tariff.objects.get() == tariff
