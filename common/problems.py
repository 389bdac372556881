"""Every refusal of the API as RFC 9457 `application/problem+json`, made in one place."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from functools import singledispatch
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as ModelInvalid
from django.db import DataError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from common.errors import Alternative, Busy, Conflict, Malformed, NotFound, Refusal, Refused, Text, Unprocessable

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:collaudo:problem:"
#: Codes of a field that stand for the whole problem when nothing else is wrong.
SPEAKING_CODES = frozenset({"naive_time", "end_before_start"})
#: Deadlock, serialisation failure, lock not available.
BUSY_STATES = frozenset({"40P01", "40001", "55P03"})
#: Codes of Django REST framework's own exceptions that read differently here.
CODES = {"permission_denied": "forbidden", "authentication_failed": "not_authenticated", "parse_error": "invalid"}

Problem = dict[str, Any]
logger = logging.getLogger(__name__)


def problem(status: int, code: str, detail: Text, **members: Any) -> Problem:
    """Build the document; members with nothing in them are left out."""
    document: Problem = {
        "type": f"{TYPE_PREFIX}{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "code": code,
        "detail": str(detail),
    }
    return document | {key: value for key, value in members.items() if value}


def not_found() -> Problem:
    """Build the one answer for what is not there and for what is somebody else's."""
    return problem(404, "not_found", _("There is nothing here that you can see."))


def problem_response(document: Problem) -> HttpResponse:
    """Answer outside the framework's views (unknown paths, CSRF, lock-outs, faults), with the same bytes as inside."""
    return HttpResponse(JSONRenderer().render(document), status=document["status"], content_type=MEDIA_TYPE)


def problem_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an exception of any endpoint into its problem; what nobody foresaw stays an error."""
    document = problem_of(error)
    if document is None:
        return None
    headers: dict[str, str] = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    if document["status"] in (429, 503):
        headers["Retry-After"] = f"{getattr(error, 'wait', None) or 1:.0f}"
    return Response(document, status=document["status"], headers=headers, content_type=MEDIA_TYPE)


@singledispatch
def problem_of(error: Exception) -> Problem | None:
    """Build the problem of an exception; None for those that nobody foresaw."""
    return None


@problem_of.register
def of_refusals(error: Refused) -> Problem:
    """List every refusal of the rules and what is free instead."""
    return error.extra | problem(
        error.status,
        error.code,
        " ".join(str(refusal.detail) for refusal in error.refusals),
        refusals=[refusal_member(refusal) for refusal in error.refusals],
        alternatives=[alternative_member(alternative) for alternative in error.alternatives],
    )


@problem_of.register
def of_conflict(error: Conflict) -> Problem:
    """Say that the thing is not in a state that allows this; no extra member hides one of the document's own."""
    return error.extra | problem(409, error.code, error.detail)


@problem_of.register
def of_unprocessable(error: Unprocessable) -> Problem:
    """Say that well-formed input cannot be processed."""
    return error.extra | problem(422, error.code, error.detail)


@problem_of.register
def of_malformed(error: Malformed) -> Problem:
    """Say that the input has an impossible shape."""
    errors = [{"field": error.field_name, "code": error.code, "detail": str(error.detail)}] if error.field_name else []
    return problem(400, error.code, error.detail, errors=errors)


@problem_of.register
def of_busy(error: Busy) -> Problem:
    """Ask to try again: a lock was not free in time."""
    return problem(503, "busy_try_again", _("Somebody else is changing the same thing: try again in a moment."))


@problem_of.register(NotFound)
@problem_of.register(Http404)
@problem_of.register(exceptions.NotFound)
def of_not_found(error: Exception) -> Problem:
    """Give the same bytes whatever is missing."""
    return not_found()


@problem_of.register
def of_forbidden(error: PermissionDenied) -> Problem:
    """Say that the caller's role does not allow this."""
    return problem(403, "forbidden", _("Your role does not allow this."))


@problem_of.register
def of_too_big(error: RequestDataTooBig) -> Problem:
    """Refuse a body above the limit."""
    return problem(413, "too_large", _("This is more data than one request may carry."))


@problem_of.register
def of_model_invalid(error: ModelInvalid) -> Problem:
    """List what a model's own validation found."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    return invalid(
        [
            {"field": "" if field == NON_FIELD_ERRORS else field, "code": one.code or "invalid", "detail": message}
            for field, errors in by_field.items()
            for one in errors
            for message in one.messages
        ]
    )


@problem_of.register
def of_invalid(error: exceptions.ValidationError) -> Problem:
    """List what the serializers found, each with the path of its field."""
    return invalid(list(field_errors(error.detail)))


@problem_of.register
def of_api_exception(error: exceptions.APIException) -> Problem:
    """Keep the status of the framework's own refusals."""
    code = str(error.get_codes())
    return problem(error.status_code, CODES.get(code, code), str(error.detail))


@problem_of.register
def of_operational_error(error: OperationalError) -> Problem | None:
    """Ask to try again after a deadlock or a lock that was not free; anything else is an error."""
    state = getattr(error.__cause__, "sqlstate", None)
    return of_busy(Busy()) if state in BUSY_STATES else None


@problem_of.register
def of_data_error(error: DataError) -> Problem:
    """Refuse a value that fits no column: the serializer in front should have, hence the log."""
    logger.warning("A value reached the database that it cannot hold", exc_info=error)
    return problem(400, "invalid", _("A value is outside what can be stored."))


def invalid(errors: list[dict[str, str]]) -> Problem:
    """Build the 400 of a list of field errors; a lone speaking code becomes the problem's own."""
    codes = {error["code"] for error in errors}
    code = codes.pop() if len(codes) == 1 and codes <= SPEAKING_CODES else "invalid"
    return problem(400, code, " ".join(error["detail"] for error in errors), errors=errors)


def field_errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Walk a serializer's nested errors, giving each its path: `lines.0.amount`."""
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from field_errors(value, path if key == "non_field_errors" else f"{path}.{key}".lstrip("."))
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list | tuple)
            yield from field_errors(value, f"{path}.{index}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}


def refusal_member(refusal: Refusal) -> dict[str, Any]:
    """Give a refusal as the API shows it, with its date inside a series."""
    member: dict[str, Any] = {
        "code": refusal.code,
        "detail": str(refusal.detail),
        "override": refusal.override.value,
    }
    return member | ({"date": refusal.on.isoformat()} if refusal.on else {})


def alternative_member(alternative: Alternative) -> dict[str, Any]:
    """Give a free period as the API shows it, in the site's offset."""
    zone = ZoneInfo(settings.TIME_ZONE)
    return {
        "start": alternative.starts_at.astimezone(zone).isoformat(),
        "end": alternative.ends_at.astimezone(zone).isoformat(),
        "resources": list(alternative.resources),
    }
