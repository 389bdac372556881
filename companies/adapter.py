"""How allauth behaves here: nobody signs up alone, a firm's administrator or the centre makes the account."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closes the sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False
