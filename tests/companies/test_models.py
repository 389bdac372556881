"""What the register's constraints refuse, and who sees whom."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from companies.models import Company, User
from tests.factories import make_company, make_staff, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", ["IT99999010161", "99999010160", "IT9999901016", "FR99999010160", ""])
def test_vat_number_must_be_italian_and_valid(number: str) -> None:
    with pytest.raises(ValidationError) as refused:
        make_company("FANTA", vat_number=number)

    assert list(refused.value.message_dict) == ["vat_number"]


def test_vat_number_of_two_companies_is_refused(fanta_company: Company) -> None:
    with pytest.raises(ValidationError) as refused:
        make_company("GIRA", vat_number=fanta_company.vat_number)

    assert list(refused.value.message_dict) == ["vat_number"]


def test_database_refuses_a_malformed_vat_number(fanta_company: Company) -> None:
    with pytest.raises(IntegrityError, match="company_vat_number_form"), transaction.atomic():
        Company.objects.filter(pk=fanta_company.pk).update(vat_number="IT123")


def test_name_is_folded_for_sorting() -> None:
    company = make_company("FANTA", name="Èlite Più S.r.l.")

    assert Company.objects.get(pk=company.pk).name_folded == "elite piu s.r.l."


def test_email_is_one_account_whatever_its_case(fanta: User) -> None:
    again = make_user("FANTA@Imprese.Example", company=fanta.company)

    assert (again.pk, again.email) == (fanta.pk, "fanta@imprese.example")
    assert User.objects.get(email="Fanta@IMPRESE.example") == fanta
    assert User.objects.get_by_natural_key("FANTA@imprese.example") == fanta


def test_database_refuses_upper_case_email(fanta: User) -> None:
    with pytest.raises(IntegrityError, match="user_email_lower_case"), transaction.atomic():
        User.objects.raw("UPDATE companies_user SET email = 'Fanta@x.example' RETURNING *")[0]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"company": True, "company_role": None}, "user_company_with_role"),
        ({"company": False, "company_role": "admin"}, "user_company_with_role"),
        ({"company": True, "company_role": "admin", "roles": ["pm"]}, "user_company_or_staff"),
    ],
)
def test_database_refuses_half_a_membership(fanta_company: Company, facts: dict[str, object], code: str) -> None:
    company = fanta_company if facts.pop("company") else None

    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        User.objects.create(email="x@imprese.example", name="X", company=company, **facts)


def test_unknown_role_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        make_staff("emperor")

    assert list(refused.value.message_dict) == ["roles"]


def test_companies_are_visible_to_staff_and_to_their_own_people(
    fanta: User, fanta_member: User, gira: User, technician: User
) -> None:
    def seen(user: User) -> list[str | None]:
        return list(Company.objects.visible_to(user).order_by("key").values_list("key", flat=True))

    assert seen(technician) == ["FANTA", "GIRA"]
    assert seen(fanta) == seen(fanta_member) == ["FANTA"]
    assert seen(gira) == ["GIRA"]
    assert seen(make_user("nobody@example.org")) == []
    assert list(Company.objects.visible_to(AnonymousUser())) == []


def test_people_are_visible_to_staff_and_to_colleagues(
    fanta: User, fanta_member: User, gira: User, technician: User
) -> None:
    nobody = make_user("nobody@example.org")

    assert set(User.objects.visible_to(fanta)) == {fanta, fanta_member}
    assert set(User.objects.visible_to(gira)) == {gira}
    assert set(User.objects.visible_to(nobody)) == {nobody}
    assert set(User.objects.visible_to(technician)) == {fanta, fanta_member, gira, technician, nobody}
    assert list(User.objects.visible_to(AnonymousUser())) == []


def test_with_role_finds_active_holders_only(manager: User, admin: User) -> None:
    gone = make_user("gone@centro.example", roles=("manager",))
    User.objects.filter(pk=gone.pk).update(is_active=False)

    assert list(User.objects.with_role("manager", "finance")) == [manager]


def test_administrator_holds_every_role(admin: User, manager: User, fanta: User) -> None:
    assert admin.has_role("finance") is True
    assert manager.has_role("finance") is False
    assert manager.has_role("finance", "manager") is True
    assert fanta.has_role("admin") is False  # administrator of a firm, not of the centre


def test_admin_site_opens_by_role(admin: User, manager: User, finance: User, technician: User, fanta: User) -> None:
    assert [user.is_staff for user in (admin, manager, finance, technician, fanta)] == [True, True, True, False, False]
    assert (manager.has_module_perms("facility"), manager.has_module_perms("costing")) == (True, False)
    assert (finance.has_perm("costing.change_tariff"), finance.has_perm("facility.change_area")) == (True, False)
    assert admin.has_perms(["facility.change_area", "costing.change_tariff", "axes.view_accessattempt"]) is True
