"""Runs the product on this machine: web server, task worker, regular work."""

from __future__ import annotations

import os
import signal
import time
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from config import embedded_postgres
from config.demo.accounts import account_lines
from config.processes import AlreadyRunningError, Processes, port_is_free, runner_lock

HOST = "127.0.0.1"
WORKERS_AT_MOST = 4
THREADS = 4  # in each worker; each holds one database connection at most


class Stop(Exception):
    """The runner was asked to stop."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stop


class Command(BaseCommand):
    help = "Run the web server, the task worker and the regular work, until stopped."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the wish for a demonstration."""
        parser.add_argument("--demo", action="store_true", help="load the demonstration centre first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare the database, start everything, wait for a reason to stop, stop everything."""
        if options["demo"] and settings.PRODUCTION:
            raise CommandError("Production settings refuse to load a demonstration.")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            with runner_lock(settings.DATA_DIR):
                self.run(demo=options["demo"])
        except AlreadyRunningError as error:
            raise CommandError(
                f"Collaudo already runs from {settings.DATA_DIR} (process {error}). Stop it with `make stop`, "
                "or give this copy its own folder and port: COLLAUDO_DATA_DIR=… PORT=… make demo"
            ) from error
        except Stop:
            pass
        finally:
            connection.close()
            embedded_postgres.release(settings.DATA_DIR)
        self.stdout.write("Stopped.")

    def run(self, *, demo: bool) -> None:
        """Go through the stages, saying which one has come."""
        if not port_is_free(HOST, settings.PORT):
            raise CommandError(
                f"Another program already listens on {HOST}:{settings.PORT}. "
                f"Choose another port: PORT={settings.PORT + 1} make demo"
            )
        self.stdout.write("Database …")
        call_command("migrate", interactive=False, verbosity=0)
        if demo:
            self.stdout.write("Demonstration centre …")
            call_command("demo", accounts=False)
        connection.close()
        processes = Processes(environment=os.environ, folder=settings.BASE_DIR)
        try:
            self.start(processes)
            if processes.answers(HOST, settings.PORT):
                self.greet(demo=demo)
            elif processes.ended() is None:
                raise CommandError(f"The web server does not answer on {HOST}:{settings.PORT}; everything stops.")
            while (ended := processes.ended()) is None:
                time.sleep(0.5)
            raise CommandError(f"{ended} has ended; its messages stand above. The rest stops too.")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # stopping is under way; a second Ctrl-C changes nothing
            processes.stop()

    def start(self, processes: Processes) -> None:
        """Start the three processes."""
        self.stdout.write("Server …")
        workers = min(WORKERS_AT_MOST, os.cpu_count() or 1)
        size = ["--workers", str(workers), "--blocking-threads", str(THREADS), "--backpressure", str(THREADS)]
        place = ["--host", HOST, "--port", str(settings.PORT)]
        server = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning", *place, *size]
        processes.start("The web server", [*server, "--workers-kill-timeout", "5", "config.wsgi:application"])
        processes.start("The task worker", ["manage.py", "db_worker", "--queue-name", "*", "--verbosity", "0"])
        processes.start("The regular work", ["manage.py", "tick", "--every", "60"])

    def greet(self, *, demo: bool) -> None:
        """Say where the product answers, who may sign in, and how to stop."""
        self.stdout.write(self.style.SUCCESS(f"\nCollaudo answers on http://{HOST}:{settings.PORT}/"))
        if demo:
            self.stdout.write("\n" + "\n".join(account_lines()))
            connection.close()
            self.stdout.write(
                "\nNext: sign in as fanta@imprese.example, book, then approve as manager@centro.example. "
                "The demo clock is in the footer."
            )
        self.stdout.write("Stop with Ctrl-C.\n")
