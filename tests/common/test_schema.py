"""The API's description: complete, without a warning, readable under the strict policy."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client


def test_description_has_no_warnings() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


@pytest.mark.django_db
def test_description_is_openapi_31_and_names_the_refusals(client: Client) -> None:
    description = client.get("/api/v1/schema/").json()

    assert description["openapi"] == "3.1.0"
    refused = description["paths"]["/api/v1/companies/{company_id}/"]["get"]["responses"]["404"]["content"]
    assert refused == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.mark.django_db
def test_documentation_has_no_inline_script(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()

    assert '<script src="/api/v1/docs/?script="></script>' in page
    assert "<script>" not in page
    assert "SwaggerUIBundle" in client.get("/api/v1/docs/?script=").content.decode()
