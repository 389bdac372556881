"""How requests are read and answers chosen; apart from api.py, since the framework loads it while it loads itself."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

#: Digits of the largest 64-bit integer.
LONGEST_NUMBER = 19


class StrictJSONParser(BaseParser):
    """Reads one JSON object in UTF-8 and refuses whatever could break further in."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the object; anything else is a malformed request."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig
        try:
            document = json.loads(
                body.decode("utf-8"),
                parse_constant=_not_json,
                parse_int=_bounded_integer,
                parse_float=_finite_number,
            )
        except (ValueError, RecursionError):
            raise ParseError(_("The request is not well-formed JSON.")) from None
        if not isinstance(document, dict):
            raise ParseError(_("The request must be one JSON object."))
        if not all(is_storable(text) for text in _texts(document)):
            raise ParseError(_("A text holds characters that cannot be stored."))
        return document


def is_storable(text: str) -> bool:
    """Say whether PostgreSQL can keep the text: no NUL, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _not_json(constant: str) -> NoReturn:
    raise ValueError(constant)


def _bounded_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > LONGEST_NUMBER:
        raise ValueError(digits)
    return int(digits)


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _texts(document: Any) -> Iterator[str]:
    """Yield every text in a JSON document, keys included, without recursion."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict):
            waiting.extend(part.keys())
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


class FirstRenderer(BaseContentNegotiation):
    """Answers in the endpoint's own format whatever `Accept` says: a browser gets JSON, a download its file."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """Choose the parser of the content type, JSON or nothing."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Choose the first renderer."""
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)
