"""First light by HTTP alone: book, approve, use, charge, close, workbook; and what another firm sees of it."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from rest_framework.test import APIClient

from common.excel import read_rows
from costing.lines import COLUMNS
from costing.trace import recomputed
from tests.flows.conftest import CallerOf

FANTA, GIRA = "fanta@imprese.example", "gira@imprese.example"
MANAGER, TECHNICIAN, FINANCE = "manager@centro.example", "technician@centro.example", "finance@centro.example"
START, END = "2026-11-24T09:00:00+01:00", "2026-11-24T13:00:00+01:00"
LEFT = "2026-11-24T13:20:00+01:00"
AFTER_THE_MONTH = "2026-12-01T09:00:00+01:00"
WISH = {
    "resources": ["RB-SAL"],
    "start": START,
    "end": END,
    "project": "PC-03",
    "milestone": "PC-03.M2",
    "purpose": "Saldatura di prova",
    "people": 2,
}


def answered(response: HttpResponse, status: int = 200) -> Any:
    """Return an answer's content, once its status is the one expected."""
    assert response.status_code == status, response.content
    return response.json()  # type: ignore[attr-defined]


def money(body: dict[str, Any]) -> tuple[str, ...]:
    """Return L, C, N, V, P."""
    return tuple(body[name] for name in ("list_value", "contribution", "net", "vat", "payable"))


def book_and_use(caller_of: CallerOf) -> str:
    """Walk from the quote to the check-out, twenty minutes late; return the reference."""
    fanta, manager = caller_of(FANTA), caller_of(MANAGER)
    quoted = answered(fanta.post("/api/v1/quotes/", WISH))
    # Half-day 430.00, set-up 90.00, operator 4 h at 45.00; innovation project of a small firm: 50 %.
    assert money(quoted) == ("700.00", "350.00", "350.00", "77.00", "427.00")
    assert quoted["refusals"] == []

    booked = answered(fanta.post("/api/v1/bookings/", WISH), 201)
    assert (booked["status"], booked["resources"]) == ("requested", ["RB-SAL"])
    reference: str = booked["reference"]
    address = f"/api/v1/bookings/{reference}"

    assert answered(fanta.post(f"{address}/approve/", {}), 403)["code"] == "forbidden"
    assert answered(manager.post(f"{address}/approve/", {"note": "A martedì."}))["status"] == "confirmed"

    early = caller_of(TECHNICIAN, "2026-11-24T08:49:00+01:00")
    assert answered(early.post(f"{address}/check-in/", {}), 409)["code"] == "too_early"
    assert answered(caller_of(TECHNICIAN, START).post(f"{address}/check-in/", {}))["status"] == "in_use"
    done = answered(caller_of(TECHNICIAN, LEFT).post(f"{address}/check-out/", {"note": "Venti minuti in più."}))
    assert done["status"] == "completed"
    assert [(step["action"], step["to_status"]) for step in done["history"]] == [
        ("request", "requested"),
        ("approve", "confirmed"),
        ("check_in", "in_use"),
        ("check_out", "completed"),
    ]
    return reference


def test_charge_is_right_to_the_cent_and_explains_itself(caller_of: CallerOf) -> None:
    reference = book_and_use(caller_of)

    charges = answered(caller_of(FINANCE, LEFT).get("/api/v1/charges/?period=2026-11"))["results"]

    # 13:20 is billed to 13:30: half-day 430.00 + half an hour of 120.00; the operator stood by 4 h 20 min.
    assert {one["kind"]: money(one) for one in charges} == {
        "use": ("490.00", "245.00", "245.00", "53.90", "298.90"),
        "setup": ("90.00", "45.00", "45.00", "9.90", "54.90"),
        "operator": ("195.00", "97.50", "97.50", "21.45", "118.95"),
    }
    use = next(one for one in charges if one["kind"] == "use")
    assert (use["booking"], use["milestone"], use["tariff"]) == (reference, "PC-03.M2", "RB-SAL/standard/2024-01-01")
    assert (use["started_at"], use["ended_at"], use["billed_hours"]) == (START, LEFT, "4.50")
    assert (use["intensity"], use["size_class"], use["document"]) == ("50.00", "small", None)
    assert [step["rule"] for step in use["trace"]] == ["billable", "half_day", "hour_rate", "minimum", "round", "aid"]
    assert recomputed(use["trace"]) == Decimal("490.00")


def test_month_closes_and_the_workbook_says_what_the_screen_says(
    caller_of: CallerOf, django_capture_on_commit_callbacks: Any
) -> None:
    book_and_use(caller_of)
    running, finance = caller_of(FINANCE, LEFT), caller_of(FINANCE, AFTER_THE_MONTH)
    assert answered(running.post("/api/v1/periods/2026-11/close/"), 409)["code"] == "period_running"

    with django_capture_on_commit_callbacks(execute=True):
        closed = answered(finance.post("/api/v1/periods/2026-11/close/"))
    assert (closed["period"], closed["state"], closed["version"]) == ("2026-11", "closed", 1)
    assert answered(finance.post("/api/v1/periods/2026-11/close/"), 409)["code"] == "period_closed"

    screen = answered(finance.get("/api/v1/periods/2026-11/"))
    assert money(screen) == ("775.00", "387.50", "387.50", "85.25", "472.75")
    statement = answered(finance.get("/api/v1/statements/?period=2026-11"))["results"][0]
    assert (statement["number"], money(statement)) == ("2026/00001", money(screen))
    assert totals_of_lines(workbook(finance)) == money(screen)
    assert workbook(finance) == workbook(finance)
    lines = finance.get("/api/v1/periods/2026-11/lines.csv?canonical=1")
    chained = hashlib.sha256(b"0" * 64 + b"".join(lines.streaming_content))  # type: ignore[attr-defined]
    assert chained.hexdigest() == closed["sha256"]


def workbook(finance: APIClient) -> bytes:
    """Download November's workbook."""
    response = finance.get("/api/v1/periods/2026-11/workbook.xlsx?lang=it")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="collaudo_uso_2026-11_v1.xlsx"'
    return bytes(response.content)


def totals_of_lines(data: bytes) -> tuple[str, ...]:
    """Add up the amounts of the workbook's lines, read back from the file."""
    rows = read_rows(data, "Righe")
    place = {column.key: number for number, column in enumerate(COLUMNS)}
    lines = [row for row in rows[1:] if row[place["charge_id"]]]
    amounts = ("list_value", "contribution", "net", "vat", "payable")
    return tuple(f"{sum(Decimal(str(row[place[name]])) for row in lines):.2f}" for name in amounts)


def test_another_firm_sees_a_taken_slot_and_nothing_else(caller_of: CallerOf) -> None:
    reference = book_and_use(caller_of)
    gira = caller_of(GIRA)

    events = answered(gira.get("/api/v1/calendar/?start=2026-11-24T00:00:00%2B01:00&end=2026-11-25T00:00:00%2B01:00"))
    assert [(one["resource"], one["status"], one["title"], one["mine"]) for one in events] == [
        ("RB-SAL", "occupied", "occupied", False)
    ]
    assert set(events[0]) == {"id", "resource", "start", "end", "status", "title", "mine"}
    assert "Fantasia" not in str(events)

    theirs, nobodys = (gira.get(f"/api/v1/bookings/{one}/") for one in (reference, "BK-999999"))
    assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    for action in ("approve", "cancel", "check-in", "check-out"):
        assert answered(gira.post(f"/api/v1/bookings/{reference}/{action}/", {}), 404)["code"] == "not_found"
    assert answered(gira.get("/api/v1/bookings/"))["count"] == 0
    assert answered(gira.get("/api/v1/charges/"))["count"] == 0
    assert answered(gira.get("/api/v1/projects/PC-03/"), 404)["code"] == "not_found"
