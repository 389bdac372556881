"""Too many wrong passwords: counted per account, never per address alone, told in the caller's format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from axes.utils import reset
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common.middleware import is_api
from common.problems import problem, problem_response

#: Where the address stands: in allauth's and our own calls, in Django's, in the login page's form.
NAMES = ("email", "username", "login")
LONGEST_ADDRESS = 255


def account_of(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Return the account that a login names, in lower case, whether it exists or not."""
    for source in (credentials or {}, request.POST):
        for name in NAMES:
            if account := source.get(name):
                return str(account).strip().lower()[:LONGEST_ADDRESS]
    return ""


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Mapping[str, Any] | None) -> HttpResponse:
    """Answer in place of the login, whatever the password was."""
    if is_api(request):
        return problem_response(
            problem(429, "locked_out", _("Too many wrong passwords: this account opens again in some minutes."))
        )
    return render(request, "account/locked_out.html", status=429)


def forget_failures(email: str) -> None:
    """Start counting anew after a right password."""
    reset(username=email.lower())
