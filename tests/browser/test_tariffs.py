"""Finance's price list and the form for a new tariff, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from companies.models import User
from costing.models import Tariff
from tests.browser.conftest import NARROW, WIDE, Visit, axe_findings
from tests.catalogue import make_resource
from tests.costing.rows import make_tariff


@pytest.fixture
def simulator(db: None) -> Tariff:
    return make_tariff(
        make_resource("SI-CFD", name_it="Simulatore fluidodinamico", name_en="Flow simulator"),
        hour="55.00",
        operator_hour=Decimal("45.00"),
        setup_fee=Decimal("40.00"),
        bands=[{"days": ["MO", "TU", "WE", "TH", "FR"], "from": "17:00", "to": "19:00", "discount": "20.00"}],
        steps=[{"from_hour": 4, "hour": "45.00"}],
    )


@pytest.mark.parametrize("path", ["/finance/tariffs/", "/finance/tariffs/new/?copy=SI-CFD/standard/2024-01-01"])
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (NARROW, True)], ids=["wide and light", "narrow and dark"])
def test_tariffs_are_accessible_and_fit(
    visit: Visit,
    finance: User,
    simulator: Tariff,
    picture: Callable[[Page, str], Path],
    path: str,
    size: tuple[int, int],
    dark: bool,
) -> None:
    page = visit(path, finance, size=size, dark=dark)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe_findings(page) == []
    name = "tariff-new" if "new" in path else "tariffs"
    assert picture(page, f"{name}-{size[0]}{'-dark' if dark else ''}").stat().st_size > 0


def test_a_new_price_is_a_copy_with_another_day(visit: Visit, finance: User, simulator: Tariff) -> None:
    page = visit("/finance/tariffs/", finance, language="en")

    page.get_by_role("link", name="New price SI-CFD standard").click()
    page.get_by_label("Valid from").fill("2030-01-01")
    page.locator("[name=hour]").fill("60.00")
    page.get_by_role("button", name="Add the tariff").click()

    expect(page.get_by_text("The tariff is added")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("€60.00")
    assert Tariff.objects.count() == 2
