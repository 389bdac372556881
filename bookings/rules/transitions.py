"""The one table that says which state of a booking may follow which."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from common.errors import Conflict

TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset({"requested", "confirmed"}),
    "requested": frozenset({"confirmed", "rejected", "cancelled"}),
    "confirmed": frozenset({"in_use", "cancelled"}),
    "in_use": frozenset({"completed"}),
    "completed": frozenset(),
    "rejected": frozenset(),
    "cancelled": frozenset(),
}


def ensure_transition(old: str, new: str) -> None:
    """Refuse a change of state that the table does not list.

    Raises: Conflict `wrong_state` (409), carrying the status that the booking has.
    """
    if new not in TRANSITIONS[old]:
        raise Conflict("wrong_state", _("The booking is not in a state that allows this."), {"booking_status": old})
