"""A centre's catalogue file, brought in all at once or not at all; each app takes its own part."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import RowError
from common.parsing import is_storable
from common.rows import RowReader, imported
from companies.models import Company, CompanyRole, StaffRole, User
from companies.services import UserFacts, import_companies, save_user
from costing.services.catalogue import (
    import_intensities,
    import_measures,
    import_regimes,
    import_services,
    import_tariffs,
    import_vat_codes,
)
from facility.models import ResourceKind
from facility.services import (
    import_areas,
    import_cost_centres,
    import_holders,
    import_qualifications,
    import_resources,
    import_site,
)
from projects.services import import_projects

#: Parts of the file that later versions of the product bring in; they are named when they are left out.
NOT_YET = ("courses", "links", "aid_records", "ilp", "dma_dimensions")
LAST_PARTS = ("holders", "poc_projects")
#: The staff's role accounts, with the name that colleagues read.
STAFF = {
    StaffRole.ADMIN: "Amministrazione di sistema",
    StaffRole.MANAGER: "Responsabile impianti",
    StaffRole.TECHNICIAN: "Tecnico di turno",
    StaffRole.PM: "Responsabile progetti",
    StaffRole.FINANCE: "Ufficio amministrativo",
    StaffRole.LIAISON: "Liaison officer",
    StaffRole.TRAINING: "Ufficio formazione",
    StaffRole.DIRECTOR: "Direzione",
}
TARIFF_PLACE = re.compile(r"\.tariffs\[(\d+)\]")


class CatalogueRefusedError(Exception):
    """The file was not taken: every bad row with its reason. Nothing was written."""

    def __init__(self, errors: Iterable[RowError]) -> None:
        self.errors = list(errors)
        super().__init__(f"{len(self.errors)} bad rows")


@dataclass(frozen=True, slots=True)
class Report:
    """What was taken, by part of the file, and which parts were left out."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def load_catalogue(document: object, *, today: date, accounts: bool = False, password: str | None = None) -> Report:
    """Bring a catalogue in; what is there already is brought up to date, nothing is doubled.

    `accounts` adds the staff's role accounts and one for each firm that names one: for demonstrations only.
    Raises: CatalogueRefusedError with every row that cannot be taken; then nothing is written.
    """
    errors = list(_shape_errors(document))
    if errors or not isinstance(document, Mapping):
        raise CatalogueRefusedError(errors)
    with transaction.atomic():
        errors = _take_parts(document)
        if accounts:
            errors += _take_accounts(document, password)
        errors += import_holders(rows=_rows(document, "holders"), path="holders", today=today)
        errors += import_projects(rows=_rows(document, "poc_projects"), path="poc_projects", today=today)
        if errors:
            raise CatalogueRefusedError(errors)
    counts = {"site": 1} if "site" in document else {}
    counts |= {part: len(_rows(document, part)) for part in (*PARTS, *LAST_PARTS) if part in document}
    return Report(counts, tuple(part for part in NOT_YET if part in document))


def _rows(document: Mapping[str, Any], part: str) -> list[Any]:
    return list(document.get(part) or ())


def _take_parts(document: Mapping[str, Any]) -> list[RowError]:
    errors = import_site(raw=document["site"], path="site") if "site" in document else []
    for part, take in PARTS.items():
        errors += take(rows=_rows(document, part), path=part)
    return errors


def _take_resources(*, rows: list[Any], path: str) -> list[RowError]:
    """Bring resources in, then the tariffs that stand in their rows."""
    errors = import_resources(rows=rows, path=path)
    bad = {error.path.partition("]")[0] for error in errors}
    for index, raw in enumerate(rows):
        place = f"{path}[{index}]"
        if place.removesuffix("]") not in bad:
            errors += _take_tariffs(raw, place)
    return errors


def _take_tariffs(raw: Mapping[str, Any], place: str) -> list[RowError]:
    variants = raw.get("tariff_variants") or []
    if not isinstance(variants, list):
        return [RowError(f"{place}.tariff_variants", _("This must be a list."))]
    tariffs = [raw["tariff"]] if raw.get("tariff") is not None else []
    errors = import_tariffs(resource=raw["code"], rows=[*tariffs, *variants], path=f"{place}.tariffs")
    return [
        RowError(TARIFF_PLACE.sub(lambda found: _tariff_key(int(found[1]), len(tariffs)), error.path), error.reason)
        for error in errors
    ]


def _tariff_key(index: int, own: int) -> str:
    """Name a tariff as the file does: its own one, or the n-th variant."""
    return ".tariff" if index < own else f".tariff_variants[{index - own}]"


def _take_operators(*, rows: list[Any], path: str) -> list[RowError]:
    return import_resources(rows=rows, path=path, kinds=[ResourceKind.OPERATOR])


def _take_accounts(document: Mapping[str, Any], password: str | None) -> list[RowError]:
    """Add the staff's role accounts and the one that each organisation names."""
    for role, name in STAFF.items():
        _add_account(UserFacts(email=f"{role}@centro.example", name=name, roles=(role,)), password)
    errors: list[RowError] = []
    for part in ("companies", "organisations"):
        errors += imported(_rows(document, part), part, lambda row: _take_account(row, password))
    return errors


def _take_account(row: RowReader, password: str | None) -> None:
    company = Company.objects.filter(key=row.text("key")).first()
    if company is not None and row.has("account"):  # an organisation that was refused has no account either
        email = row.text("account", max_length=254)
        facts = UserFacts(email=email, name=company.name, company=company, company_role=CompanyRole.ADMIN)
        _add_account(facts, password)


def _add_account(facts: UserFacts, password: str | None) -> None:
    """Create an account; one that is there keeps its name, its place and its password."""
    if not User.objects.filter(email=facts.email).exists():
        save_user(facts=facts, password=password)


#: Lists of the file in the order in which they build on one another, and who takes each.
PARTS: dict[str, Callable[..., list[RowError]]] = {
    "areas": import_areas,
    "cost_centres": import_cost_centres,
    "vat_codes": import_vat_codes,
    "regimes": import_regimes,
    "services": import_services,
    "measures": import_measures,
    "intensities": import_intensities,
    "qualifications": import_qualifications,
    "resources": _take_resources,
    "operators": _take_operators,
    "companies": import_companies,
    "organisations": import_companies,
}


def _shape_errors(document: object) -> Iterator[RowError]:
    """Yield what is wrong before any row is read: no object, parts nobody knows, values that no column holds."""
    if not isinstance(document, Mapping):
        yield RowError("", _("The file must be one JSON object."))
        return
    for part, rows in document.items():
        is_list = part in PARTS or part in LAST_PARTS
        if not is_list and part not in ("meta", "site", *NOT_YET):
            yield RowError(str(part), _("A catalogue has no such part."))
        elif is_list and not isinstance(rows, list):
            yield RowError(str(part), _("This must be a list."))
    yield from _unstorable(document)


def _unstorable(document: object) -> Iterator[RowError]:
    """Yield the places of texts and numbers that the database cannot hold, without recursion."""
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and not is_storable(value):
            yield RowError(path, _("A text holds characters that cannot be stored."))
        elif isinstance(value, float) and not math.isfinite(value):
            yield RowError(path, _("This number is out of range."))
        elif isinstance(value, Mapping):
            waiting += [(f"{path}.{key}".lstrip("."), inside) for key, inside in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{path}[{index}]", inside) for index, inside in enumerate(value)]
