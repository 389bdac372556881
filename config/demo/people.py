"""The people of the demonstration: the catalogue's accounts, and an administrator for each generated firm."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from common.errors import RowError
from companies.models import Company, User
from companies.services import UserFacts, import_companies, save_user
from config.demo.firms import FIRMS, company_rows
from facility.models import Qualification
from facility.services import give_qualification


@dataclass(frozen=True, slots=True)
class People:
    """Everybody who acts in the demonstration: staff by role, firms' people by the firm's key."""

    staff: dict[str, User]
    firms: dict[str, User]


def load_firms(*, rng: random.Random, today: date) -> list[RowError]:
    """Create the generated firms, an administrator for each, and the qualifications that they earned."""
    errors = import_companies(rows=list(company_rows()), path="firms")
    qualifications = {one.code: one for one in Qualification.objects.all()}
    companies = {one.key: one for one in Company.objects.filter(key__in=[firm.key for firm in FIRMS])}
    for firm in FIRMS:
        name = firm.name.rsplit(" ", 1)[0]
        email = f"{firm.key.lower()}@imprese.example"
        user = save_user(facts=UserFacts(email=email, name=name, company=companies[firm.key], company_role="admin"))
        for code in firm.qualifications:
            earned_on = today - timedelta(days=rng.randrange(120, 700))
            give_qualification(user=user, qualification=qualifications[code], earned_on=earned_on, by=None)
    return errors


def open_accounts(*, password: str) -> None:
    """Give every account the demonstration's password: they share it, so its slow hash is made once."""
    User.objects.update(password=make_password(password))


def read_people() -> People:
    """Read the accounts back: the staff's role accounts, and each firm's administrator."""
    users = list(User.objects.select_related("company").order_by("pk"))
    staff = {role: user for user in users for role in user.roles if user.email == f"{role}@centro.example"}
    firms = {user.company.key: user for user in users if user.company and user.company.key and user.is_company_admin}
    return People(staff, firms)
