"""Signing in and out, lock-outs, a new password; nobody signs up alone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from companies.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture
def anna(fanta: User) -> User:
    return make_user("anna@imprese.example", company=fanta.company, password=PASSWORD)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_right_password_signs_in_whatever_the_case(client: Client, anna: User) -> None:
    response = client.post(f"{LOGIN}?next=/mailbox/", {"login": "Anna@imprese.EXAMPLE", "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, "/mailbox/")
    assert client.session["_auth_user_id"] == str(anna.pk)


@pytest.mark.parametrize("address", ["anna@imprese.example", "nobody@imprese.example", "not an address"])
def test_wrong_password_and_unknown_account_read_alike(client: Client, anna: User, address: str) -> None:
    response = client.post(LOGIN, {"login": address, "password": "wrong"})

    assert (response.status_code, is_signed_in(client)) == (200, False)


def test_switched_off_account_stays_out(client: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)

    client.post(LOGIN, {"login": anna.email, "password": PASSWORD})

    assert is_signed_in(client) is False


def test_lock_out_is_a_page_and_counts_per_account(client: Client, anna: User, fanta: User) -> None:
    make_user("bruno@imprese.example", company=fanta.company, password=PASSWORD)
    for _ in range(10):
        last = client.post(LOGIN, {"login": anna.email, "password": "wrong"})
    right = client.post(LOGIN, {"login": anna.email, "password": PASSWORD})

    assert [(answer.status_code, answer["Content-Type"]) for answer in (last, right)] == [
        (429, "text/html; charset=utf-8")
    ] * 2
    assert is_signed_in(client) is False
    client.post(LOGIN, {"login": "bruno@imprese.example", "password": PASSWORD})
    assert is_signed_in(client) is True


def test_signing_out(client_of: Any, fanta: User) -> None:
    client = client_of(fanta)

    assert client.get("/accounts/logout/").status_code == 200
    assert is_signed_in(client) is True
    client.post("/accounts/logout/")
    assert is_signed_in(client) is False


def test_forgotten_password_is_replaced_by_mail(client: Client, anna: User) -> None:
    client.post("/accounts/password/reset/", {"email": "ANNA@imprese.example"})
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1])["Location"]
    chosen = {"password1": "una-nuova-password-2026", "password2": "una-nuova-password-2026"}
    client.post(form, chosen)

    anna.refresh_from_db()
    assert mail.outbox[0].to == ["anna@imprese.example"]
    assert anna.check_password("una-nuova-password-2026") is True


def test_link_works_once(client: Client, anna: User) -> None:
    assert "scaduto" in client.get("/accounts/password/reset/key/1-set-password/").content.decode()


def test_weak_password_is_refused(client_of: Any, anna: User) -> None:
    weak = {"oldpassword": PASSWORD, "password1": "password", "password2": "password"}

    assert client_of(anna).post("/accounts/password/change/", weak).status_code == 200
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD) is True


def test_nobody_signs_up_alone(client: Client) -> None:
    before = User.objects.count()
    answer = client.post(
        "/accounts/signup/", {"email": "new@imprese.example", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert (answer.status_code, User.objects.count()) == (200, before)


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/confirm-email/", "/accounts/confirm-email/abc/"])
def test_pages_to_change_an_address_are_not_there(client_of: Any, fanta: User, path: str) -> None:
    assert client_of(fanta).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/password/change/"])
def test_own_account_s_pages_need_somebody(client: Client, path: str) -> None:
    assert client.get(path)["Location"].startswith(LOGIN)
