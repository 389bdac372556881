"""Projects in the admin: an agreed plan is only looked at."""

from __future__ import annotations

import pytest

from companies.models import Company, User
from tests.catalogue import make_milestone, make_project, make_site
from tests.conftest import ClientOf

pytestmark = pytest.mark.django_db


def test_firms_and_other_staff_do_not_reach_it(
    fanta: User, manager: User, admin: User, fanta_company: Company, pm: User, client_of: ClientOf
) -> None:
    make_site()
    make_project("PC-03", company=fanta_company, pm=pm)

    assert client_of(admin).get("/admin/projects/project/").status_code == 200
    for person in (fanta, manager):
        assert client_of(person).get("/admin/projects/project/").status_code in {302, 403, 404}


@pytest.mark.parametrize(
    ("stage", "is_open"), [("idea", True), ("evaluated", True), ("agreed", False), ("closed", False)]
)
def test_dates_are_open_only_while_planning(
    stage: str, is_open: bool, admin: User, fanta_company: Company, pm: User, client_of: ClientOf
) -> None:
    make_site()
    project = make_project("PC-03", company=fanta_company, pm=pm, stage=stage)
    make_milestone(project, 1)

    page = client_of(admin).get(f"/admin/projects/project/{project.pk}/change/").content.decode()

    assert ('name="milestones-0-baseline_end"' in page) is is_open
    assert 'name="milestones-0-title_it"' in page
