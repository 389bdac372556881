"""Stops what runs from a data folder, also after the runner itself was killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import embedded_postgres
from config.processes import STOP_PATIENCE, running_process


class Command(BaseCommand):
    help = "Stop the server, the worker and the database of this data folder."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the runner to stop, wait for it, then stop a database that nobody uses."""
        if not settings.DATA_DIR.is_dir():
            self.stdout.write("Nothing runs here.")
            return
        process = running_process(settings.DATA_DIR)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        deadline = time.monotonic() + 2 * STOP_PATIENCE
        while running_process(settings.DATA_DIR) is not None or not embedded_postgres.stop_if_unused(settings.DATA_DIR):
            if time.monotonic() > deadline:
                raise CommandError(f"The database in {settings.DATA_DIR} is still in use by another process.")
            time.sleep(0.2)
        self.stdout.write("Nothing runs here any more.")
