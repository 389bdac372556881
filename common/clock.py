"""The product's clock: real time, unless a demonstration stands at another moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from common.errors import Malformed
from common.instants import parsed_instant

if TYPE_CHECKING:
    from rest_framework.request import Request

HEADER = "X-Collaudo-Now"
SESSION_KEY = "demo_clock"


def now(request: HttpRequest | Request | None = None) -> datetime:
    """Return the moment that a request stands at, in UTC; without a request, the real one.

    The request's user decides whether the header counts, so this is asked after authentication.
    Raises: Malformed for a header that is not an instant with an offset.
    """
    return (demo_now(request) if request is not None else None) or datetime.now(UTC)


def today(request: HttpRequest | Request | None = None) -> date:
    """Return the local day of `now`."""
    return now(request).astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def demo_now(request: HttpRequest | Request) -> datetime | None:
    """Return the moment that a demonstration asks for, if any."""
    if not settings.TIME_TRAVEL or not request.user.is_authenticated:
        return None
    if HEADER in request.headers:
        return parsed_instant(request.headers[HEADER], field_name=HEADER)
    stored = request.session.get(SESSION_KEY)
    return parsed_instant(stored) if stored else None


def set_demo_clock(request: HttpRequest, moment: datetime | None) -> None:
    """Keep a moment in the session, or go back to real time."""
    if moment is None:
        request.session.pop(SESSION_KEY, None)
    else:
        request.session[SESSION_KEY] = moment.isoformat()


class ClockMiddleware:
    """Answers 400 to a page whose clock header cannot be read; the API's handler does its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Turn the malformed header into an answer, whichever line read the clock."""
        if isinstance(exception, Malformed) and exception.field_name == HEADER:
            return HttpResponse(str(exception.detail), status=400, content_type="text/plain; charset=utf-8")
        return None
