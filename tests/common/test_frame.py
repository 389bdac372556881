"""The frame around every page: health, error pages, headers, language."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings as project
from django.db import OperationalError, connection
from django.test import Client
from rest_framework.test import APIClient

from companies.models import User

pytestmark = pytest.mark.django_db
Problem = Callable[[Any], dict[str, Any]]


def test_health_needs_nobody(client: Client) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").json()) == (200, {"status": "ok"})
    assert (client.get("/readyz").status_code, client.get("/readyz").json()) == (200, {"status": "ok"})


def test_not_ready_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", away)

    assert (client.get("/readyz").status_code, client.get("/healthz").status_code) == (503, 200)


def test_strict_policy_on_pages(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_admin_and_documentation_have_their_own_policies(client_of: Any, admin: User, client: Client) -> None:
    assert "'unsafe-eval'" in client_of(admin).get("/admin/")["Content-Security-Policy"]
    documentation = client.get("/api/v1/docs/")["Content-Security-Policy"]
    assert {"script-src 'self'", "style-src 'self' 'unsafe-inline'"} <= set(documentation.split("; "))


def test_security_headers(client: Client) -> None:
    response = client.get("/accounts/login/")

    assert {name: response[name] for name in ("X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy")} == {
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
    }


def test_unknown_page_and_unknown_call(client: Client, anonymous_api: APIClient, problem: Problem) -> None:
    page = client.get("/nowhere/")

    assert (page.status_code, page["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert problem(anonymous_api.get("/api/v1/nowhere/"))["code"] == "not_found"
    assert problem(anonymous_api.get("/api/v2/"))["code"] == "not_found"


def test_stale_form_is_a_page(fanta: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(fanta)

    response = client.post("/clock/", {"moment": ""})

    assert (response.status_code, response["Content-Type"]) == (403, "text/html; charset=utf-8")


def test_admin_site_is_for_its_roles(client_of: Any, fanta: User, technician: User, manager: User) -> None:
    assert [client_of(user).get("/admin/").status_code for user in (fanta, technician, manager)] == [302, 302, 200]


def test_language_follows_the_cookie_then_the_person_then_the_browser(client_of: Any, fanta: User) -> None:
    client = client_of(fanta)

    def language(**headers: str) -> str:
        return str(client.get("/accounts/password/change/", headers=headers)["Content-Language"])

    assert language(accept_language="en") == "it"
    client.post("/language/", {"language": "en"})
    assert language(accept_language="it") == "en"
    fanta.refresh_from_db()
    assert fanta.language == "en"
    client.post("/language/", {"language": "xx"})
    assert language() == "en"
    assert Client().get("/accounts/login/", headers={"accept-language": "en"})["Content-Language"] == "en"
    assert Client().get("/accounts/login/")["Content-Language"] == "it"


def settings_in(**environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "import config.settings"]
    inherited = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        command, cwd=project.BASE_DIR, env=inherited | environment, capture_output=True, text=True, check=False
    )


def test_production_needs_its_own_secret_and_refuses_to_travel_in_time() -> None:
    production = {"COLLAUDO_ENV": "production", "DATABASE_URL": "postgres://u@db/collaudo"}

    assert "SECRET_KEY" in settings_in(**production).stderr
    travelling = settings_in(**production, SECRET_KEY="s" * 60, COLLAUDO_TIME_TRAVEL="1")
    assert "COLLAUDO_TIME_TRAVEL lets users move the clock" in travelling.stderr
    assert settings_in(**production, SECRET_KEY="s" * 60).returncode == 0


def test_mailbox_is_in_the_navigation_of_a_demonstration_only(client_of: Any, fanta: User, settings: Any) -> None:
    client = client_of(fanta)

    assert 'href="/mailbox/"' in client.get("/accounts/logout/").content.decode()
    settings.TIME_TRAVEL = False
    assert 'href="/mailbox/"' not in client.get("/accounts/logout/").content.decode()
