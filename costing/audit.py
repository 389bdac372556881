"""Which master data the audit log follows; charges need none: they never change."""

from __future__ import annotations

from auditlog.registry import auditlog

from costing.models import IntensityRule, Measure, Regime, Service, Tariff, VatCode


def register() -> None:
    """Follow what decides a price or a contribution."""
    for model in (VatCode, Regime, Service, Measure, IntensityRule, Tariff):
        auditlog.register(model)
