"""The main navigation: who sees which entry. Links upward are URL names, never imports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Audience = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation; it is current on its own page and below `covers`."""

    url_name: str
    label: Promise
    icon: str
    audience: Audience
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one request shows it."""

    url: str
    label: Promise
    icon: str
    is_current: bool


def everybody(user: Any) -> bool:
    """The entry is public."""
    return True


def signed_in(user: Any) -> bool:
    """The entry is for people with an account."""
    return bool(user.is_authenticated)


def of_a_firm(user: Any) -> bool:
    """The entry is for the people of a firm."""
    return bool(user.is_authenticated and user.company_id is not None and not user.is_centre_staff)


def in_a_demonstration(user: Any) -> bool:
    """The entry is for people with an account, where the clock may be moved."""
    return bool(settings.TIME_TRAVEL) and signed_in(user)


def staff(*roles: str) -> Audience:
    """The entry is for staff that hold one of the roles."""
    return lambda user: bool(user.is_authenticated and user.has_role(*roles))


ENTRIES = (
    Entry("bookings:catalogue", _("Catalogue"), "layout-grid", everybody, ("/resources/", "/book/")),
    Entry("bookings:mine", _("Bookings"), "calendar-event", signed_in, ("/bookings/",)),
    Entry("dashboard:projects", _("Projects"), "flag", signed_in, ("/projects/",)),
    Entry("bookings:approvals", _("Approvals"), "checks", staff("manager", "technician"), ("/approvals/",)),
    Entry("bookings:floor", _("Floor today"), "building-factory-2", staff("manager", "technician"), ("/floor/",)),
    Entry("costing:periods", _("Costs"), "receipt-euro", staff("finance", "director"), ("/finance/",)),
    Entry("costing:statements", _("Statements"), "receipt-euro", of_a_firm, ("/finance/",)),
    Entry("outbox:mailbox", _("Mailbox"), "mail", in_a_demonstration, ("/mailbox/",)),
)


def navigation(request: HttpRequest) -> Iterator[Link]:
    """Give the links that the request's person sees; pages that are not installed are left out."""
    user = getattr(request, "user", None)
    for entry in ENTRIES:
        if user is None and entry.audience is not everybody:
            continue
        if user is not None and not entry.audience(user):
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        is_current = request.path == url or request.path.startswith(entry.covers or (url,))
        yield Link(url=url, label=entry.label, icon=entry.icon, is_current=is_current)
