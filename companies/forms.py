"""Forms of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminPasswordWidget

from companies.models import StaffRole, User


class UserForm(forms.ModelForm[User]):
    """A person in the admin; the password is set, never shown, and stays when left empty."""

    roles = forms.MultipleChoiceField(
        label=_("Roles at the centre"),
        choices=StaffRole.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    new_password = forms.CharField(
        label=_("New password"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text=_("Leave empty to keep the present one; without any the person asks for a link by e-mail."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "company", "company_role", "roles", "language", "is_active")

    def clean_new_password(self) -> str:
        """Hold a new password to the rules."""
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password

    def save(self, commit: bool = True) -> User:
        """Keep the person with the new password, or with one that opens nothing."""
        if password := self.cleaned_data["new_password"]:
            self.instance.set_password(password)
        elif not self.instance.password:
            self.instance.set_unusable_password()
        person: Any = super().save(commit)
        saved: User = person
        return saved
