"""Fixtures of the tests of venues: a plan, a draft of its next version, and a manager."""

import pytest

from venues.edited_plans import start_draft
from venues.plans import add_plan_version
from venues.tests.factories import draft, make_staff, make_venue, standing_section


@pytest.fixture
def plan():
    wanted = draft(sections=[*draft().sections, standing_section()])
    return add_plan_version(venue=make_venue(), name="Main hall", draft=wanted)


@pytest.fixture
def edited(plan):
    return start_draft(venue=plan.venue, name="Main hall", plan=plan)


@pytest.fixture
def manager(client):
    client.force_login(make_staff("Manager"))
    return client
