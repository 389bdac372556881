"""What every request passes through."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.problems import not_found, problem, problem_response

Handler = Callable[[HttpRequest], HttpResponse]
API_PREFIX = "/api/"


class NulMiddleware:
    """Stops NUL characters in addresses: PostgreSQL cannot hold them, so no row can be meant."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            return problem_response(not_found())
        if "\x00" in request.META["QUERY_STRING"] or "%00" in request.META["QUERY_STRING"]:
            return problem_response(problem(400, "invalid", _("A text holds characters that cannot be stored.")))
        return self.get_response(request)


class ContentPolicyMiddleware:
    """Gives the parts that cannot live under the strict policy their own: the admin and the API's documentation."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for prefix, changes in settings.CONTENT_SECURITY_POLICY_BY_PREFIX.items():
            if request.path_info.startswith(prefix):
                response._csp_replace = changes  # type: ignore[attr-defined]  # django-csp reads it on the way out
        return response


def is_api(request: HttpRequest) -> bool:
    """Say whether the caller expects problem+json rather than a page."""
    return request.path_info.startswith(API_PREFIX)
