"""What the inbox of approvals says beside each request."""

from __future__ import annotations

from collections.abc import Sequence

from bookings.models import Booking
from bookings.queries.facts import booked_resources, needs_of, reach_of, resource_ids, seats_taken
from bookings.rules.occupancy import seats_for
from common.periods import Period
from facility.calendar import open_periods


def taken_meanwhile(requests: Sequence[Booking]) -> frozenset[int]:
    """Return the ids of the requests whose slot has been given to somebody else since (fixed number of queries).

    Buffers and components count as they will when the request is approved.
    """
    if not requests:
        return frozenset()
    codes = {row.resource.code for request in requests for row in request.booked.all()}
    resources = {resource.code: resource for resource in booked_resources(sorted(codes))}
    window = Period(min(one.starts_at for one in requests), max(one.ends_at for one in requests))
    opening = open_periods(list(resources.values()), window)
    needs = {
        one.pk: needs_of([resources[row.resource.code] for row in one.booked.all()], one.period, opening)
        for one in requests
    }
    reach = reach_of([need for these in needs.values() for need in these], window)
    taken = seats_taken(resource_ids(resources.values()), reach)
    return frozenset(number for number, these in needs.items() if seats_for(these, taken) is None)
