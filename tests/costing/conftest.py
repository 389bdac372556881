"""A month of the ledger: open, and closed."""

from __future__ import annotations

import pytest

from companies.models import Company, User
from costing.models import AccountingPeriod
from costing.services.periods import close_period
from tests.costing.charges import NOVEMBER_3, make_charge, make_month


@pytest.fixture
def october(fanta_company: Company, gira_company: Company) -> AccountingPeriod:
    period = make_month()
    make_charge(period, fanta_company, "33.33")
    make_charge(period, fanta_company, "33.33", project_code="PC-03", project_title="Cella di prova")
    make_charge(period, gira_company, "10.00")
    make_charge(period, None, "40.00", economic_use=False)
    return period


@pytest.fixture
def closed(october: AccountingPeriod, finance: User) -> AccountingPeriod:
    return close_period(period=october, by=finance, now=NOVEMBER_3)
