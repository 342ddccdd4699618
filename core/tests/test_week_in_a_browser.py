"""The jobs of a week, done in the admin and at the door, from an empty database.

Nothing is made by factories: each step works on what those before it have left. So they are one
test; each is reported by its name, and those after one that fails are not run. `docs/week.md` is
the table of the jobs, with the clicks that each may take.
"""

import pytest

from payments.choice import clear_cached_choice
from payments.credentials import clear_cached_credentials

from .week import steps
from .week.people import Week

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def week(browser, browser_context, live_server, stripe_sandbox, allow_pay_pages, settings):
    """Return an empty box office; Stripe is the payments sandbox once its keys are entered."""
    settings.SITE_URL = live_server.url
    settings.PAYMENT_PROVIDER_IS_SET, settings.PAYMENT_PROVIDER = False, "none"
    settings.PAYMENT_KEYS = {
        "stripe": {"secret_key": "", "webhook_secrets": [], "api_base": stripe_sandbox.url}
    }
    allow_pay_pages(stripe_sandbox.url)
    clear_cached_choice()
    clear_cached_credentials()
    yield Week(browser, browser_context, live_server, stripe_sandbox)
    clear_cached_choice()


@pytest.mark.timeout(900)
def test_a_week_from_an_empty_database(week, subtests):
    for step in steps.STEPS:
        is_done = False
        with subtests.test(step.__name__):
            step(week)
            is_done = True
        if not is_done:
            break
    assert week.errors == []
