"""From a wish to an entry of the history: when it was asked for, what the centre said, how the use went."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bookings.models import CancelReason
from bookings.services.ordering import Order
from bookings.services.replay import HistoryEntry, Step
from common.periods import Period
from companies.models import Company, User
from config.demo import words
from config.demo.people import People
from config.demo.scenery import Span
from facility.models import ApprovalMode, Resource
from projects.models import Milestone, Project

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
#: Why firms cancel; what is named twice happens twice as often.
REASONS = (
    CancelReason.CHANGED_PLANS,
    CancelReason.CHANGED_PLANS,
    CancelReason.NO_LONGER_NEEDED,
    CancelReason.ILLNESS,
    CancelReason.SUPPLIER_DELAY,
    CancelReason.OTHER,
)
LEAD_DAYS = (0, 1, 2, 3, 5, 7, 9, 14, 21)
AIDED_SIZES = {"micro", "small", "medium"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's booking before its story is told; `fate` empty means the ordinary course."""

    resource: Resource
    period: Period
    by: User
    company: Company | None
    purpose: str
    project: Project | None = None
    milestone: Milestone | None = None
    operator: bool = False
    people: int = 1
    override_reason: str = ""
    fate: str = ""
    cancelled_at: datetime | None = None


class Storyteller:
    """Draws the course of bookings from one source of chance, so that equal days give equal stories."""

    def __init__(self, rng: random.Random, people: People, span: Span, now: datetime) -> None:
        self.rng = rng
        self.people = people
        self.now = now
        #: Whatever led to a booking happened before today: the day's own events belong to its visitors.
        self.dawn = span.at(span.today, 0)

    def entry(self, wish: Wish) -> HistoryEntry:
        """Return a wish with its story as far as it has come by now."""
        asked_at = self._asked_at(wish)
        decided_at = self._between(asked_at, min(asked_at + 26 * HOUR, wish.period.starts_at, self.dawn))
        fate = wish.fate or self._fate(wish)
        decision = self._decision(wish, fate, decided_at)
        steps = tuple(step for step in self._steps(wish, fate, decided_at) if step.at <= self.now)
        order = Order(
            resources=(wish.resource,),
            period=wish.period,
            company=wish.company,
            project=wish.project,
            milestone=wish.milestone,
            service=self._service(wish),
            purpose=wish.purpose,
            people=wish.people,
            operator=wish.operator,
            override_reason=wish.override_reason,
        )
        identity = UUID(int=self.rng.getrandbits(128), version=4)
        return HistoryEntry(
            order=order, by=wish.by, asked_at=asked_at, public_id=identity, decision=decision, steps=steps
        )

    def _asked_at(self, wish: Wish) -> datetime:
        """Choose when it was asked for: with the notice that the machine wants, inside its horizon."""
        policy = wish.resource.policy
        latest = min(wish.period.starts_at - timedelta(hours=policy.notice_hours) - 2 * HOUR, self.dawn - 6 * HOUR)
        earliest = wish.period.starts_at - timedelta(days=policy.horizon_days - 2)
        asked_at = latest - timedelta(days=self.rng.choice(LEAD_DAYS), minutes=self.rng.randrange(240))
        return max(asked_at, earliest).replace(second=0, microsecond=0)

    def _fate(self, wish: Wish) -> str:
        chance = self.rng.random()
        if chance < 0.09:
            return "cancelled"
        if chance < 0.105 and wish.company is not None:
            return "cancelled_by_centre"
        if chance < 0.16 and wish.resource.policy.approval == ApprovalMode.ALWAYS and not wish.by.is_centre_staff:
            return "rejected"
        return "used"

    def _decision(self, wish: Wish, fate: str, at: datetime) -> Step | None:
        by = self.people.staff["manager" if self.rng.random() < 0.7 else "technician"]
        note, reason = self.rng.choice(words.APPROVAL_NOTES), self.rng.choice(words.REJECTIONS)
        if fate == "waiting":
            return None
        if fate == "rejected":
            return Step(action="reject", at=at, by=by, reason=reason)
        return Step(action="approve", at=at, by=by, note=note)

    def _steps(self, wish: Wish, fate: str, decided_at: datetime) -> Iterator[Step]:
        if fate in ("waiting", "rejected"):
            return
        if fate.startswith("cancelled"):
            yield self._cancellation(wish, fate, decided_at)
            return
        used = self._used(wish, fate)
        floor = self.people.staff["technician"]
        opener = wish.by if self.rng.random() < 0.35 else floor
        yield Step(action="check_in", at=used.starts_at, by=opener)
        note = self.rng.choice(words.USE_NOTES)
        incident = words.BREAKDOWN if fate == "broken" else ""
        yield Step(action="check_out", at=used.ends_at, by=floor, used=used, note=note, incident=incident)

    def _cancellation(self, wish: Wish, fate: str, decided_at: datetime) -> Step:
        if wish.cancelled_at is not None:
            at = max(decided_at, wish.cancelled_at)
            by, note = self.people.staff["technician"], words.BREAKDOWN_NOTE
            return Step(action="cancel", at=at, by=by, reason=CancelReason.CENTRE, note=note)
        at = self._between(decided_at, min(wish.period.starts_at, self.dawn))
        if fate == "cancelled_by_centre":
            reason, by = CancelReason.CENTRE, self.people.staff["manager"]
        else:
            reason, by = self.rng.choice(REASONS), wish.by
        return Step(action="cancel", at=at, by=by, reason=reason, note=words.CANCEL_NOTES[reason])

    def _used(self, wish: Wish, fate: str) -> Period:
        """Choose when a use really began and ended: mostly as booked, some early, some late."""
        begun = wish.period.starts_at + self.rng.randrange(-8, 12) * MINUTE
        length = (wish.period.ends_at - wish.period.starts_at) // MINUTE
        chance = self.rng.random()
        shift = self.rng.randrange(-4, 1)
        if chance < 0.22:
            shift = -self.rng.randrange(10, max(11, length // 3))
        elif chance > 0.86:
            shift = self.rng.randrange(5, 36)
        if fate == "broken":
            shift = -length // 2
        return Period(begun, max(wish.period.ends_at + shift * MINUTE, begun + 15 * MINUTE))

    def _service(self, wish: Wish) -> str:
        if wish.project is not None or wish.company is None or wish.company.size_class not in AIDED_SIZES:
            return ""
        return "test_before_invest" if self.rng.random() < 0.45 else ""

    def _between(self, first: datetime, last: datetime) -> datetime:
        """Choose a minute between two moments; the first when there is none."""
        minutes = max(1, int((last - first) / MINUTE))
        return (first + self.rng.randrange(minutes) * MINUTE).replace(second=0, microsecond=0)
