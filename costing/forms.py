"""The forms of finance's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from costing.labels import labelled
from costing.queries.ledger import Choices, LineFilter


class ChargeFilterForm(forms.Form):
    """What the charges of a month are narrowed by: only what occurs in it."""

    company = forms.TypedChoiceField(label=_("Company"), required=False, coerce=int, empty_value=None)
    project = forms.ChoiceField(label=_("Project"), required=False)
    resource = forms.ChoiceField(label=_("Resource"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, list[tuple[Any, str]]] = {
            "company": list(choices.companies),
            "project": [(code, code) for code in choices.projects],
            "resource": [(code, code) for code in choices.resources],
            "kind": [(kind, labelled("kind", kind)) for kind in choices.kinds],
        }
        for name, values in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("All")), *values]

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
