"""Every table says who may see its rows, and an outsider sees none of another firm's."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models

from bookings.services.use import check_in, check_out
from companies.models import User
from costing.models import AccountingPeriod
from costing.services.periods import close_period
from tests.world import NOW, Centre, at, book, make_centre

APPS = ("companies", "outbox", "facility", "projects", "costing", "bookings")
# What belongs to a firm, once it has booked for its project, used and been billed.
OF_A_FIRM = {
    "companies.Company",
    "companies.User",
    "outbox.Message",
    "projects.Project",
    "projects.Milestone",
    "projects.Participant",
    "costing.Commitment",
    "costing.ChargeSet",
    "costing.Charge",
    "costing.Statement",
    "costing.StatementLine",
    "bookings.Booking",
    "bookings.BookedResource",
    "bookings.Allocation",
    "bookings.BookingEvent",
    "bookings.Usage",
}
OF_THE_CENTRE = {"costing.Tariff", "costing.VatCode", "costing.Measure", "costing.AccountingPeriod"}


def tables() -> dict[str, Any]:
    every = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return {model._meta.label: model for model in every}


@pytest.mark.parametrize("label", sorted(tables()))
def test_every_table_says_who_sees_it(label: str) -> None:
    manager = tables()[label]._default_manager

    assert callable(getattr(manager.all(), "visible_to", None)), f"{label} has no visible_to"


@pytest.fixture
def billed(db: None, fanta: User, pm: User, finance: User, django_capture_on_commit_callbacks: Any) -> Centre:
    assert fanta.company is not None
    centre = make_centre(fanta.company, pm)
    booking = book(fanta, "MACHINE", project_code="PC-03", milestone_code="PC-03.M1", now=NOW)
    check_in(booking=booking, by=fanta, now=at(9))
    check_out(booking=booking, by=fanta, now=at(11))
    close_period(period=AccountingPeriod.objects.get(), by=finance, now=at(9 + 24 * 2))
    return centre


def count(model: type[models.Model], user: Any) -> int:
    manager: Any = model._default_manager
    return int(manager.all().visible_to(user).count())


@pytest.mark.django_db
def test_an_outsider_sees_none_of_a_firms_rows(billed: Centre, fanta: User, gira: User, manager: User) -> None:
    own_of_the_outsider = {"companies.Company": 1, "companies.User": 1}
    for label in sorted(OF_A_FIRM):
        model = tables()[label]
        seen = {who: count(model, user) for who, user in (("fanta", fanta), ("gira", gira), ("staff", manager))}
        assert seen["fanta"] > 0, label
        assert seen["staff"] >= seen["fanta"], label
        assert seen["gira"] == own_of_the_outsider.get(label, 0), label
        assert count(model, AnonymousUser()) == 0, label


@pytest.mark.django_db
def test_firms_see_none_of_the_centres_own_rows(billed: Centre, fanta: User, finance: User) -> None:
    for label in sorted(OF_THE_CENTRE):
        assert (count(tables()[label], fanta), count(tables()[label], finance) > 0) == (0, True), label
