"""The register in the admin site: who may change whom, and what the audit log keeps."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.test import Client

from companies.models import Company, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sent(user: User, **changes: Any) -> dict[str, Any]:
    """What the form would send for a person as it stands, with some changes."""
    usual = {
        "email": user.email,
        "name": user.name,
        "company": user.company_id or "",
        "company_role": user.company_role or "",
        "roles": user.roles,
        "language": user.language,
        "is_active": "on",
        "new_password": "",
    }
    return usual | changes


def change(client: Client, user: User, **changes: Any) -> int:
    return client.post(f"/admin/companies/user/{user.pk}/change/", sent(user, **changes)).status_code


def test_administrator_gives_roles_and_a_password(client_of: Any, admin: User, technician: User) -> None:
    assert change(client_of(admin), technician, roles=["technician", "pm"], new_password=PASSWORD) == 302

    technician.refresh_from_db()
    assert (technician.roles, technician.check_password(PASSWORD)) == (["technician", "pm"], True)


def test_manager_keeps_the_firms_people_but_gives_no_roles(client_of: Any, manager: User, fanta: User) -> None:
    fanta.set_password(PASSWORD)
    fanta.save()

    assert change(client_of(manager), fanta, name="Fanta Due", roles=["admin"], company="", company_role="") == 302

    fanta.refresh_from_db()
    assert (fanta.name, fanta.roles, fanta.check_password(PASSWORD)) == ("Fanta Due", [], True)


def test_manager_does_not_reach_the_staff_s_accounts(client_of: Any, manager: User, finance: User, admin: User) -> None:
    for colleague in (finance, admin, manager):
        assert change(client_of(manager), colleague, new_password=PASSWORD) == 302  # «does not exist», back to the list
        colleague.refresh_from_db()
        assert colleague.check_password(PASSWORD) is False


def test_weak_password_is_refused(client_of: Any, admin: User, fanta: User) -> None:
    assert change(client_of(admin), fanta, new_password="password") == 200


@pytest.mark.parametrize("page", ["companies/company", "companies/user", "outbox/message"])
def test_register_is_closed_to_everybody_else(client_of: Any, fanta: User, technician: User, page: str) -> None:
    assert [client_of(user).get(f"/admin/{page}/").status_code for user in (fanta, technician)] == [302, 302]


def test_outbox_is_the_administrator_s_and_read_only(client_of: Any, admin: User, manager: User) -> None:
    assert client_of(manager).get("/admin/outbox/message/").status_code == 403
    assert client_of(admin).get("/admin/outbox/message/").status_code == 200
    assert client_of(admin).get("/admin/outbox/message/add/").status_code == 403


def test_audit_log_names_who_changed_a_company(client_of: Any, manager: User, fanta_company: Company) -> None:
    fields = {"name": "Fantasia S.p.A.", "type": "company", "vat_number": fanta_company.vat_number, "country": "IT"}

    response = client_of(manager).post(f"/admin/companies/company/{fanta_company.pk}/change/", fields)

    assert response.status_code == 302
    entry = LogEntry.objects.get_for_object(fanta_company).filter(action=LogEntry.Action.UPDATE).get()
    assert (entry.actor, entry.changes["name"]) == (manager, ["Officine Fantasia S.r.l.", "Fantasia S.p.A."])


def test_audit_log_never_holds_a_password(fanta: User) -> None:
    fanta.set_password(PASSWORD)
    fanta.name = "Fanta Tre"
    fanta.save()

    entry = LogEntry.objects.get_for_object(fanta).filter(action=LogEntry.Action.UPDATE).get()
    assert entry.changes == {"name": ["Fanta", "Fanta Tre"]}
