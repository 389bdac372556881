"""Moments typed in the site's time, on ordinary days and on both changes of the clock."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from bookings.forms import LocalMomentField

FIELD = LocalMomentField(required=False)


@pytest.mark.parametrize(
    ("typed", "instant"),
    [
        ("2026-11-22T09:00", datetime(2026, 11, 22, 8, tzinfo=UTC)),
        (" 2026-07-01T09:00 ", datetime(2026, 7, 1, 7, tzinfo=UTC)),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("", None),
    ],
)
def test_local_time_becomes_an_instant(typed: str, instant: datetime | None) -> None:
    assert FIELD.clean(typed) == instant


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-03-29T02:30", "nonexistent_time"),
        ("2026-02-30T09:00", "invalid"),
        ("2026-11-22T09:00+01:00", "invalid"),
        ("1999-12-31T23:59", "invalid"),
        ("tomorrow", "invalid"),
    ],
)
def test_other_input_is_refused(typed: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        FIELD.clean(typed)

    assert caught.value.code == code


@pytest.mark.parametrize("hour", [0, 1])
def test_a_shown_time_is_unchanged_even_when_it_comes_twice(hour: int) -> None:
    shown = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)

    assert FIELD.has_changed(shown, "2026-10-25T02:30") is False


@pytest.mark.parametrize("typed", ["2026-10-25T02:45", "", "never"])
def test_another_time_is_a_change(typed: str) -> None:
    assert FIELD.has_changed(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), typed) is True
