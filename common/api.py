"""What every endpoint shares: fields, pages, roles, ways to read a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import NotFound as NoSuchPage
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import Malformed, NotFound
from common.instants import parsed_instant
from common.money import to_cents
from common.parsing import LONGEST_NUMBER

#: The largest count that a PostgreSQL integer holds.
LARGEST_WHOLE = 2_147_483_647

Row = TypeVar("Row")
Found = TypeVar("Found", bound=Model)


class Pages(PageNumberPagination):
    """`{count, next, previous, results}`; `page_size` above 500 is cut."""

    page_size = 50
    max_page_size = 500
    page_size_query_param = "page_size"

    def get_page_number(self, request: Request, paginator: Any) -> int | str:
        """Refuse a page that is not a number; one beyond the end is not there."""
        text = request.query_params.get(self.page_query_param) or "1"
        if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER:
            return int(text)
        raise Malformed("invalid", _("Write the page as a whole number."), self.page_query_param)

    def get_page_size(self, request: Request) -> int:
        """Refuse a size that is not a positive number; cut one that is too large."""
        text = request.query_params.get("page_size")
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdigit() and int(text[:LONGEST_NUMBER]) > 0):
            raise Malformed("invalid", _("Write the page size as a whole number above zero."), "page_size")
        return min(int(text[:LONGEST_NUMBER]), self.max_page_size)


def paginated(
    request: Request, rows: QuerySet[Any] | Sequence[Row], to_dict: Callable[[Any], Mapping[str, Any]]
) -> Response:
    """Answer one page of rows, each through `to_dict`."""
    pages = Pages()
    try:
        page = pages.paginate_queryset(rows, request)
    except NoSuchPage:
        raise NotFound from None
    return pages.get_paginated_response([to_dict(row) for row in page or ()])


def read_body(request: Request, serializer: type[serializers.Serializer[Any]], **options: Any) -> dict[str, Any]:
    """Validate the body; what is wrong with it becomes the 400."""
    checked = serializer(data=request.data, **options)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def read_query(request: Request, serializer: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """Validate the query parameters; unknown ones are ignored, wrong ones become the 400."""
    checked = serializer(data=request.query_params)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def one_or_404(visible: QuerySet[Found], **lookup: Any) -> Found:
    """Find one row among those that the caller may see: foreign and missing are the same 404."""
    found = visible.filter(**lookup).first()
    if found is None:
        raise NotFound
    return found


def IsStaffRole(*roles: str) -> type[BasePermission]:  # noqa: N802  (written where classes are listed)
    """Make the permission of a whole endpoint: one of the roles, or the administrator; others get 403, nobody 401."""

    class StaffRole(BasePermission):
        def has_permission(self, request: Request, view: APIView) -> bool:
            user: Any = request.user
            return bool(user.is_authenticated and user.has_role(*roles))

    return StaffRole


def require_role(user: Any, *roles: str) -> None:
    """Refuse another role with 403; asked after the 404 of what the caller cannot see."""
    if not (user.is_authenticated and user.has_role(*roles)):
        raise PermissionDenied


class NumberField(serializers.DecimalField):
    """A decimal as plain digits: no exponents, no NaN, no rounding on the way in."""

    default_error_messages = {"invalid": _("Write a number with plain digits.")}

    def to_internal_value(self, data: Any) -> Decimal:
        """Refuse what is not plain digits, then what does not fit."""
        text = str(data)
        if isinstance(data, bool) or not re.fullmatch(r"-?[0-9]{1,20}(\.[0-9]{1,10})?", text):
            self.fail("invalid")
        return super().to_internal_value(text)


class MoneyField(NumberField):
    """An amount in euros: a string with two decimals; more of them coming in are refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 12, "decimal_places": 2} | options)

    def to_representation(self, value: Any) -> str:
        """Write exactly two decimals."""
        return f"{to_cents(Decimal(value)):f}"


class PercentField(NumberField):
    """A share in per cent, `"20.00"`, from 0 to 100 unless told otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 5, "decimal_places": 2, "min_value": 0, "max_value": 100} | options)


class HoursField(NumberField):
    """Hours as a decimal string, never negative unless told otherwise."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 8, "decimal_places": 2, "min_value": 0} | options)


class WholeNumberField(serializers.IntegerField):
    """A whole number that the database can hold; never a text, a fraction or true."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": LARGEST_WHOLE} | options)

    def to_internal_value(self, data: Any) -> int:
        """Refuse true and false, which Python counts as numbers."""
        if isinstance(data, bool):
            self.fail("invalid")
        return super().to_internal_value(data)


@extend_schema_field(OpenApiTypes.DATETIME)
class AwareDateTimeField(serializers.Field[datetime, Any, str, Any]):
    """An instant with its offset; without one the code is `naive_time`."""

    default_error_messages = {"invalid": _("Write the time as ISO 8601 with an offset.")}

    def to_internal_value(self, data: Any) -> datetime:
        """Return the instant in UTC."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return parsed_instant(data)
        except Malformed as error:
            raise ValidationError(str(error.detail), code=error.code) from None

    def to_representation(self, value: datetime) -> str:
        """Write the instant with the site's offset."""
        return local_iso(value)


def local_iso(instant: datetime) -> str:
    """Write an instant as the API does: ISO 8601 with the site's offset."""
    return instant.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat()
