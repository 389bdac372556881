"""Each rule of booking at its boundary, and all refusals at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bookings.rules.facts import BookingFacts, Seat
from bookings.rules.refusals import booking_refusals, needs_approval
from bookings.rules.transitions import TRANSITIONS, ensure_transition
from common.errors import Conflict, Override
from common.periods import Period
from tests.bookings.test_occupancy import ROME, at, facts, policy, resource, span


def codes(wish: BookingFacts) -> list[str]:
    return [refusal.code for refusal in booking_refusals(wish)]


def with_policy(period: Period, **changes: object) -> BookingFacts:
    wish = facts(period)
    return replace(wish, resources=(replace(wish.resources[0], policy=policy(**changes)),))


def test_a_good_wish_is_not_refused() -> None:
    assert codes(facts(span(9, 11))) == []


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (facts(span(7.5, 9)), ["closed"]),
        (facts(span(18, 19.5)), ["closed"]),
        (facts(span(8, 19)), ["too_long"]),
        (facts(span(9.25, 11.25)), ["off_step"]),
        (facts(span(9, 10.75)), ["off_step"]),
        (facts(span(9, 9.5)), ["too_short"]),
        (with_policy(span(9, 11), notice_hours=57), []),
        (with_policy(span(9, 11), notice_hours=58), ["too_soon"]),
        (with_policy(span(33, 35), horizon_days=3), []),
        (with_policy(span(33, 35), horizon_days=2), ["too_far"]),
        (facts(span(9, 11), people=6), []),
        (facts(span(9, 11), people=7), ["too_many_people"]),
        (facts(span(9, 11), now=at(9)), []),
        (facts(span(9, 11), now=at(9) + timedelta(seconds=1)), ["in_past"]),
        (facts(span(9, 11), (Seat(1, 1, span(10, 12)),)), ["overlap"]),
        (facts(span(9, 11), (Seat(1, 1, span(11, 12)),)), []),
        (facts(span(9, 11), project_open=False), ["project_closed"]),
    ],
)
def test_rule_at_its_boundary(wish: BookingFacts, expected: list[str]) -> None:
    assert codes(wish) == expected


def test_all_refusals_come_at_once() -> None:
    wish = facts(span(18.25, 19.25), (Seat(1, 1, span(17, 19)),), people=9, project_open=False)

    assert set(codes(wish)) == {"overlap", "project_closed", "closed", "off_step", "too_many_people"}


def test_who_may_lift_what() -> None:
    wish = facts(span(18.25, 19.25), (Seat(1, 1, span(17, 19)),), project_open=False)
    lifted_by = {refusal.code: refusal.override for refusal in booking_refusals(wish)}

    assert lifted_by == {
        "overlap": Override.NOBODY,
        "project_closed": Override.PROJECT_MANAGER,
        "closed": Override.MANAGER,
        "off_step": Override.MANAGER,
    }


def test_a_part_beside_its_whole_is_refused() -> None:
    line = resource((span(8, 19),), id=2, code="LP-ASM", parts=("RB-COB1",))

    assert codes(facts(span(9, 11), resources=(line, resource((span(8, 19),))))) == ["included"]


@pytest.mark.parametrize(
    ("operator", "with_operator", "qualified", "expected"),
    [
        ("none", False, False, ["not_qualified"]),
        ("none", True, False, ["not_qualified"]),
        ("optional", False, False, ["not_qualified"]),
        ("optional", True, False, []),
        ("required", False, False, []),
        ("none", False, True, []),
    ],
)
def test_qualification_or_operator(operator: str, with_operator: bool, qualified: bool, expected: list[str]) -> None:
    machine = resource(
        (span(8, 19),), qualification="Safe use of cobots", course="C05", operator=operator, qualified=qualified
    )

    assert codes(facts(span(9, 11), resources=(machine,), with_operator=with_operator)) == expected


@pytest.mark.parametrize(
    ("mode", "above", "expected"),
    [
        ("never", None, False),
        ("always", None, True),
        ("above_hours", Decimal("2.00"), False),
        ("above_hours", Decimal("1.99"), True),
        ("above_amount", Decimal("240.00"), False),
        ("above_amount", Decimal("239.99"), True),
    ],
)
def test_approval_is_asked_above_the_threshold(mode: str, above: Decimal | None, expected: bool) -> None:
    wish = with_policy(span(9, 11), approval=mode, approval_above=above)

    assert needs_approval(wish, Decimal("240.00")) is expected


def test_step_counts_from_local_midnight_after_the_clock_change() -> None:
    sunday = datetime(2026, 3, 29, tzinfo=ROME)
    period = Period(sunday.replace(hour=10), sunday.replace(hour=12))
    machine = resource((Period(sunday.replace(hour=8), sunday.replace(hour=18)),), policy=policy(step_minutes=60))

    assert codes(facts(period, resources=(machine,), now=period.starts_at - timedelta(days=1))) == []


@pytest.mark.parametrize("old", TRANSITIONS)
@pytest.mark.parametrize("new", [state for state in TRANSITIONS if state])
def test_only_listed_transitions_pass(old: str, new: str) -> None:
    if new in TRANSITIONS[old]:
        ensure_transition(old, new)
    else:
        with pytest.raises(Conflict, match="wrong_state"):
            ensure_transition(old, new)
