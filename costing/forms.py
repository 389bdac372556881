"""The forms of finance's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from common.forms import DateInput
from costing.labels import labelled
from costing.models import Tariff
from costing.queries.ledger import Choices, LineFilter
from costing.queries.tariffs import terms_of
from costing.services.tariffs import OTHER_VAT_CODES, TariffFacts
from costing.terms import (
    Band,
    Step,
    band_from_text,
    band_of,
    band_text,
    step_from_text,
    step_of,
    step_text,
    stored_band,
    stored_step,
    terms_problems,
)

Line = TypeVar("Line", Band, Step)


class ChargeFilterForm(forms.Form):
    """What the charges of a month are narrowed by: only what occurs in it."""

    company = forms.TypedChoiceField(label=_("Company"), required=False, coerce=int, empty_value=None)
    project = forms.ChoiceField(label=_("Project"), required=False)
    resource = forms.ChoiceField(label=_("Resource"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[Any, Any]]] = {
            "company": [("", _("All companies")), *choices.companies],
            "project": [("", _("All projects")), *((code, code) for code in choices.projects)],
            "resource": [("", _("All resources")), *((code, code) for code in choices.resources)],
            "kind": [("", _("All kinds")), *((kind, labelled("kind", kind)) for kind in choices.kinds)],
        }
        for name, values in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = values

    def wanted(self) -> LineFilter:
        """Return the filter; a value that is not offered narrows nothing."""
        self.is_valid()
        chosen = self.cleaned_data
        return LineFilter(
            company_id=chosen.get("company"),
            project_code=chosen.get("project") or "",
            resource_code=chosen.get("resource") or "",
            kind=chosen.get("kind") or "",
        )


class PriceListForm(forms.Form):
    """What the price list is narrowed by."""

    resource = forms.CharField(label=_("Resource"), required=False, max_length=20)
    price_group = forms.CharField(label=_("Price group"), required=False, max_length=20)


class TariffForm(forms.ModelForm[Tariff]):
    """A new tariff, often a copy of another with other prices."""

    bands = forms.CharField(
        label=_("Bands"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: MO TU WE TH FR 17:00-19:00 20 takes 20 per cent off on working days from 17 to 19."),
    )
    steps = forms.CharField(
        label=_("Steps"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: 4 45.00 is 45.00 per hour once 4 hours have passed."),
    )

    sections: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_("For what and from when"), ("resource", "price_group", "valid_from")),
        (_("Price of the time"), ("scheme", "hour", "half_day", "day", "block", "flat", "minimum_charge")),
        (_("Bands and steps"), ("bands", "steps")),
        (_("What comes on top"), ("setup_fee", "operator_hour")),
        (_("What is billed"), ("charge_basis", "billing_step_minutes", "unused_share")),
        (_("When plans change"), ("late_cancel_share", "no_show_share")),
        (_("VAT"), ("vat_code", *OTHER_VAT_CODES)),
        (_("What aid may cover"), ("setup_aided", "operator_aided", "consumables_aided")),
    )

    class Meta:
        model = Tariff
        fields = (
            "resource", "price_group", "valid_from", "scheme", "hour", "half_day", "day", "block", "flat",
            "minimum_charge", "bands", "steps", "setup_fee", "operator_hour", "charge_basis", "billing_step_minutes",
            "unused_share", "late_cancel_share", "no_show_share", "vat_code", *OTHER_VAT_CODES, "setup_aided",
            "operator_aided", "consumables_aided",
        )  # fmt: skip
        widgets = {"valid_from": DateInput()}

    @classmethod
    def copying(cls, tariff: Tariff) -> TariffForm:
        """Return the form filled from a tariff; its first day is to be chosen."""
        initial = model_to_dict(tariff, exclude=["id", "valid_from"])
        initial["bands"] = "\n".join(band_text(band_of(band)) for band in tariff.bands)
        initial["steps"] = "\n".join(step_text(step_of(step)) for step in tariff.steps)
        return cls(initial=initial)

    def clean_bands(self) -> list[dict[str, Any]]:
        """Return the bands as the table keeps them."""
        return [stored_band(band) for band in self._lines("bands", band_from_text)]

    def clean_steps(self) -> list[dict[str, Any]]:
        """Return the steps as the table keeps them."""
        return [stored_step(step) for step in self._lines("steps", step_from_text)]

    def _lines(self, name: str, read: Callable[[str], Line | None]) -> list[Line]:
        lines = [line for line in self.cleaned_data[name].splitlines() if line.strip()]
        found = [read(line) for line in lines]
        for line, value in zip(lines, found, strict=True):
            if value is None:
                raise forms.ValidationError(_("This line cannot be read: %(line)s"), params={"line": line.strip()})
        return [value for value in found if value is not None]

    def _post_clean(self) -> None:
        """Let the terms speak too, once the fields make a tariff."""
        super()._post_clean()  # type: ignore[misc]  # Django's hook, untyped
        if not self.errors:
            for problem in terms_problems(terms_of(self.instance)):
                self.add_error(problem.field, str(problem.detail))

    def grouped(self) -> Iterator[tuple[Any, list[BoundField]]]:
        """Return the fields by section, each with its title."""
        for title, names in self.sections:
            yield title, [self[name] for name in names]

    def facts(self) -> TariffFacts:
        """Return what the service adds; the form has to be valid."""
        tariff = self.instance
        return TariffFacts(
            resource=tariff.resource,
            price_group=tariff.price_group,
            valid_from=tariff.valid_from,
            terms=terms_of(tariff),
            vat_code=tariff.vat_code,
            late_cancel_share=tariff.late_cancel_share,
            no_show_share=tariff.no_show_share,
            consumables_aided=tariff.consumables_aided,
            **{name: getattr(tariff, name) for name in OTHER_VAT_CODES},
        )
