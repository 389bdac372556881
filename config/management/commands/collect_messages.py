"""Collects the texts of every app into its own catalogue, the same way for everybody."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

EXTENSIONS = ["html", "txt", "py"]


class Command(BaseCommand):
    help = "Collect new texts into <app>/locale/it; needs the programs of GNU gettext."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's own command in each app's folder."""
        for locale in sorted(Path(settings.BASE_DIR).glob("*/locale")):
            os.chdir(locale.parent)
            call_command("makemessages", locale=["it"], extensions=EXTENSIONS, add_location="file", no_obsolete=True)
