"""Which master data the audit log follows: who changed what, when."""

from __future__ import annotations

from auditlog.registry import auditlog

from companies.models import Company, User


def register() -> None:
    """Follow organisations and people; passwords and log-in times stay out of the log."""
    auditlog.register(Company, exclude_fields=["name_folded"])
    auditlog.register(User, exclude_fields=["password", "last_login"])
