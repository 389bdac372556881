"""Form fields in the look: control classes for every widget, the browser's own pickers, one renderer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

CHECKS = (widgets.CheckboxInput, widgets.RadioSelect, widgets.CheckboxSelectMultiple)


class DateInput(forms.DateInput):
    """The browser's date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """The browser's picker of local day and time."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%dT%H:%M")


def control_class(widget: widgets.Widget) -> str:
    """Name the look's class for a control."""
    if isinstance(widget, CHECKS):
        return "form-check-input"
    if isinstance(widget, widgets.Select):
        return "form-select"
    return "form-control"


class LookBoundField(BoundField):
    """A field whose control carries the look's class, unless its widget brings its own."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: widgets.Widget | None = None) -> dict[str, Any]:
        """Add the class to what Django gives."""
        control = widget or self.field.widget
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if not control.is_hidden and "class" not in control.attrs and "class" not in built:
            built["class"] = control_class(control)
        return built

    @property
    def is_check(self) -> bool:
        """Say whether the label stands after the control."""
        return isinstance(self.field.widget, widgets.CheckboxInput)


class LookRenderer(TemplatesSetting):
    """Renders every form with the components' templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = LookBoundField
