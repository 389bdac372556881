"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

Arguments = ParamSpec("Arguments")
Page = Callable[Concatenate[HttpRequest, Arguments], HttpResponseBase]


def role_required(*roles: str) -> Callable[[Page[Arguments]], Page[Arguments]]:
    """Open a page to some staff roles: others get 403, nobody the login page."""

    def decorated(page: Page[Arguments]) -> Page[Arguments]:
        @wraps(page)
        def checked(request: HttpRequest, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
            user: Any = request.user
            if not user.has_role(*roles):
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return login_required(checked)

    return decorated
