"""Rows for tests, made by the product's own services."""

from __future__ import annotations

from typing import Any

from companies.models import Company, User
from companies.services import CompanyFacts, UserFacts, save_company, save_user

#: Valid, visibly invented VAT numbers of the catalogue, one per firm.
VAT_NUMBERS = {
    "FANTA": "IT99999010160",
    "GIRA": "IT99999020367",
    "NUVO": "IT99999030341",
    "ATENEO": "IT99999130158",
}
PASSWORD = "collaudo-di-prova"


def make_company(key: str = "FANTA", **facts: Any) -> Company:
    """Return a small firm of Bergamo, or what the facts say."""
    usual = {
        "name": f"{key.capitalize()} S.r.l.",
        "vat_number": VAT_NUMBERS[key],
        "size_class": "small",
        "city": "Bergamo",
        "province": "BG",
    }
    return save_company(facts=CompanyFacts(key=key, **usual | facts))


def make_user(email: str, *, password: str | None = None, **facts: Any) -> User:
    """Return a person; a company makes an administrator of it unless `company_role` says otherwise."""
    usual: dict[str, Any] = {"name": email.partition("@")[0].replace(".", " ").title()}
    if facts.get("company") is not None:
        usual["company_role"] = "admin"
    return save_user(facts=UserFacts(email=email, **usual | facts), password=password)


def make_staff(role: str) -> User:
    """Return somebody of the centre with one role."""
    return make_user(f"{role}@centro.example", roles=(role,))
