"""From confirmation to charges: commitments are opened, released or turned into one immutable set of charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.money import ZERO
from common.periods import Period
from companies.models import Company, User
from costing.models import AccountingPeriod, Charge, ChargeSet, Commitment, CommitmentState, Measure
from costing.pricing import UseFacts
from costing.queries.tariffs import tariff_version
from costing.rules import AidTerms
from costing.services.periods import open_period_for
from costing.services.quotes import PricedUse, Quote, QuoteLine, document_lines, with_tariffs
from facility.models import Resource
from projects.models import Milestone, Project


@dataclass(frozen=True, slots=True)
class ResourceUse:
    """What happened on one resource; `operator` names who stood by, to be copied on the charge."""

    resource: Resource
    booked: Period
    actual: Period
    operator_minutes: Decimal = ZERO
    operator: str = ""


@transaction.atomic
def commit(
    *,
    source: str,
    company: Company | None,
    project: Project | None,
    milestone: Milestone | None,
    booked: Period,
    quote: Quote,
    now: datetime,
) -> Commitment:
    """Write down what a confirmed booking will cost and freeze its aid: the confirmation is the concession.

    The quote has to be of the moment of confirmation. Raises: Conflict `wrong_state` when the source is committed.
    """
    if Commitment.objects.filter(source=source).exists():
        raise Conflict("wrong_state", _("This booking has a commitment already."))
    measure = Measure.objects.get(code=quote.aid.measure) if quote.aid.measure else None
    commitment = commitment_of(
        source=source,
        company=company,
        project=project,
        milestone=milestone,
        booked=booked,
        quote=quote,
        measure=measure,
        now=now,
    )
    commitment.save(force_insert=True)
    return commitment


def commitment_of(
    *,
    source: str,
    company: Company | None,
    project: Project | None,
    milestone: Milestone | None,
    booked: Period,
    quote: Quote,
    measure: Measure | None,
    now: datetime,
) -> Commitment:
    """Return the open commitment of a confirmed booking, not yet written; `measure` is the one that the quote names."""
    aid = quote.aid
    return Commitment(
        source=source,
        company=company,
        project=project,
        milestone=milestone,
        state=CommitmentState.OPEN,
        ends_at=booked.ends_at,
        list_value=quote.list_value,
        contribution=quote.contribution,
        net=quote.net,
        measure=measure,
        service=aid.service,
        size_class=aid.size_class,
        regime=aid.regime,
        intensity=aid.intensity,
        vat_treatment=aid.vat_treatment,
        conceded_on=aid.conceded_on,
        created_at=now,
    )


@transaction.atomic
def release(*, source: str, now: datetime) -> None:
    """Give back what a booking had committed; a second release changes nothing.

    Raises: Conflict `wrong_state` when the use is charged already.
    """
    commitment = _locked(source)
    if commitment.state == CommitmentState.CONSUMED:
        raise Conflict("wrong_state", _("This use has been charged already."))
    if commitment.state == CommitmentState.OPEN:
        _finish(commitment, CommitmentState.RELEASED, now)


@transaction.atomic
def settle(
    *,
    source: str,
    booking: str,
    uses: Sequence[ResourceUse],
    economic_use: bool,
    entered_by: str,
    approved_by: str,
    by: User | None,
    now: datetime,
    note: str = "",
) -> ChargeSet:
    """Price a use and write its charges, once; the commitment is consumed in the same transaction.

    Firm, project, milestone and the frozen aid are those of the commitment; the tariff is that of the day of use. The
    charges fall into the month in which the use ended (site zone), or the first open one after it.
    Locks:   the commitment, then the period.
    Raises:  Conflict `wrong_state` when there is no open commitment, Unprocessable `no_tariff`.
    """
    commitment = _locked(source)
    if commitment.state != CommitmentState.OPEN:
        raise Conflict("wrong_state", _("This use has been charged already, or its booking was cancelled."))
    lines = _lines_of(commitment, uses)
    ended_on = max(use.actual.ends_at for use in uses).astimezone(uses[0].resource.site.tz).date()
    charge_set = ChargeSet.objects.create(source=source, created_at=now, created_by=by)
    shared = facts_of_commitment(commitment, period=open_period_for(ended_on), charge_set=charge_set, now=now) | {
        "booking": booking,
        "economic_use": economic_use,
        "entered_by": entered_by,
        "approved_by": approved_by,
        "note": note,
    }
    by_resource = {use.resource.pk: use for use in uses}
    Charge.objects.bulk_create(
        Charge(**shared, **facts_of_line(line), **facts_of_use(by_resource[line.resource.pk])) for line in lines
    )
    _finish(commitment, CommitmentState.CONSUMED, now)
    return charge_set


def _finish(commitment: Commitment, state: CommitmentState, now: datetime) -> None:
    commitment.state, commitment.finished_at = state, now
    commitment.save(update_fields=["state", "finished_at"])


def _locked(source: str) -> Commitment:
    """Lock a commitment; one that is not there is a conflict: the booking was never confirmed."""
    rows = Commitment.objects.select_for_update(of=("self",), no_key=True).filter(source=source)
    commitment = rows.select_related("company", "project", "milestone", "measure").first()
    if commitment is None:
        raise Conflict("wrong_state", _("This booking has no commitment."))
    return commitment


def _lines_of(commitment: Commitment, uses: Sequence[ResourceUse]) -> tuple[QuoteLine, ...]:
    tariffs = with_tariffs([use.resource for use in uses], company=commitment.company, booked=uses[0].booked)
    priced = [
        PricedUse(use.resource, tariff, UseFacts(use.booked, use.actual, use.operator_minutes))
        for use, (_resource, tariff) in zip(uses, tariffs, strict=True)
    ]
    return document_lines(priced, aid=frozen_aid(commitment), internal=commitment.company is None)


def frozen_aid(commitment: Commitment) -> AidTerms:
    """Return the aid that a commitment froze."""
    return AidTerms(
        measure=commitment.measure.code if commitment.measure else "",
        service=commitment.service,
        regime=commitment.regime,
        size_class=commitment.size_class,
        intensity=commitment.intensity,
        vat_treatment=commitment.vat_treatment,
        conceded_on=commitment.conceded_on,
    )


def facts_of_commitment(
    commitment: Commitment, *, period: AccountingPeriod, charge_set: ChargeSet, now: datetime
) -> dict[str, Any]:
    """Copy what all charges of a use share: the ledger never looks back at a row that may change."""
    company, project, milestone = commitment.company, commitment.project, commitment.milestone
    facts: dict[str, Any] = {
        "charge_set": charge_set,
        "period": period,
        "created_at": now,
        "size_class": commitment.size_class,
        "measure_code": commitment.measure.code if commitment.measure else "",
        "regime": commitment.regime,
        "intensity": commitment.intensity,
        "vat_treatment": commitment.vat_treatment,
        "company": company,
        "project": project,
        "milestone": milestone,
    }
    if company:
        facts |= {"company_name": company.name, "vat_number": company.vat_number, "tax_code": company.tax_code}
        facts |= {"recipient": company.sdi_code or company.pec}
    if project:
        facts |= {"project_code": project.code, "project_title": project.title_it, "cup": project.cup}
        facts |= {"alt_identifier": project.alt_identifier, "trl": project.trl_current}
    if milestone:
        facts |= {"milestone_code": milestone.code}
    return facts


def facts_of_use(use: ResourceUse) -> dict[str, Any]:
    """Copy what a charge says of the resource and the times."""
    resource = use.resource
    return {
        "resource": resource,
        "resource_code": resource.code,
        "resource_name": resource.name_it,
        "resource_kind": resource.kind,
        "area_code": resource.area.code,
        "cost_centre": resource.cost_centre.code if resource.cost_centre else "",
        "operator": use.operator,
        "booked_start": use.booked.starts_at,
        "booked_end": use.booked.ends_at,
        "started_at": use.actual.starts_at,
        "ended_at": use.actual.ends_at,
    }


def facts_of_line(line: QuoteLine) -> dict[str, Any]:
    """Copy what a charge says of its price."""
    return {
        "kind": line.kind,
        "description": line.resource.name_it,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "billed_hours": line.billed_hours,
        "tariff": line.tariff,
        "tariff_version": tariff_version(line.tariff),
        "list_value": line.amount,
        "contribution": line.contribution,
        "net": line.net,
        "vat_code": line.vat_code,
        "vat_nature": line.vat_nature,
        "vat_rate": line.vat_rate,
        "trace": [step.as_json() for step in line.trace],
    }
