"""Column types and the visibility that the tables of costing share."""

from __future__ import annotations

from typing import Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

Row = TypeVar("Row", bound=models.Model)


class Amount(models.DecimalField):
    """Euros with two decimals."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max_digits": 12, "decimal_places": 2, **kwargs})  # type: ignore[arg-type]


class Percentage(models.DecimalField):
    """Per cent with two decimals, 0 to 100."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        bounds = [MinValueValidator(0), MaxValueValidator(100)]
        super().__init__(
            *args,
            **{"max_digits": 5, "decimal_places": 2, "validators": bounds, **kwargs},  # type: ignore[arg-type]
        )


class CompanyOwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to one company: the centre's finance and management see all, a firm its own."""

    def visible_to(self, user: object) -> Self:
        """Return the rows that a person may see."""
        if getattr(user, "is_centre_staff", False):
            return self
        company_id = getattr(user, "company_id", None)
        return self.filter(company_id=company_id) if company_id is not None else self.none()
