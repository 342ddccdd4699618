"""Rehearse the screenshots of the documentation: every page is there, every control on it."""

from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from bookings.staff_operations.put_on_sale import put_on_sale
from demo.accounts import create_accounts
from demo.seating_plans import theatre
from shows.models import Performance
from shows.terms import clear_cached_terms
from shows.tests.factories import make_performance
from tools import screenshots
from venues.plans import add_plan_version
from venues.tests.factories import make_venue
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db(transaction=True)

OPTIONS = SimpleNamespace(language="en", to=Path())


class Rehearsal(screenshots.Photographer):
    """Does all that is done for the pictures, and notes their names instead of taking them."""

    taken: Counter[str]

    def save_window(self, name, *, at=None):
        if at:
            self.page.locator(at).first.wait_for()
        self.save(f"{name}-{self.size}", None)

    def save(self, name, picture):
        self.taken[name] += 1


@pytest.fixture
def windows(browser, live_server):
    """Return two windows that note the pictures taken, as `main` opens them."""
    taken = Counter()
    found = []
    for size in ("desktop", "phone"):
        window = getattr(screenshots, size.upper())
        found.append(Rehearsal(browser, live_server.url, size, window, OPTIONS))
        found[-1].taken = taken
    yield found
    for window in found:
        window.page.context.close()


@pytest.fixture
def performances():
    """Make what `create_demo_data` returns, out of one plan and without sales."""
    create_accounts()
    plan = add_plan_version(venue=make_venue(name="Theatre"), name="Theatre", draft=theatre())
    theatre_pk, queued = (_performance(plan) for _number in range(2))
    return {"theatre": theatre_pk, "arena": theatre_pk, "queued": queued}


def _performance(plan):
    performance = put_on_sale(performance=make_performance(plan=plan, opened=False), actor="test")
    clear_cached_terms(performance.pk)
    return performance.pk


def test_all_pictures_can_be_taken(windows, performances):
    desktop, phone = windows
    queued = Performance.objects.get(pk=performances["queued"])
    make_room(performance=queued, gathering=True)
    screenshots.take_all(desktop, phone, performances)
    names = set(desktop.taken)
    kept = {path.stem for path in screenshots.PICTURES.glob("*.webp")}
    assert names | {"setup-desktop"} == kept
    assert set(desktop.taken.values()) == {1}


def test_the_assistant_can_be_taken(windows):
    desktop, _phone = windows
    screenshots.take_setup(desktop, "en")
    assert desktop.taken == {"setup-desktop": 1}


def test_a_page_that_is_missing_is_noticed(windows):
    desktop, _phone = windows
    with pytest.raises(RuntimeError, match="/nowhere/ answers 404"):
        desktop.take("nowhere", "/nowhere/")
