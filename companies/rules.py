"""Who may do what: staff roles, their permissions, and well-formed VAT numbers. No ORM."""

from __future__ import annotations

from collections.abc import Collection

from stdnum.exceptions import ValidationError as NumberError
from stdnum.it import iva

ADMIN = "admin"

#: What each staff role may do, beyond reading what it sees. `admin` may do all of it.
ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    "manager": frozenset(
        {
            "resources.edit",
            "bookings.book",
            "bookings.approve",
            "bookings.check_in",
            "bookings.no_show",
            "bookings.override",
        }
    ),
    "technician": frozenset({"bookings.book", "bookings.approve", "bookings.check_in", "bookings.no_show"}),
    "pm": frozenset({"projects.edit", "bookings.book"}),
    "finance": frozenset({"tariffs.edit", "measures.edit", "charges.read", "charges.reverse", "periods.close"}),
    "liaison": frozenset({"companies.read"}),
    "training": frozenset({"bookings.book"}),
    "director": frozenset({"statistics.read", "charges.read"}),
}
MEMBER_PERMISSIONS = frozenset({"bookings.book", "bookings.check_in"})
COMPANY_ADMIN_PERMISSIONS = MEMBER_PERMISSIONS | {"projects.sign"}

#: The apps whose master data a role edits in the admin.
ADMIN_APPS: dict[str, frozenset[str]] = {
    "manager": frozenset({"facility", "companies"}),
    "finance": frozenset({"costing", "companies"}),
}


def permissions_of(*, roles: Collection[str], company_role: str | None) -> frozenset[str]:
    """Return every permission that staff roles or a place in a company give."""
    if ADMIN in roles:
        return frozenset().union(*ROLE_PERMISSIONS.values())
    granted: frozenset[str] = frozenset().union(*(ROLE_PERMISSIONS.get(role, frozenset()) for role in roles))
    if company_role is not None:
        granted |= COMPANY_ADMIN_PERMISSIONS if company_role == ADMIN else MEMBER_PERMISSIONS
    return granted


def admin_apps_of(roles: Collection[str]) -> frozenset[str]:
    """Return the apps that these roles edit in the admin (`admin` itself is not limited to them)."""
    return frozenset().union(*(ADMIN_APPS.get(role, frozenset()) for role in roles))


def normal_vat_number(text: str) -> str | None:
    """Return an Italian VAT number as `IT` and eleven digits, or None when it is not one."""
    try:
        return f"IT{iva.validate(text)}"
    except NumberError:
        return None
