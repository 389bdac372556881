"""Two check-outs of one booking, or a check-out against a cancellation: one outcome, never two sets of charges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, connections

from common.errors import Conflict
from companies.models import Company
from costing.models import Charge, ChargeSet, Commitment
from costing.services import settlement
from costing.services.quotes import quote
from costing.services.settlement import ResourceUse, commit, release, settle
from facility.models import Resource
from tests.catalogue import make_resource
from tests.costing.rows import ASKED, make_tariff, october

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SOURCE = "booking:BK-0001"
BOOKED = october(14, "09:00", "13:00")
WRITERS = 8


@pytest.fixture
def machine(fanta_company: Company) -> Resource:
    resource = make_resource("MACHINE")
    make_tariff(resource)
    quoted = quote(resources=[resource], booked=BOOKED, company=fanta_company, now=ASKED)
    commit(source=SOURCE, company=fanta_company, project=None, milestone=None, booked=BOOKED, quote=quoted, now=ASKED)
    return resource


def check_out(machine: Resource) -> None:
    settle(
        source=SOURCE,
        booking="BK-0001",
        uses=[ResourceUse(machine, BOOKED, BOOKED)],
        economic_use=True,
        entered_by="",
        approved_by="",
        by=None,
        now=BOOKED.ends_at,
    )


def race(attempts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Run every attempt in a thread with a connection of its own, all at once; count the outcomes."""
    barrier = Barrier(len(attempts))

    def outcome_of(attempt: Callable[[], object]) -> str:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=60)
            attempt()
        except Conflict as conflict:
            return conflict.code
        except IntegrityError:
            return "refused by the database"
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(attempts)) as pool:
        return Counter(pool.map(outcome_of, attempts))


def test_one_use_is_charged_once(machine: Resource) -> None:
    outcomes = race([lambda: check_out(machine)] * WRITERS)

    assert outcomes == {"done": 1, "wrong_state": WRITERS - 1}
    assert (ChargeSet.objects.count(), Charge.objects.count()) == (1, 1)


def test_a_use_is_charged_or_released_never_both(machine: Resource) -> None:
    outcomes = race([lambda: check_out(machine), lambda: release(source=SOURCE, now=BOOKED.ends_at)] * (WRITERS // 2))

    charged = ChargeSet.objects.count()
    assert Commitment.objects.get().state == ("consumed" if charged else "released")
    # released: each release is done, each check-out refused; consumed: one check-out is done, all others refused
    assert outcomes["done"] == (1 if charged else WRITERS // 2)
    assert outcomes["wrong_state"] == WRITERS - outcomes["done"]


def test_without_the_lock_the_database_has_the_last_word(machine: Resource, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the race is real, and the unique source alone still keeps a second set of charges out."""
    monkeypatch.setattr(
        settlement,
        "_locked",
        lambda source: Commitment.objects.select_related("company", "project", "milestone", "measure").get(
            source=source
        ),
    )

    outcomes = race([lambda: check_out(machine)] * WRITERS)

    assert outcomes["done"] == 1
    assert outcomes["refused by the database"] >= 1
    assert (ChargeSet.objects.count(), Charge.objects.count()) == (1, 1)
