"""`manage.py verify_ledger`: prove that every closed month is as it was sealed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from costing.models import AccountingPeriod, PeriodState
from costing.services.verification import findings


class Command(BaseCommand):
    """Computes hashes, sums and numbers of the closed months again; fails when any differs."""

    help = "Prove that every closed month is as it was sealed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what differs, or how many months agree."""
        found = list(findings())
        for finding in found:
            self.stderr.write(f"{finding.period}: {finding.detail}")
        if found:
            raise CommandError(_("The ledger is not as it was sealed."))
        count = AccountingPeriod.objects.filter(state=PeriodState.CLOSED).count()
        text = ngettext(
            "%(count)s closed month, as it was sealed.", "%(count)s closed months, as they were sealed.", count
        )
        self.stdout.write(text % {"count": count})
