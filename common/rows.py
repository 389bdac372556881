"""Rows of an imported file: values read with their path, so that a refusal names its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict, Malformed, NotFound, Refused, RowError, Text, Unprocessable

LARGEST_WHOLE = 2_147_483_647


class BadRowError(Exception):
    """One place of a file that cannot be taken, and why."""

    def __init__(self, path: str, reason: Text) -> None:
        self.error = RowError(path, reason)
        super().__init__(path)


class RowReader:
    """One object of a JSON file. Every reading raises BadRowError with the path of what is wrong."""

    def __init__(self, raw: object, path: str) -> None:
        if not isinstance(raw, Mapping):
            raise BadRowError(path, _("This must be an object."))
        self.raw = raw
        self.path = path

    def at(self, key: str) -> str:
        """Return the path of a key."""
        return f"{self.path}.{key}" if self.path else key

    def bad(self, key: str, reason: Text) -> BadRowError:
        """Return the error for a key, to be raised."""
        return BadRowError(self.at(key), reason)

    def has(self, key: str) -> bool:
        """Say whether the key is there and not null."""
        return self.raw.get(key) is not None

    def required(self, key: str) -> object:
        """Return a value that must be there."""
        if not self.has(key):
            raise self.bad(key, _("This field is required."))
        return self.raw[key]

    def text(self, key: str, *, max_length: int = 200, default: str | None = None) -> str:
        """Read a text; without a default it must be there and say something."""
        if default is not None and not self.has(key):
            return default
        value = self.required(key)
        if not isinstance(value, str) or "\x00" in value:
            raise self.bad(key, _("This must be a text."))
        if len(value) > max_length:
            raise self.bad(key, _("This text is too long."))
        if default is None and not value.strip():
            raise self.bad(key, _("This field is required."))
        return value

    def whole(self, key: str, *, minimum: int = 0, maximum: int = LARGEST_WHOLE, default: int | None = None) -> int:
        """Read a whole number within bounds."""
        if default is not None and not self.has(key):
            return default
        value = self.required(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.bad(key, _("This must be a whole number."))
        if not minimum <= value <= maximum:
            raise self.bad(key, _("This number is out of range."))
        return value

    def amount(self, key: str, *, default: Decimal | None = None) -> Decimal:
        """Read an amount: a string with at most two decimals, never negative."""
        return self._decimal(key, default, maximum=Decimal("9999999999.99"))

    def percent(self, key: str, *, default: Decimal | None = None) -> Decimal:
        """Read a share from 0 to 100 with at most two decimals."""
        return self._decimal(key, default, maximum=Decimal(100))

    def _decimal(self, key: str, default: Decimal | None, *, maximum: Decimal) -> Decimal:
        if default is not None and not self.has(key):
            return default
        value = self.required(key)
        try:
            number = Decimal(value) if isinstance(value, str) else Decimal("NaN")
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not 0 <= number <= maximum or number != number.quantize(Decimal("0.01")):
            raise self.bad(key, _('Write a number from 0 as a text with two decimals, such as "12.50".'))
        return number

    def day(self, key: str) -> date:
        """Read a day written YYYY-MM-DD."""
        value = self.required(key)
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise self.bad(key, _("Write a day as YYYY-MM-DD.")) from None

    def day_before(self, key: str, today: date) -> date:
        """Read a day, or one told from today on as `{"days_ago": N}`."""
        if not isinstance(self.raw.get(key), Mapping):
            return self.day(key)
        return today - timedelta(days=self.reader(key).whole("days_ago", maximum=36_500))

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Read true or false."""
        value = self.raw.get(key, default)
        if not isinstance(value, bool):
            raise self.bad(key, _("This must be true or false."))
        return value

    def choice(self, key: str, choices: Collection[str], *, default: str | None = None) -> str:
        """Read one of the known words."""
        value = self.text(key, default=default)
        if value not in choices:
            raise self.bad(
                key, _("“%(value)s” is not one of: %(choices)s.") % {"value": value, "choices": ", ".join(choices)}
            )
        return value

    def texts(self, key: str) -> list[str]:
        """Read a list of texts; a missing one is empty."""
        values = self._list(key)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.bad(f"{key}[{index}]", _("This must be a text."))
        return [str(value) for value in values]

    def reader(self, key: str) -> RowReader:
        """Read an object inside this one."""
        return RowReader(self.required(key), self.at(key))

    def readers(self, key: str) -> list[RowReader]:
        """Read a list of objects; a missing one is empty."""
        return [RowReader(value, f"{self.at(key)}[{index}]") for index, value in enumerate(self._list(key))]

    def _list(self, key: str) -> list[object]:
        value = self.raw.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.bad(key, _("This must be a list."))
        return value


def readers_of(rows: Iterable[object], path: str, errors: list[RowError]) -> list[RowReader]:
    """Return a reader for each row that is an object, and note the others."""
    readers = []
    for index, raw in enumerate(rows):
        try:
            readers.append(RowReader(raw, f"{path}[{index}]"))
        except BadRowError as bad:
            errors.append(bad.error)
    return readers


def imported(rows: Iterable[object], path: str, take: Callable[[RowReader], object]) -> list[RowError]:
    """Take row by row, each in a savepoint, and return what could not be taken.

    The caller owns the transaction and rolls it back when anything is returned.
    """
    errors: list[RowError] = []
    readers = readers_of(rows, path, errors)
    return errors + taken(readers, take)


def taken(readers: Iterable[RowReader], take: Callable[[RowReader], object]) -> list[RowError]:
    """Take rows in the order given, each in a savepoint, and return what could not be taken."""
    errors: list[RowError] = []
    for row in readers:
        try:
            with transaction.atomic():
                take(row)
        except BadRowError as bad:
            errors.append(bad.error)
        except ValidationError as invalid:
            errors.extend(_of_fields(invalid, row.path))
        except Refused as refused:
            errors.extend(RowError(row.path, refusal.detail) for refusal in refused.refusals)
        except Malformed as malformed:
            place = f"{row.path}.{malformed.field_name}" if malformed.field_name else row.path
            errors.append(RowError(place, malformed.detail))
        except NotFound:
            errors.append(RowError(row.path, _("Something that this row builds on is not there.")))
        except (Conflict, Unprocessable) as conflict:
            errors.append(RowError(row.path, conflict.detail))
        except (IntegrityError, DataError) as broken:
            errors.append(RowError(row.path, str(broken).partition("\n")[0]))
    return errors


def _of_fields(invalid: ValidationError, path: str) -> list[RowError]:
    """Name each field that a model refused."""
    fields = invalid.message_dict if hasattr(invalid, "error_dict") else {NON_FIELD_ERRORS: invalid.messages}
    return [
        RowError(path if field == NON_FIELD_ERRORS else f"{path}.{field}", message)
        for field, messages in fields.items()
        for message in messages
    ]
