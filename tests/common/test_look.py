"""The look's tags, the navigation by role, the rendering of forms."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory

from common.forms import DateTimeInput
from common.navigation import navigation
from common.templatetags.look import ALERT_ICONS, STATUS_LOOK
from companies.models import User
from facility.models import ResourceKind
from tests.bookings.pages import browser

FRONTEND = Path(settings.BASE_DIR) / "frontend"
FIRST_LOAD_BYTES = 160_000  # the page itself stays far below the 40 KB that this leaves of 200
ICONS = set((FRONTEND / "icons.txt").read_text().split())


def rendered(source: str, **context: object) -> str:
    return Template("{% load look %}" + source).render(Context(context))


def labels(user: User) -> list[str]:
    request = RequestFactory().get("/bookings/")
    request.user = user
    return [str(link.label) for link in navigation(request)]


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    named = {
        name
        for template in Path(settings.BASE_DIR).glob("*/templates/**/*.html")
        for name in re.findall(r'{% icon "([a-z0-9-]+)"', template.read_text())
    }
    by_state = {icon for _tone, icon in STATUS_LOOK.values()} | set(ALERT_ICONS.values())

    assert (named | by_state) - ICONS == set()


def test_every_kind_that_a_visitor_meets_has_a_drawing() -> None:
    drawn = {path.stem for path in (FRONTEND / "drawings").glob("*.svg")}

    assert drawn == set(ResourceKind.values) - {ResourceKind.OPERATOR}


def test_drawing_and_icon_are_decorative() -> None:
    markup = rendered('{% drawing "room" %}{% icon "search" %}')

    assert re.findall(r'#([a-z-]+)"', markup) == ["room", "search"]
    assert markup.count('aria-hidden="true"') == 2


def test_status_escapes_what_it_is_given() -> None:
    assert "&lt;b&gt;" in rendered("{% status code label %}", code="confirmed", label="<b>")
    assert "status--neutral" in rendered("{% status code label %}", code="unheard-of", label="x")


def test_query_keeps_the_other_filters() -> None:
    request = RequestFactory().get("/", {"q": "robot", "page": "1"})

    text = Template("{% load look %}{% query page=2 %} {% query q=None %}").render(Context({"request": request}))

    assert text == "?q=robot&amp;page=2 ?page=1"


def test_the_first_page_weighs_less_than_it_may() -> None:
    manifest = json.loads((FRONTEND / "dist" / "manifest.json").read_text())
    built = [entry["file"] for key, entry in manifest.items() if key != "src/resource.ts"]
    built += manifest["src/main.ts"]["css"]

    assert sum(len(gzip.compress((FRONTEND / "dist" / file).read_bytes())) for file in built) < FIRST_LOAD_BYTES


@pytest.mark.django_db
def test_navigation_follows_the_role(fanta: User, manager: User, finance: User) -> None:
    assert labels(fanta)[:2] == ["Catalogo", "Prenotazioni"]
    assert "Approvazioni" not in labels(fanta)
    assert {"Approvazioni", "Oggi al centro"} <= set(labels(manager))
    assert "Costi" in labels(finance)
    assert "Approvazioni" not in labels(finance)


@pytest.mark.django_db
def test_title_is_the_heading_too(client: Client) -> None:
    page = client.get("/nowhere/", headers={"accept-language": "en"}).content.decode()

    assert "<title>There is nothing here · Collaudo</title>" in page
    assert page.count("<h1") == 1


@pytest.mark.django_db
def test_demo_clock_is_for_signed_in_people(fanta: User, client: Client) -> None:
    assert b"clock-bar" in browser(fanta).get("/").content
    assert b"clock-bar" not in client.get("/").content


class TryForm(forms.Form):
    when = forms.DateTimeField(widget=DateTimeInput, help_text="Site time.")
    kind = forms.ChoiceField(choices=[("a", "A")])
    agree = forms.BooleanField(required=False)
    way = forms.ChoiceField(choices=[("b", "B")], widget=forms.RadioSelect)
    own = forms.CharField(required=False, widget=forms.TextInput(attrs={"class": "mine"}))


def test_fields_carry_the_looks_classes() -> None:
    form = TryForm()

    classes = [str(form[name].build_widget_attrs({}).get("class")) for name in ("when", "kind", "agree", "way", "own")]

    assert classes == ["form-control", "form-select", "form-check-input", "form-check-input", "None"]
    assert 'class="mine"' in str(form["own"])


def test_errors_and_help_are_linked_to_their_control() -> None:
    markup = TryForm({"kind": "a"}).render()

    assert 'aria-describedby="id_when_helptext id_when_error"' in markup
    assert 'id="id_when_helptext"' in markup
    assert 'id="id_when_error"' in markup
    assert 'type="datetime-local"' in markup
