"""Every text of the product is there in Italian, and every catalogue holds exactly the texts of its app."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from config.management.commands.collect_messages import EXTENSIONS

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted(ROOT.glob("*/locale/it/LC_MESSAGES/django.po"))
APPS = sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str | None, str, str | None]


def keys(entries: Iterable[polib.POEntry]) -> set[Key]:
    return {(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in entries}


def texts(entry: polib.POEntry) -> list[str]:
    return [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_every_text_is_translated(path: Path) -> None:
    catalogue = polib.pofile(str(path))

    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-5])
def test_translations_fill_the_same_gaps(path: Path) -> None:
    wrong = [
        (entry.msgid, text)
        for entry in polib.pofile(str(path))
        for text in texts(entry)
        if set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(entry.msgid + (entry.msgid_plural or "")))
        or (not entry.msgid_plural and set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.msgid)))
    ]

    assert wrong == []


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed here")
@pytest.mark.parametrize("app", APPS)
def test_the_catalogue_holds_the_texts_of_its_app(app: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / app
    shutil.copytree(ROOT / app, copy, ignore=shutil.ignore_patterns("__pycache__", "locale", "*.pyc"))
    (copy / "locale").mkdir()
    monkeypatch.chdir(copy)

    call_command("makemessages", locale=["it"], extensions=EXTENSIONS, keep_pot=True, verbosity=0)

    template, own = copy / "locale" / "django.pot", ROOT / app / "locale/it/LC_MESSAGES/django.po"
    found = keys(polib.pofile(str(template))) if template.exists() else set()
    held = keys(polib.pofile(str(own))) if own.exists() else set()
    assert sorted(key[1] for key in found - held) == []
    assert sorted(key[1] for key in held - found) == []
