"""The sheet `Riepilogo`: what the workbook is, its control totals, the lights of its checks, its charts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from common import excel
from common.excel import Bars, Cell, Column, Formula, Lights, Look, Sheet, Value
from costing.labels import labelled
from costing.lines import Topic
from costing.summaries import Check, Summary, Totals
from costing.workbook.content import (
    BRAND,
    CHECKS,
    FINAL,
    FORMATS,
    HEADERS,
    LABEL,
    LIGHT,
    MEASURES,
    PROVISIONAL,
    SUMMARY,
    TITLE,
    VERDICT_COLUMN,
    WorkbookContent,
    WorkbookFacts,
    band,
    banner,
    header,
    state_label,
    title_of,
    verdicts,
)


def summary_sheet(facts: WorkbookFacts, content: WorkbookContent) -> Sheet:
    """Period, filters, control totals as plain numbers, the lights of the checks, charts by area."""
    head = [
        [Cell(title_of(facts), TITLE)],
        [Cell(_standing(facts), FINAL if facts.closed else PROVISIONAL), Cell(None, _state_look(facts))],
        [],
        *_fact_rows(facts, content.summary.totals),
        [],
        band(_("Control totals"), _("Value")),
        *_total_rows(content.summary.totals),
        [],
        band(_("Checks"), _("Result")),
    ]
    first_light = len(head) + 1
    head += [[Cell(str(check.title), LABEL), _light(check, row)] for row, check in enumerate(content.checks, start=2)]
    last_light = len(head)
    charts: list[Bars] = []
    for title, sums, names in _pictures(facts, content.summary):
        head += [[], band(title, _("Billed hours"), _("List value"))]
        charts += _charts(title, header_row=len(head), last_row=len(head) + len(sums), place=len(charts))
        head += [_picture_row(names.get(key, key), totals) for key, totals in sums.items()]
    return Sheet(
        name=SUMMARY,
        columns=[Column(38), Column(36), Column(16), *[Column(11)] * 14],
        head=head,
        heights={1: 30, **({12: 27, 13: 27} if facts.sha256 else {})},
        banner=banner(facts),
        charts=charts,
        lights=[Lights(f"B{first_light}:B{last_light}", *verdicts())],
        grid=False,
    )


def _standing(facts: WorkbookFacts) -> str:
    state = labelled("period_state", facts.state)
    if not facts.closed:
        return _("provisional · %(state)s") % {"state": state}
    return _("%(state)s · version %(version)s") % {"state": state, "version": facts.version}


def _state_look(facts: WorkbookFacts) -> Look:
    return FINAL if facts.closed else PROVISIONAL


def _fact_rows(facts: WorkbookFacts, totals: Totals) -> list[list[Cell]]:
    rows: list[tuple[str, Value, str]] = [
        (_("Period"), facts.period, excel.TEXT),
        (_("Period state"), state_label(facts), excel.TEXT),
        (_("Version"), facts.version, excel.WHOLE),
        (_("Company"), facts.company or _("All companies"), excel.TEXT),
        (_("Project"), facts.project or _("All projects"), excel.TEXT),
        (_("Made on"), facts.made_at, excel.MOMENT),
        (_("Made by"), facts.made_by, excel.TEXT),
        (_("Lines"), totals.lines, excel.WHOLE),
    ]
    if facts.sha256:
        rows += [
            (_("Hash of the period (SHA-256)"), facts.sha256, excel.TEXT),
            (_("Hash of the period before"), facts.previous_sha256, excel.TEXT),
        ]
    look = Look(rule=True, align="left", wrap=True)
    return [[Cell(name, LABEL), Cell(value, replace(look, number_format=form))] for name, value, form in rows]


def _total_rows(totals: Totals) -> list[list[Cell]]:
    signs = {"list_value": " (L)", "contribution": " (C)", "net": " (N)", "vat": " (V)", "payable": " (P)"}
    return [
        [Cell(header(key) + signs.get(key, ""), LABEL), Cell(getattr(totals, key), Look(FORMATS[shape], rule=True))]
        for key, shape in MEASURES
    ]


def _light(check: Check, row: int) -> Cell:
    verdict = verdicts()[0 if check.passed else 1]
    return Cell(Formula(f"{CHECKS}!${VERDICT_COLUMN}${row}", verdict), LIGHT)


def _pictures(facts: WorkbookFacts, summary: Summary) -> list[tuple[str, Mapping[str, Totals], Mapping[str, str]]]:
    kinds = {kind: labelled("resource_kind", kind) for kind in summary.by_kind}
    pictures = [(_("Area"), summary.by_area, facts.area_names), (_("Kind of resource"), summary.by_kind, kinds)]
    return [picture for picture in pictures if picture[1]]


def _picture_row(name: str, totals: Totals) -> list[Cell]:
    return [
        Cell(name or _("none"), LABEL),
        Cell(totals.billed_hours, Look(excel.HOURS, rule=True)),
        Cell(totals.list_value, Look(excel.MONEY, rule=True)),
    ]


def _charts(title: str, *, header_row: int, last_row: int, place: int) -> list[Bars]:
    row = 1 + place // 2 * 20
    hours, value = _("Billed hours by %(topic)s"), _("List value by %(topic)s")
    topic = {"topic": title.lower()}
    return [
        Bars(hours % topic, 1, 2, header_row, last_row, f"E{row}", excel.THOUSANDS, HEADERS[Topic.TIME]),
        Bars(value % topic, 1, 3, header_row, last_row, f"M{row}", excel.THOUSANDS, BRAND),
    ]
