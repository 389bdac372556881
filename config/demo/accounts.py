"""Who may sign in to the demonstration, in the words that the terminal shows."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from django.conf import settings

from companies.models import CompanyRole, User

NAMED = ("fanta@imprese.example", "gira@imprese.example")


def account_lines() -> Iterator[str]:
    """Yield the lines: the staff, two firms to begin with, the other firms' addresses."""
    people = User.objects.filter(is_active=True).select_related("company").order_by("email")
    admins = people.filter(company_role=CompanyRole.ADMIN, email__endswith="@imprese.example")
    yield f"Accounts (password: {settings.DEMO_PASSWORD})"
    for user in people.filter(email__endswith="@centro.example"):
        yield f"  {user.email:<28} {', '.join(user.roles)}"
    for user in admins.filter(email__in=NAMED):
        yield f"  {user.email:<28} {user.company}"
    others = ", ".join(user.email.partition("@")[0] for user in admins.exclude(email__in=NAMED))
    yield from textwrap.wrap(
        f"other firms, each @imprese.example: {others}", width=100, initial_indent="  ", subsequent_indent="    "
    )
