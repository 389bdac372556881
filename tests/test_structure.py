"""The shape of the code: budgets that keep every file and function small enough to be read."""

from __future__ import annotations

import ast
import json
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("common", "companies", "outbox", "facility", "projects", "costing", "bookings", "dashboard", "config")
FILE_LINES = 400
FUNCTION_LINES = 50
FUNCTION_P90 = 30
VIEW_LINES = 25
TEMPLATE_LINES = 200
OURS = (
    "*.md",
    "*.txt",
    "*.in",
    "*.toml",
    "*.json",
    "*.sh",
    "*.ts",
    "*.scss",
    "*.yml",
    "Makefile",
    "run",
    "checks",
    "tools",
)
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("debian", "org"))]

Function = ast.FunctionDef | ast.AsyncFunctionDef


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def python_files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted(path for app in APPS for path in (ROOT / app).glob("templates/**/*.html"))


def front_end_sources() -> list[Path]:
    return sorted(path for kind in ("*.ts", "*.scss", "*.css") for path in (ROOT / "frontend").glob(f"s*/**/{kind}"))


def functions(path: Path) -> Iterator[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    """Count from `def` to the last line: decorators are declarations, not work."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def is_view(path: Path, function: Function) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args]
    in_views = path.name == "views.py" or path.parent.name == "views"
    return in_views and bool(arguments) and arguments[0].arg == "request"


def test_files_fit() -> None:
    sources = [*python_files(*APPS, "tests"), *front_end_sources()]

    too_long = {str(path.relative_to(ROOT)): line_count(path) for path in sources if line_count(path) > FILE_LINES}

    assert too_long == {}


def test_functions_fit() -> None:
    sizes = {
        f"{path.relative_to(ROOT)}:{function.name}": length(function)
        for path in python_files(*APPS, "tests")
        for function in functions(path)
    }

    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_nine_functions_of_ten_are_short() -> None:
    sizes = [length(function) for path in python_files(*APPS) for function in functions(path)]

    assert statistics.quantiles(sizes, n=10)[-1] <= FUNCTION_P90


def test_views_only_translate() -> None:
    sizes = {
        f"{path.relative_to(ROOT)}:{function.name}": length(function)
        for path in python_files(*APPS)
        for function in functions(path)
        if is_view(path, function)
    }

    assert {name: size for name, size in sizes.items() if size > VIEW_LINES} == {}


def test_templates_fit() -> None:
    assert {str(path): line_count(path) for path in templates() if line_count(path) > TEMPLATE_LINES} == {}


@pytest.mark.parametrize(
    "pattern",
    [
        r"\sstyle\s*=",
        r"\son[a-z]+\s*=\s*[\"']",
        r"<style\b",
        r"<script(?![^>]*\b(?:src|type=\"(?:application/json|speculationrules)\"))[^>]*>",
        r"javascript:",
    ],
    ids=["style attribute", "event handler", "style element", "inline script", "script address"],
)
def test_templates_live_under_the_strict_content_policy(pattern: str) -> None:
    # The mails' pages are read in mail programs, which know no policy.
    guilty = [path for path in templates() if "mail" not in path.parts and re.search(pattern, path.read_text("utf-8"))]

    assert names(guilty) == []


def test_nothing_is_left_for_later() -> None:
    word = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
    sources = [*python_files(*APPS, "tests"), *front_end_sources(), *templates()]

    assert names([path for path in sources if word.search(path.read_text("utf-8"))]) == []


def test_no_file_names_a_package_registry() -> None:
    folders = [ROOT, *(ROOT / name for name in ("requirements", "docs", "docs/adr", ".ci", "config"))]
    ours = {path for folder in folders for kind in OURS for path in folder.glob(kind) if path.is_file()}

    guilty = [path for path in ours if any(host in path.read_text("utf-8") for host in HOSTS)]

    assert names(sorted(guilty)) == []


def test_locks_name_hashes_and_no_place() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    node = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]

    assert names(locks) == ["requirements/base.txt", "requirements/dev.txt", "requirements/node.txt"]
    assert [lock.name for lock in locks if re.search(r"index-url|find-links|://", lock.read_text("utf-8"))] == []
    assert [name for name, package in node.items() if name and "integrity" not in package] == []
    assert [name for name, package in node.items() if "resolved" in package] == []


def test_no_model_orders_by_itself() -> None:
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]

    assert [model.__name__ for model in ours if model._meta.ordering] == []
