"""Pages of the admin that are used on a phone: accessible, 360 pixels wide, in the dark theme."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.page_faults import faults_of
from venues.edited_plans import start_draft

OPEN_ALL = "document.querySelectorAll('main details').forEach(it => it.open = true)"
CUT_CHOICES = """[...document.querySelectorAll('label > input + span')]
    .filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent.trim())"""

pytestmark = pytest.mark.django_db(transaction=True)


def addresses():
    """Return the paths of the pages, by name."""
    performance = make_sale()
    customer = {"email": "alice@example.org"}
    orders = [
        make_paid_order(hold=make_hold(performance=performance, labels=labels), **customer)
        for labels in (["A1", "A2"], ["B1"])
    ]
    plan = performance.plan
    draft = f"/admin/venues/editedplan/{start_draft(venue=plan.venue, name='New', plan=plan).pk}"
    insights = "/admin/bookings/ledgerentry/insights/"
    order = orders[0].pk
    return {
        "plan editor": f"{draft}/change/",
        "sections of a draft": f"{draft}/table/",
        "rows of a draft": f"{draft}/table/?section=0",
        "seats of a draft": f"{draft}/table/?section=0&row=0",
        "publish a draft": f"{draft}/publish/",
        "insights": insights,
        "insights of a performance": f"{insights}performance/{performance.pk}/",
        "seat map": f"/admin/shows/performance/{performance.pk}/seat-map/",
        "move tickets": reverse("admin:bookings_order_move", args=[order]),
        "merge orders": reverse("admin:bookings_order_merge", args=[order]),
        "split an order": reverse("admin:bookings_order_split", args=[order]),
        "cancel tickets": reverse("admin:bookings_order_cancel", args=[order]),
        "text of an e-mail": reverse(
            "admin:emails_outboxemail_wording", args=["order_confirmation", "en"]
        ),
    }


def test_pages_fit_a_phone(browser_context, live_server, subtests):
    """In the dark theme; `faults_of` checks the colours of the light one as well."""
    pages = addresses()
    context = browser_context(phone=True, dark=True, base_url=live_server.url)
    page = context.new_page()
    browser.log_in(page, email=make_staff(Role.MANAGER).email, path=pages["insights"])
    for name, path in pages.items():
        with subtests.test(name):
            assert page.goto(path).status == 200
            page.evaluate(OPEN_ALL)
            assert faults_of(page) == []
            assert page.evaluate(CUT_CHOICES) == []
