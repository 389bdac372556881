"""A small centre to book in: two machines, a line made of one of them, a room of three seats, tariffs and a project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bookings.models import Booking
from bookings.services.ordering import request_booking, resolve_order
from common.periods import Period
from companies.models import Company, User
from costing.models import IntensityRule, Measure, Regime, Service, Tariff, VatCode
from facility import calendar
from facility.models import Area, Qualification, Resource, Site
from facility.rules import OpeningHours, PolicyFacts, ResourceFacts
from facility.services import save_resource
from projects.models import Milestone, Participant, Project

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, 10:00 in Rome
MONDAY = date(2026, 11, 30)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR")


def at(hour: float, day: date = MONDAY) -> datetime:
    """Return an instant of a day in Rome."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ROME)
    return (midnight + timedelta(hours=hour)).astimezone(UTC)


def between(start: float, end: float, day: date = MONDAY) -> Period:
    """Return a period of a day in Rome."""
    return Period(at(start, day), at(end, day))


@dataclass(frozen=True)
class Centre:
    """The rows of the small centre."""

    site: Site
    machine: Resource
    guarded: Resource
    line: Resource
    room: Resource
    project: Project
    milestone: Milestone


def make_centre(company: Company, pm: User) -> Centre:
    """Build the centre, with a running project of the company on the aided service `test_before_invest`."""
    site = Site.objects.create(code="BOV", name_it="Sede", name_en="Site", patron_day="12-07")
    calendar.set_opening(site, [OpeningHours(WEEKDAYS, 8 * 60, 19 * 60)])
    area = Area.objects.create(code="A1", site=site, name_it="Robotica", name_en="Robotics")
    Qualification.objects.create(code="Q-COB", name_it="Uso dei cobot", name_en="Use of cobots", course="C05")
    machine = _resource("MACHINE", "equipment", PolicyFacts(cleanup_minutes=15))
    guarded = _resource(
        "GUARDED", "test_bench", PolicyFacts(approval="always"), qualification="Q-COB", operator="optional"
    )
    line = _resource("LINE", "pilot_line", PolicyFacts(setup_minutes=30), components=(("MACHINE", 1),))
    room = _resource("ROOM", "room", PolicyFacts(min_minutes=15), capacity=3)
    _tariffs(machine, guarded, line, room)
    _aid()
    project, milestone = _project(company, pm, area)
    return Centre(site, machine, guarded, line, room, project, milestone)


def _resource(code: str, kind: str, policy: PolicyFacts, **facts: object) -> Resource:
    named = {"name_it": f"Risorsa {code}", "name_en": f"Resource {code}", "kind": kind, "area": "A1"}
    return save_resource(facts=ResourceFacts(code=code, policy=policy, **named, **facts), by=None)  # type: ignore[arg-type]


def _tariffs(*resources: Resource) -> None:
    vat = VatCode.objects.create(code="22", rate=Decimal("22.00"), text_it="Ordinaria", text_en="Ordinary")
    for resource in resources:
        for group, hour in (("standard", "100.00"), ("internal", "40.00")):
            Tariff.objects.create(
                resource=resource,
                price_group=group,
                valid_from=date(2024, 1, 1),
                scheme="hourly",
                hour=Decimal(hour),
                operator_hour=Decimal("45.00"),
                vat_code=vat,
            )


def _aid() -> None:
    regime = Regime.objects.create(code="gber28", name_it="Art. 28", name_en="Art. 28", valid_from=date(2024, 1, 1))
    measure = Measure.objects.create(
        code="CC-SERV",
        title_it="Servizi",
        title_en="Services",
        regime=regime,
        valid_from=date(2024, 1, 1),
        is_default=True,
    )
    service = Service.objects.create(code="test_before_invest", name_it="Prova", name_en="Test before invest")
    for size, intensity in (("micro", 100), ("small", 100), ("medium", 80)):
        IntensityRule.objects.create(
            measure=measure, service=service, size_class=size, valid_from=date(2024, 1, 1), intensity=intensity
        )


def _project(company: Company, pm: User, area: Area) -> tuple[Project, Milestone]:
    project = Project.objects.create(
        code="PC-03",
        title_it="Staffa",
        title_en="Bracket",
        type="poc",
        stage="running",
        company=company,
        pm=pm,
        area=area,
        measure="CC-SERV",
        service="test_before_invest",
        starts_on=date(2026, 9, 1),
        ends_on=date(2027, 2, 26),
        budget=Decimal("20000.00"),
        machine_budget=Decimal("15000.00"),
        trl_start=4,
        trl_current=4,
        trl_target=6,
    )
    Participant.objects.create(project=project, company=company, role="lead", share=Decimal("100.00"))
    milestone = Milestone.objects.create(
        project=project,
        code="PC-03.M1",
        position=1,
        title_it="Prova",
        title_en="Trial",
        baseline_start=date(2026, 9, 1),
        baseline_end=date(2026, 12, 18),
        start=date(2026, 9, 1),
        end=date(2026, 12, 18),
        weight=Decimal("100.00"),
        budget=Decimal("20000.00"),
    )
    return project, milestone


def book(
    user: User, *codes: str, start: float = 9, end: float = 11, day: date = MONDAY, now: datetime = NOW, **more: object
) -> Booking:
    """Book as a person would."""
    order = resolve_order(user=user, codes=codes, period=between(start, end, day), **more)  # type: ignore[arg-type]
    return request_booking(order=order, by=user, now=now)
