"""Opening hours, exceptions and components as plain facts."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facility.rules import (
    MINUTES_PER_DAY,
    WEEKDAYS,
    DayException,
    OpeningHours,
    capacity_refusals,
    clock_text,
    component_refusals,
    contradictory_days,
    day_exception,
    exception_json,
    minute_of_day,
    months_later,
    opening_hours,
    opening_json,
)

NO_WHOLES: dict[str, frozenset[str]] = {}


@given(st.integers(min_value=0, max_value=MINUTES_PER_DAY))
def test_minute_of_day_reads_what_clock_text_writes(minute: int) -> None:
    assert minute_of_day(clock_text(minute)) == minute


@pytest.mark.parametrize("text", ["24:01", "25:00", "8:00", "08:60", "0800", "", "08:00:00", None, 800, "٠٨:٠٠"])
def test_minute_of_day_refuses_other_words(text: object) -> None:
    with pytest.raises(ValueError, match="not a time of the day"):
        minute_of_day(text)


@given(
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.integers(min_value=0, max_value=MINUTES_PER_DAY - 1),
    st.integers(min_value=1, max_value=MINUTES_PER_DAY),
)
def test_opening_hours_come_back_as_written(days: set[str], from_minute: int, length: int) -> None:
    to_minute = min(from_minute + length, MINUTES_PER_DAY)
    hours = OpeningHours(tuple(day for day in WEEKDAYS if day in days), from_minute, to_minute)

    assert opening_hours(opening_json(hours)) == hours


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"days": "MO", "from": "08:00", "to": "09:00"},
        {"days": [], "from": "08:00", "to": "09:00"},
        {"days": ["MON"], "from": "08:00", "to": "09:00"},
        {"days": [["MO"]], "from": "08:00", "to": "09:00"},
        {"days": ["MO"], "from": "09:00", "to": "09:00"},
        {"days": ["MO"], "from": "22:00", "to": "02:00"},
        {"days": ["MO"], "from": "24:00", "to": "24:00"},
        {"days": ["MO"], "from": "08:00"},
    ],
)
def test_opening_hours_refuse_impossible_shapes(raw: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        opening_hours(raw)


def test_opening_hours_are_put_in_the_order_of_the_week() -> None:
    hours = opening_hours({"days": ["WE", "MO", "WE"], "from": "08:00", "to": "24:00"})

    assert hours == OpeningHours(("MO", "WE"), 480, 1440)


@pytest.mark.parametrize(
    "raw", [{"date": "2026-12-26", "closed": True}, {"date": "2026-12-26", "from": "09:00", "to": "13:00"}]
)
def test_day_exception_comes_back_as_written(raw: dict[str, object]) -> None:
    assert exception_json(day_exception(raw)) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "2026-12-26",
        {"closed": True},
        {"date": "26/12/2026", "closed": True},
        {"date": "2026-12-26"},
        {"date": "2026-12-26", "closed": False},
        {"date": "2026-12-26", "closed": "yes"},
        {"date": "2026-12-26", "closed": True, "from": "09:00", "to": "13:00"},
        {"date": "2026-12-26", "from": "09:00"},
        {"date": "2026-12-26", "from": "13:00", "to": "09:00"},
    ],
)
def test_day_exception_refuses_impossible_shapes(raw: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        day_exception(raw)


def test_contradictory_days_are_closed_and_open_at_once() -> None:
    christmas, saint_stephen = date(2026, 12, 25), date(2026, 12, 26)
    rows = [DayException(christmas), DayException(saint_stephen), DayException(saint_stephen, 540, 780)]

    assert contradictory_days(rows) == {saint_stephen}


def test_components_within_capacity_are_fine() -> None:
    refusals = component_refusals(
        whole="LP-PRO", parts={"AR-KIT": 2}, wholes={"LP-ASM": frozenset({"AR-KIT"})}, capacities={"AR-KIT": 8}
    )

    assert refusals == []


@pytest.mark.parametrize(
    ("whole", "parts", "wholes", "codes"),
    [
        ("LP-1", {"LP-1": 1}, NO_WHOLES, ["cycle"]),
        ("LP-1", {"LP-2": 1}, {"LP-2": frozenset({"LP-1"})}, ["cycle"]),
        ("LP-1", {"LP-2": 1}, {"LP-2": frozenset({"RB-1"})}, ["components_depth"]),
        ("RB-1", {"TV-1": 1}, {"LP-1": frozenset({"RB-1"})}, ["components_depth"]),
        ("LP-1", {"RB-1": 2}, NO_WHOLES, ["quantity_above_capacity"]),
    ],
)
def test_components_that_cannot_make_up_a_whole(
    whole: str, parts: dict[str, int], wholes: dict[str, frozenset[str]], codes: list[str]
) -> None:
    refusals = component_refusals(whole=whole, parts=parts, wholes=wholes, capacities=dict.fromkeys(parts, 1))

    assert [refusal.code for refusal in refusals] == codes


def test_capacity_holds_what_wholes_take() -> None:
    assert capacity_refusals(code="AR-KIT", capacity=2, taken={"LP-PRO": 2}) == []
    refusals = capacity_refusals(code="AR-KIT", capacity=1, taken={"LP-PRO": 2, "LP-ASM": 3})
    assert [refusal.code for refusal in refusals] == ["quantity_above_capacity"]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 11, 22), 36, date(2029, 11, 22)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_months_later_ends_with_the_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
