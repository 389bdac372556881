"""The small centre, for every test of bookings that needs rows."""

from __future__ import annotations

import pytest

from companies.models import User
from tests.world import Centre, make_centre


@pytest.fixture
def centre(db: None, fanta: User, pm: User) -> Centre:
    assert fanta.company is not None
    return make_centre(fanta.company, pm)
