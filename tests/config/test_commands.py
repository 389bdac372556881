"""The commands that need no server."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core.management import call_command
from django.test import Client

from config.demo.accounts import account_lines
from config.management.commands.compile_translations import compile_catalogue
from tests.factories import make_company, make_user


@pytest.fixture
def source(tmp_path: Path) -> Path:
    catalogue = polib.POFile(encoding="utf-8")
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(polib.POEntry(msgid="Book", msgstr="Prenota"))
    catalogue.save(str(tmp_path / "django.po"))
    return tmp_path / "django.po"


def test_a_catalogue_is_compiled_when_it_changed(source: Path) -> None:
    first, again = compile_catalogue(source), compile_catalogue(source)
    later = source.with_suffix(".mo").stat().st_mtime + 10
    os.utime(source, (later, later))

    assert (first, again, compile_catalogue(source)) == (True, False, True)
    assert [(entry.msgid, entry.msgstr) for entry in polib.mofile(str(source.with_suffix(".mo")))] == [
        ("Book", "Prenota")
    ]
    assert sorted(path.name for path in source.parent.iterdir()) == ["django.mo", "django.po"]


def test_stop_where_nothing_ever_ran(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "never"
    said = StringIO()

    call_command("stop", stdout=said)

    assert (said.getvalue(), (tmp_path / "never").exists()) == ("Nothing runs here.\n", False)


@pytest.mark.django_db
def test_an_error_that_nobody_foresaw_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("common.views.JsonResponse", broken)

    answer = Client(raise_request_exception=False).get("/healthz")

    assert answer.status_code == 500
    assert [(record.name, record.levelname) for record in caplog.records] == [("django.request", "ERROR")]


@pytest.mark.usefixtures("manager", "gira", "fanta", "fanta_member")
def test_the_accounts_of_the_demonstration_are_listed(settings: Any) -> None:
    make_user("nuvo@imprese.example", name="Nuvo", company=make_company("NUVO"))
    settings.DEMO_PASSWORD = "a-word"

    assert list(account_lines()) == [
        "Accounts (password: a-word)",
        "  manager@centro.example       manager",
        "  fanta@imprese.example        Officine Fantasia S.r.l.",
        "  gira@imprese.example         Giravolta Trasmissioni S.p.A.",
        "  other firms, each @imprese.example: nuvo",
    ]
