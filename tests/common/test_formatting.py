"""Amounts, hours, days and periods as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from common import formatting

NB = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "italian", "english"),
    [
        (Decimal("1234.56"), f"1.234,56{NB}€", "€1,234.56"),
        (Decimal(0), f"0,00{NB}€", "€0.00"),
        (Decimal("-95.00"), f"−95,00{NB}€", "−€95.00"),
        (Decimal("1234567.80"), f"1.234.567,80{NB}€", "€1,234,567.80"),
        ("75.00", f"75,00{NB}€", "€75.00"),
        (None, "–", "–"),
    ],
)
def test_money(amount: Decimal | str | None, italian: str, english: str) -> None:
    with translation.override("it"):
        assert formatting.money_text(amount) == italian
    with translation.override("en"):
        assert formatting.money_text(amount) == english


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, f"0{NB}min"), (45, f"45{NB}min"), (120, f"2{NB}h"), (90, f"1{NB}h 30{NB}min")]
)
def test_duration(minutes: int, text: str) -> None:
    assert formatting.duration_text(minutes) == text


def test_numbers_lose_needless_zeros() -> None:
    with translation.override("it"):
        texts = [formatting.hours_text(Decimal(value)) for value in ("1.50", "2.00", "100", "0.25")]

    assert texts == [f"1,5{NB}h", f"2{NB}h", f"100{NB}h", f"0,25{NB}h"]


def test_percent() -> None:
    with translation.override("it"):
        assert formatting.percent_text(Decimal("80.00")) == f"80{NB}%"
    with translation.override("en"):
        assert formatting.percent_text("22.50") == "22.5%"


def test_instants_are_shown_in_site_time() -> None:
    instant = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)

    with translation.override("it"):
        shown = (
            formatting.day_text(instant),
            formatting.clock_text(instant),
            formatting.moment_text(instant),
            formatting.long_day_text(instant),
            formatting.day_text(date(2026, 11, 22)),
        )

    assert shown == ("23/11/2026", "00:30", "23/11/2026 00:30", "lunedì 23 novembre 2026", "22/11/2026")


def test_period_names_the_second_day_only_when_it_is_another() -> None:
    start = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    with translation.override("en"):
        same_day = formatting.span_text(start, datetime(2026, 11, 23, 10, 30, tzinfo=UTC))
        next_day = formatting.span_text(start, datetime(2026, 11, 24, 10, 30, tzinfo=UTC))

    assert same_day == "Mon 23/11/2026, 09:00–11:30"
    assert next_day == "Mon 23/11/2026, 09:00 to Tue 24/11/2026, 11:30"
