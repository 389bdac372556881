"""A mail template that only these tests know."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _rehearsal_template(settings: Any) -> None:
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    settings.SITE_URL = "https://collaudo.example"
