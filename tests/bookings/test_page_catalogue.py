"""The home page: who sees which machines, at which price, in how many queries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.models import User
from costing.models import Tariff, VatCode
from facility.models import Resource
from tests.bookings.pages import browser, words
from tests.catalogue import make_resource
from tests.world import MONDAY, Centre, book

pytestmark = pytest.mark.django_db


def found(client: Client, query: str = "") -> list[str]:
    return [card.resource.code for card in client.get(f"/{query}").context["page"].object_list]


def visitor() -> Client:
    return Client(headers={"accept-language": "en"})


def test_visitors_see_the_published_catalogue_with_the_list_price(centre: Centre) -> None:
    Resource.objects.filter(code="ROOM").update(published=False)
    response = visitor().get("/")

    assert found(visitor()) == ["GUARDED", "LINE", "MACHINE"]
    assert "from €100.00 / h" in words(response)


def test_operators_are_not_for_sale(centre: Centre, manager: User) -> None:
    Resource.objects.filter(code="ROOM").update(internal=True)

    assert found(browser(manager)) == ["GUARDED", "LINE", "MACHINE"]


def test_a_firm_sees_the_price_of_its_group(centre: Centre, fanta: User) -> None:
    Tariff.objects.create(
        resource=centre.machine,
        price_group="small",
        valid_from=date(2024, 1, 1),
        scheme="daily",
        block=Decimal("65.00"),
        vat_code=VatCode.objects.get(),
    )

    assert "from €65.00 / day" in words(browser(fanta).get("/?q=machine"))
    assert "€65.00" not in words(visitor().get("/?q=machine"))


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("?q=GUÀRDED", ["GUARDED"]),
        ("?q=risorsa+line", ["LINE"]),
        ("?q=nothing+such", []),
        ("?kind=room", ["ROOM"]),
        ("?kind=unheard-of", ["GUARDED", "LINE", "MACHINE", "ROOM"]),
        ("?area=A1&kind=pilot_line", ["LINE"]),
        ("?technology=robot", []),
        ("?page=99", ["GUARDED", "LINE", "MACHINE", "ROOM"]),
    ],
)
def test_filters(centre: Centre, query: str, codes: list[str]) -> None:
    assert found(visitor(), query) == codes


def test_free_between_leaves_out_what_is_taken_with_its_wholes(centre: Centre, fanta: User) -> None:
    book(fanta, "MACHINE", start=9, end=11)
    free = "?free_from=2026-11-30T09:00&free_to=2026-11-30T10:00"

    assert found(visitor(), free) == ["GUARDED", "ROOM"]


def test_free_between_knows_the_opening_hours(centre: Centre) -> None:
    assert found(visitor(), "?free_from=2026-11-29T09:00&free_to=2026-11-29T10:00") == []


def test_free_over_several_days_wants_a_time_of_the_usual_length(centre: Centre, fanta: User) -> None:
    book(fanta, "MACHINE", start=8, end=18, day=MONDAY)

    assert found(visitor(), "?free_from=2026-11-30T00:00&free_to=2026-12-01T00:00") == ["GUARDED", "ROOM"]
    assert found(visitor(), "?free_from=2026-11-30T00:00&free_to=2026-12-02T00:00") == [
        "GUARDED",
        "LINE",
        "MACHINE",
        "ROOM",
    ]


def test_half_a_window_or_a_turned_one_is_explained(centre: Centre) -> None:
    half = visitor().get("/?free_from=2026-11-30T09:00")
    turned = visitor().get("/?free_from=2026-11-30T09:00&free_to=2026-11-30T08:00")

    assert "Give both the start and the end." in words(half)
    assert "The end comes after the start." in words(turned)
    assert len(turned.context["page"].object_list) == 4


def test_nothing_found_says_what_to_do(centre: Centre) -> None:
    assert "Nothing like that here" in words(visitor().get("/?q=zzzz"))


def test_htmx_gets_the_results_alone(centre: Centre) -> None:
    fragment = visitor().get("/?q=line", headers={"HX-Request": "true"})
    restored = visitor().get("/?q=line", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert fragment.content.decode().strip().startswith('<section class="results"')
    assert b"<html" in restored.content
    assert "HX-Request" in fragment["Vary"]


@pytest.mark.parametrize("n", [1, 3])
def test_queries_do_not_grow_with_the_machines(n: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(n):
        make_resource(f"M{number}", policy={"notice_hours": 24})

    with django_assert_num_queries(6):
        assert len(found(visitor())) == n
    with django_assert_num_queries(11):
        assert len(found(visitor(), "?free_from=2026-11-30T09:00&free_to=2026-11-30T10:00")) == n
