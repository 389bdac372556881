"""`manage.py demo`: the demonstration centre in an empty database; a second run leaves everything as it is."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.clock import now
from config.demo.accounts import account_lines
from config.demo.load import Loaded, load_demo
from facility.models import Site


class Command(BaseCommand):
    """Load the demonstration centre and print its accounts."""

    help = "Loads the demonstration centre into an empty database and prints its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let rehearsals stand at another day, and `serve` print the accounts later."""
        parser.add_argument("--no-accounts", action="store_false", dest="accounts", help="do not print the accounts")
        parser.add_argument("--today", type=date.fromisoformat, help="stand at this day (YYYY-MM-DD), not at today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, unless there is data already or this is production."""
        if settings.PRODUCTION:
            raise CommandError("Production settings do not load demonstration accounts.")
        if Site.objects.exists():
            self.stdout.write("There is data already: nothing was changed.")
        else:
            self._load(options["today"])
        if options["accounts"]:
            self._print_accounts()

    def _load(self, today: date | None) -> None:
        began = time.monotonic()

        def say(text: str) -> None:
            self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {text}")
            self.stdout.flush()

        zone = ZoneInfo(settings.TIME_ZONE)
        moment = now()
        if today is not None:
            moment = datetime.combine(today, moment.astimezone(zone).time(), zone)
        day = moment.astimezone(zone).date()
        self.stdout.write(f"Loading the demonstration centre as of {day:%d/%m/%Y}:")
        loaded = load_demo(today=day, now=moment, password=settings.DEMO_PASSWORD, say=say)
        say("done")
        self._print_result(loaded)

    def _print_result(self, loaded: Loaded) -> None:
        self.stdout.write(", ".join(f"{count} {name}" for name, count in loaded.counts.items()))
        self.stdout.write(f"closed months: {', '.join(loaded.closed)}")
        if loaded.refused:
            self.stdout.write(f"{len(loaded.refused)} planned steps were refused by the rules and left out")

    def _print_accounts(self) -> None:
        self.stdout.write("\n" + "\n".join(account_lines()))
