"""The signed-in person behind a request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from companies.models import User


def user_of(request: HttpRequest | Request) -> User:
    """Return the person; for views that nobody else reaches.

    Raises: PermissionDenied for an anonymous request.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
