"""Pages of the admin that are used on a phone: accessible, 360 pixels wide, in the dark theme."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests import browser
from accounts.tests.factories import make_staff, make_user
from bookings.staff_operations.allocations import allocate_places
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.page_faults import faults_of
from finance.models import Settlement
from finance.tests.test_admin_reconciliation import make_payout, make_transfer
from venues.edited_plans import start_draft

OPEN_ALL = "document.querySelectorAll('main details').forEach(it => it.open = true)"
CUT_CHOICES = """[...document.querySelectorAll('label > input + span')]
    .filter(it => it.scrollWidth > it.clientWidth).map(it => it.textContent.trim())"""
ARE_ABOVE = """all => all.every(it => {
    const box = it.getBoundingClientRect()
    return it.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2))
})"""

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
    return {
        "plan editor": f"{draft}/change/",
        "sections of a draft": f"{draft}/table/",
        "rows of a draft": f"{draft}/table/?section=0",
        "seats of a draft": f"{draft}/table/?section=0&row=0",
        "publish a draft": f"{draft}/publish/",
        "insights": insights,
        "insights of a performance": f"{insights}performance/{performance.pk}/",
        "seat map": f"/admin/shows/performance/{performance.pk}/seat-map/",
        **order_pages(orders[0]),
        **performance_pages(performance),
        **finance_pages(performance),
        **door_pages(performance),
        "organisation": "/admin/organisation/organisation/",
        "seller": "/admin/organisation/seller/add/",
        "new user": "/admin/accounts/user/add/",
        "user": f"/admin/accounts/user/{make_user().pk}/change/",
        "text of an e-mail": reverse(
            "admin:emails_outboxemail_wording", args=["order_confirmation", "en"]
        ),
    }


def order_pages(order):
    """Return the paths of orders, and of changes to one, by name."""
    actions = {
        "order": "change",
        "move tickets": "move",
        "merge orders": "merge",
        "split an order": "split",
        "cancel tickets": "cancel",
        "refund an amount": "refund",
        "correct the contact": "correct_contact",
    }
    return {"orders": reverse("admin:bookings_order_changelist")} | {
        name: reverse(f"admin:bookings_order_{action}", args=[order.pk])
        for name, action in actions.items()
    }


def performance_pages(performance):
    """Return the paths of a performance, of changes to it, and of a guest hold, by name."""
    seats = performance.places.filter(state="available").values_list("pk", flat=True)[:2]
    held = allocate_places(
        performance=performance, place_ids=list(seats), name="Promoter", actor="test"
    )
    actions = {
        "performance": "change",
        "change prices": "reprice",
        "cancel a performance": "cancel_performance",
        "reschedule": "reschedule",
        "settle with the promoter": "settle",
    }
    return {"guest hold": reverse("admin:bookings_allocation_change", args=[held.pk])} | {
        name: reverse(f"admin:shows_performance_{action}", args=[performance.pk])
        for name, action in actions.items()
    }


def door_pages(performance):
    """Return the paths of the lists of the door, by name."""
    return {
        "lists of the door": reverse("door:lists", args=[performance.pk]),
        "door list": reverse("door:list", args=[performance.pk, "names"]),
        "attendance": reverse("door:list", args=[performance.pk, "attendance"]),
    }


def finance_pages(performance):
    """Return the paths of the pages of the bank, of settlements and of exports, by name."""
    settlement = Settlement.objects.create(promoter="Nightingale", deal="percentage", percentage=60)
    settlement.performances.add(performance)
    transfer, payout = make_transfer(45), make_payout()
    return {
        "new settlement": "/admin/finance/settlement/add/",
        "settlement": f"/admin/finance/settlement/{settlement.pk}/change/",
        "issue a settlement": reverse("admin:finance_settlement_issue_it", args=[settlement.pk]),
        "export the journal": reverse("admin:finance_journalaccount_export_journal"),
        "import a bank statement": reverse("admin:finance_bankstatement_import_file"),
        "bank transfer": f"/admin/finance/banktransfer/{transfer.pk}/change/",
        "assign a transfer": reverse(
            "admin:finance_banktransfer_choose_payout", args=[transfer.pk]
        ),
        "payout": f"/admin/payments/payout/{payout.pk}/change/",
    }


def confirm_on_the_map(page, path):
    """Yield the names of what is done with seats of the map, each when its confirmation is open."""
    for name in ("Block", "Hold seats", "Issue complimentary tickets"):
        page.goto(path)
        page.locator(".seat-map-seat.is-available input").first.check()
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_label("Reason")).to_be_visible()
        yield name


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
            if name.startswith("insights of"):
                expect_charts_in_print(page)
    for name in confirm_on_the_map(page, pages["seat map"]):
        with subtests.test(name):
            assert faults_of(page) == []
    with subtests.test("the buttons of a page lie above it"):
        page.goto(pages["settlement"])
        # What is chosen does not push the button beside it off the page.
        beside = page.locator(".related-widget-wrapper > :last-child").first.bounding_box()
        assert beside["x"] + beside["width"] <= page.viewport_size["width"]
        page.locator("#header-inner").get_by_text("more_horiz").click()
        items = page.locator("#header-inner li:visible")
        expect(items.last).to_contain_text("Issue")
        assert items.evaluate_all(ARE_ABOVE)


def expect_charts_in_print(page):
    """Expect the brand, and a chart with each table of figures, in black."""
    expect(page.locator(".print-brand")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".print-brand")).to_be_visible()
    for bar in page.locator(".insight-bars rect").all():
        expect(bar).to_have_css("fill", "rgb(0, 0, 0)")
    charts = page.locator(".insight:has(table) > figure")
    expect(charts).to_have_count(page.locator(".insight table").count() + 1)  # Seats have two.
    for chart in charts.all():
        expect(chart).to_be_visible()
    page.emulate_media(media="screen")
