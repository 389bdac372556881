"""Compiles the catalogues of texts without any program of the system."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


def compile_catalogue(source: Path) -> bool:
    """Write the compiled catalogue beside its source, unless it is there and newer; say whether it was written."""
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    unfinished = target.with_suffix(".mo.new")
    polib.pofile(str(source)).save_as_mofile(str(unfinished))
    unfinished.replace(target)  # a server that starts meanwhile reads the old one or the new one, never half
    return True


class Command(BaseCommand):
    help = "Compile the translations of every app that changed."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile what changed and count it."""
        sources = sorted(Path(settings.BASE_DIR).glob("*/locale/*/LC_MESSAGES/*.po"))
        written = sum(compile_catalogue(source) for source in sources)
        self.stdout.write(f"{written} of {len(sources)} catalogues compiled.")
