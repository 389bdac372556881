"""One family of refusals: «no, because», said in stable codes and translated words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise


class Override(StrEnum):
    """Who may lift a refusal by giving a reason."""

    NOBODY = "nobody"
    MANAGER = "manager"
    PROJECT_MANAGER = "project_manager"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why something cannot be done; `on` names the date inside a series."""

    code: str
    detail: Text
    override: Override = Override.NOBODY
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free period offered instead of the one refused; `resources` are codes."""

    starts_at: datetime
    ends_at: datetime
    resources: tuple[str, ...]


class Refused(Exception):
    """The rules say no. Status 422 unless `status` says otherwise (409 for a lone overlap)."""

    def __init__(
        self,
        refusals: Iterable[Refusal],
        *,
        alternatives: Sequence[Alternative] = (),
        status: int = 422,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.refusals = tuple(refusals)
        self.alternatives = tuple(alternatives)
        self.status = status
        self.extra = dict(extra or {})
        super().__init__(", ".join(refusal.code for refusal in self.refusals))

    @property
    def code(self) -> str:
        """The problem's code: the refusal's own when alone in a conflict, else `refused`."""
        return self.refusals[0].code if self.status != 422 and self.refusals else "refused"


@dataclass
class Conflict(Exception):
    """The thing exists, but is not in a state that allows this: HTTP 409 with a stable code."""

    code: str
    detail: Text
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Unprocessable(Exception):
    """Well-formed input that cannot be processed: HTTP 422 with its own stable code (`no_tariff`)."""

    code: str
    detail: Text
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Malformed(Exception):
    """Input of an impossible shape: HTTP 400 with a stable code and, where known, the field."""

    code: str
    detail: Text
    field_name: str | None = None


class Busy(Exception):
    """A lock was not free in time: HTTP 503 `busy_try_again`, nothing written."""


class NotFound(Exception):
    """Not there or not yours: HTTP 404 `not_found`, the same answer for both."""


@dataclass(frozen=True, slots=True)
class RowError:
    """Why one place of an imported file cannot be taken: `companies[3].vat_number`, and the reason."""

    path: str
    reason: Text
