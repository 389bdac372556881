"""Column types and the visibility that the tables of costing share."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

Row = TypeVar("Row", bound=models.Model)
Set = TypeVar("Set", contravariant=True)
Get = TypeVar("Get", covariant=True)


class Amount(models.DecimalField[Set, Get]):
    """Euros with two decimals."""

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        super().__init__(verbose_name, **{"max_digits": 12, "decimal_places": 2, **options})


class Percentage(models.DecimalField[Set, Get]):
    """Per cent with two decimals, 0 to 100."""

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        bounds = [MinValueValidator(0), MaxValueValidator(100)]
        super().__init__(verbose_name, **{"max_digits": 5, "decimal_places": 2, "validators": bounds, **options})


class CompanyOwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to one company: the centre's finance and management see all, a firm its own."""

    def visible_to(self, user: object) -> Self:
        """Return the rows that a person may see."""
        if getattr(user, "is_centre_staff", False):
            return self
        company_id = getattr(user, "company_id", None)
        return self.filter(company_id=company_id) if company_id is not None else self.none()
