"""The last hours of the demonstration, through the ordinary services: requests, answers and their mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bookings.models import Booking, CancelReason
from bookings.services.life import approve_booking, cancel_booking, reject_booking
from bookings.services.ordering import Order, request_booking
from config.demo import words
from config.demo.plan import Planner
from projects.models import Milestone, Project

#: Who asks for what, how many days ahead, and what the centre answers.
GUARDED = (
    ("CY-OT", "AUTOM", 9, "approve"),
    ("LP-ELE", "MICRO", 11, "approve"),
    ("RB-SAL", "DENTE", 8, "reject"),
    ("CY-5G", "COLOS", 12, ""),
    ("LP-ASM", "GIRA", 13, ""),
)
FREE = (
    ("TV-VIS", "NUVO", 6, ""),
    ("RB-COB1", "GIRA", 7, ""),
    ("AM-SCN", "STAMP", 6, ""),
    ("AM-SLS", "PROTO", 8, "cancel"),
    ("ME-CMM", "TORNI", 9, ""),
    ("DT-LIN", "ROTAI", 10, "cancel"),
)
AFTERNOONS = (14 * 60, 14 * 60 + 30, 15 * 60)


def recent_days(planner: Planner, *, now: datetime) -> list[Booking]:
    """Enter the newest bookings one by one, as people do; a slot that is taken meanwhile is left to its owner."""
    bookings = []
    moment = now - timedelta(minutes=15 * (len(GUARDED) + len(FREE)) + 10)
    for code, key, ahead, answer in (*GUARDED, *FREE):
        for order in _order(planner, code, key, ahead):
            booking = request_booking(order=order, by=planner.people.firms[key], now=moment)
            _answer(planner, booking, answer, now=moment + timedelta(minutes=9))
            bookings.append(booking)
        moment += timedelta(minutes=15)
    return bookings


def _order(planner: Planner, code: str, key: str, ahead: int) -> Iterator[Order]:
    """Yield the order when the machine is free on one of the afternoons from a day on."""
    resource = planner.scenery.resources[code]
    day = planner.scenery.span.today + timedelta(days=ahead)
    period = planner.soonest(resource, day, 120, starts=AFTERNOONS, days=9)
    if period is None:
        return
    user = planner.people.firms[key]
    on = period.starts_at.astimezone(planner.scenery.span.zone).date()
    project, milestone = _running(planner, key, code, on)
    able = planner.able(resource, user, on)
    yield Order(
        resources=(resource,),
        period=period,
        company=user.company,
        project=project,
        milestone=milestone,
        purpose=planner.rng.choice(words.PURPOSES[resource.kind]),
        people=2,
        operator=resource.operator == "optional" and not able,
    )


def _running(planner: Planner, key: str, code: str, on: date) -> tuple[Project | None, Milestone | None]:
    """Return the firm's project and milestone that plan this machine for that time, if there are."""
    for project in planner.scenery.projects.values():
        if project.is_open and project.company.key == key:
            for milestone in sorted(project.milestones.all(), key=lambda one: one.position):
                planned = {use.resource.code for use in milestone.planned_uses.all()}
                if milestone.start <= on <= milestone.end and code in planned:
                    return project, milestone
    return None, None


def _answer(planner: Planner, booking: Booking, answer: str, *, now: datetime) -> None:
    manager = planner.people.staff["manager"]
    if answer == "approve":
        approve_booking(booking=booking, by=manager, now=now, note=words.APPROVAL_NOTES[-1])
    elif answer == "reject":
        reject_booking(booking=booking, reason=words.REJECTIONS[0], by=manager, now=now)
    elif answer == "cancel":
        cancel_booking(booking=booking, reason=CancelReason.CHANGED_PLANS, by=booking.requested_by, now=now)
