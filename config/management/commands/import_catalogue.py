"""`manage.py import_catalogue FILE`: brings a centre's catalogue in, all or nothing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from common import clock
from config.catalogue import CatalogueRefusedError, Report, load_catalogue


class Command(BaseCommand):
    """Reads a catalogue file and names every row that cannot be taken."""

    help = "Brings a catalogue file in: all of it, or nothing and every bad row with its reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, the day from which its relative dates count, and whether to add accounts."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--today", type=_day, default=None, help="count relative dates from this day (YYYY-MM-DD)")
        parser.add_argument(
            "--accounts", action="store_true", help="add role accounts with the demonstration's password"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the file; a refused one ends with exit code 1."""
        if options["accounts"] and settings.COLLAUDO_ENV == "production":
            raise CommandError(_("Accounts with a known password are for demonstrations only."))
        document = _read(options["file"])
        try:
            report = load_catalogue(
                document,
                today=options["today"] or clock.today(),
                accounts=options["accounts"],
                password=settings.DEMO_PASSWORD if options["accounts"] else None,
            )
        except CatalogueRefusedError as refused:
            for error in refused.errors:
                self.stderr.write(f"{error.path}: {error.reason}")
            raise CommandError(
                _("Nothing was imported: %(count)s bad rows.") % {"count": len(refused.errors)}
            ) from None
        self._tell(report)

    def _tell(self, report: Report) -> None:
        for part, count in report.counts.items():
            self.stdout.write(f"{part}: {count}")
        if report.left_out:
            message = _("Left out, they belong to later versions: %(parts)s.")
            self.stdout.write(message % {"parts": ", ".join(report.left_out)})


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _read(path: Path) -> object:
    """Return the file's JSON.

    Raises: CommandError when it cannot be read or is no JSON.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(reason)s") % {"reason": error.strerror}) from None
    except (ValueError, RecursionError):
        raise CommandError(_("The file is not well-formed JSON in UTF-8.")) from None
