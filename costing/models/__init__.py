"""The tables of costing."""

from __future__ import annotations

from costing.models.aid import IntensityRule, Measure, Regime, Service, VatCode
from costing.models.documents import PeriodFile, Statement, StatementLine
from costing.models.fields import Amount, CompanyOwnedQuerySet, Percentage
from costing.models.ledger import (
    AccountingPeriod,
    Charge,
    ChargeKind,
    ChargeSet,
    Commitment,
    CommitmentState,
    PeriodState,
)
from costing.models.tariffs import ChargeBasis, Scheme, Tariff

__all__ = [
    "AccountingPeriod",
    "Amount",
    "Charge",
    "ChargeBasis",
    "ChargeKind",
    "ChargeSet",
    "Commitment",
    "CommitmentState",
    "CompanyOwnedQuerySet",
    "IntensityRule",
    "Measure",
    "Percentage",
    "PeriodFile",
    "PeriodState",
    "Regime",
    "Scheme",
    "Service",
    "Statement",
    "StatementLine",
    "Tariff",
    "VatCode",
]
