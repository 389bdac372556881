"""Writes of the register: organisations, people, keys of the API, the catalogue's import."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import RowError
from companies.models import ApiToken, Company, CompanyType, Language, User

TOKEN_LIFE = timedelta(days=30)
#: A key's last use is written at most this often: reading must not mean writing.
USE_NOTED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFacts:
    """What is known of an organisation; its fields are the model's own."""

    name: str
    vat_number: str
    key: str | None = None
    type: str = CompanyType.COMPANY
    tax_code: str = ""
    size_class: str | None = None
    price_group: str | None = None
    sdi_code: str = ""
    pec: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    province: str = ""
    country: str = "IT"
    sector_it: str = ""
    sector_en: str = ""
    ateco: str = ""
    headcount_awu: Decimal | None = None
    turnover_meur: Decimal | None = None
    balance_meur: Decimal | None = None
    public_body: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFacts:
    """What is known of a person: of a company with a role in it, or of the staff with roles."""

    email: str
    name: str
    company: Company | None = None
    company_role: str | None = None
    roles: tuple[str, ...] = ()
    language: str = Language.ITALIAN


@transaction.atomic
def save_company(*, facts: CompanyFacts) -> Company:
    """Create the organisation or bring it up to date, found by its key, else by its VAT number.

    Raises: django ValidationError naming the fields.
    """
    lookup = {"key": facts.key} if facts.key else {"vat_number": facts.vat_number}
    company = Company.objects.select_for_update().filter(**lookup).first() or Company()
    for field, value in asdict(facts).items():
        setattr(company, field, value)
    company.full_clean()
    company.save()
    return company


@transaction.atomic
def save_user(*, facts: UserFacts, password: str | None = None) -> User:
    """Create the account or bring it up to date, found by its address; a password is set only when given.

    Raises: django ValidationError naming the fields.
    """
    email = facts.email.lower()
    user = User.objects.select_for_update().filter(email=email).first() or User(email=email)
    user.name, user.company, user.company_role = facts.name, facts.company, facts.company_role
    user.roles, user.language = list(facts.roles), facts.language
    if password is not None:
        user.set_password(password)
    elif not user.password:
        user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


def import_companies(*, rows: Sequence[Mapping[str, object]], path: str) -> list[RowError]:
    """Bring the catalogue's organisations in, row by row, and name each row that cannot be taken.

    The caller owns the transaction and rolls back when any error is returned: all or nothing.
    """
    errors: list[RowError] = []
    for index, row in enumerate(rows):
        place = f"{path}[{index}]"
        try:
            save_company(facts=_company_facts(row))
        except KeyError as missing:
            errors.append(RowError(f"{place}.{missing.args[0]}", _("This field is required.")))
        except (TypeError, InvalidOperation):
            errors.append(RowError(place, _("A field has the wrong type.")))
        except ValidationError as invalid:
            errors.extend(_row_errors(invalid, place))
    return errors


def _company_facts(row: Mapping[str, object]) -> CompanyFacts:
    """Read a catalogue row; raises KeyError, TypeError or InvalidOperation for a shape it cannot have."""
    address = row.get("address") or {}
    if not isinstance(address, Mapping):
        raise TypeError
    return CompanyFacts(
        key=str(row["key"]),
        name=str(row["name"]),
        vat_number=str(row["vat_number"]),
        type=str(row["type"]),
        size_class=str(row["size"]) if row.get("size") else None,
        price_group=str(row["price_group"]) if row.get("price_group") else None,
        sdi_code=str(row.get("sdi_code") or ""),
        pec=str(row.get("pec") or ""),
        street=str(address.get("street", "")),
        postal_code=str(address.get("postal_code", "")),
        city=str(address.get("city", "")),
        province=str(address.get("province", "")),
        country=str(address.get("country", "IT")),
        sector_it=str(row.get("sector_it", "")),
        sector_en=str(row.get("sector_en", "")),
        ateco=str(row.get("ateco") or ""),
        headcount_awu=_decimal(row.get("headcount_awu")),
        turnover_meur=_decimal(row.get("turnover_meur")),
        balance_meur=_decimal(row.get("balance_meur")),
        public_body=row.get("public_body") is True,
    )


def _decimal(value: object) -> Decimal | None:
    """Read a JSON number through its text, so that 7.2 stays 7.2."""
    return None if value is None else Decimal(str(value))


def _row_errors(invalid: ValidationError, place: str) -> list[RowError]:
    """Name each field that the model refused."""
    return [
        RowError(place if field == NON_FIELD_ERRORS else f"{place}.{field}", message)
        for field, messages in invalid.message_dict.items()
        for message in messages
    ]


@transaction.atomic
def issue_token(*, user: User, name: str, now: datetime) -> tuple[ApiToken, str]:
    """Make a key to the API; the key itself is returned once and kept nowhere."""
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name, key_hash=hash_of_key(key), created_at=now, expires_at=now + TOKEN_LIFE
    )
    return token, key


def revoke_token(*, token: ApiToken, now: datetime) -> None:
    """Close a key for good; revoking twice keeps the first moment."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def use_token(*, key: str, now: datetime) -> ApiToken | None:
    """Find the key's token when it is valid, and note now and then that it was used."""
    token = ApiToken.objects.select_related("user__company").filter(key_hash=hash_of_key(key)).first()
    if token is None or not token.is_valid_at(now) or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def hash_of_key(key: str) -> str:
    """Return the form in which a key is kept: it is long and random, so a plain digest is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def choose_language(*, user: User, language: str) -> None:
    """Keep a person's language, in which pages and mails are written."""
    User.objects.filter(pk=user.pk).update(language=language)
