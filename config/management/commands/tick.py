"""Does the regular work, once or every so many seconds."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from common import clock
from config.ticks import run_ticks


class Command(BaseCommand):
    help = "Do the regular work: send again what could not leave."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the pause between two rounds."""
        parser.add_argument("--every", type=float, metavar="SECONDS", help="go on until stopped, with this pause")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the jobs; with a pause given, until told to stop."""
        stopping = threading.Event()
        if options["every"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())
        while True:
            close_old_connections()
            for name, count in run_ticks(now=clock.now()).items():
                if count or options["verbosity"] > 1:
                    self.stdout.write(f"{name}: {count}")
            if not options["every"] or stopping.wait(options["every"]):
                return
