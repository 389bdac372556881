"""Who sees rows that belong to no company: everybody, or the centre's staff; roles narrow it in views and API."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class PublicQuerySet(models.QuerySet[Row]):
    """Rows of the public catalogue."""

    def visible_to(self, user: object) -> Self:
        """Return all of them: a visitor reads them too."""
        return self


class StaffQuerySet(models.QuerySet[Row]):
    """Rows of the centre's own administration."""

    def visible_to(self, user: object) -> Self:
        """Return all of them to the centre's staff, none to anybody else."""
        return self if getattr(user, "is_centre_staff", False) else self.none()
