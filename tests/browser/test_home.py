"""The first page that anybody sees."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from companies.models import User
from tests.browser.conftest import NARROW, WIDE, Visit, axe_findings


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_home_is_accessible_and_fits(
    visit: Visit, fanta: User, picture: Callable[[Page, str], Path], size: tuple[int, int], dark: bool
) -> None:
    page = visit("/", fanta, size=size, dark=dark)

    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_text(fanta.get_short_name(), exact=True).first).to_be_attached()
    assert page.evaluate("document.documentElement.lang") == "it"
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert axe_findings(page) == []
    assert picture(page, f"home-{size[0]}{'-dark' if dark else ''}").stat().st_size > 0
