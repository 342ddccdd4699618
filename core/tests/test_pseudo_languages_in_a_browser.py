"""The customer's way in languages that are long, and written from right to left.

At 320 pixels, and at the widths of a phone and a desktop.
"""

from datetime import timedelta

import pytest
from django.utils.translation import override

from accounts.tests.browser import log_in
from accounts.tests.factories import make_user
from bookings.tests.browsing import cookie_of
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
)
from bookings.tests.test_queue_in_a_browser import make_queue
from core.formats import register_formats
from core.languages import languages_in, right_to_left
from finance.tests.factories import make_taxed_sale
from organisation.tests.factories import publish_texts
from shows.date_calendar import MANY
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show
from tools.messages import read_catalogue
from tools.pseudo_languages import write_pseudo_languages

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"viewport": {"width": 320, "height": 640}}
WIDER = (375, 1440)


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pseudo-languages")
    # German has all messages (`locale/coverage.toml`), and is read in a twentieth of the time.
    write_pseudo_languages(folder, read_catalogue("de"))
    return folder


@pytest.fixture(params=["en-au", "ar-dz"])
def language(request, settings, catalogues):
    """Offer the made-up languages, and return the code of one."""
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, catalogues]
    settings.LANGUAGES = [*settings.LANGUAGES, *languages_in(catalogues)[1:]]
    settings.LANGUAGES_BIDI = right_to_left(settings.LANGUAGES)
    register_formats(code for code, _name in languages_in(catalogues))
    with override(request.param):
        yield request.param


@pytest.fixture
def phone(browser_context, live_server, language):
    context = browser_context(
        base_url=live_server.url, extra_http_headers={"Accept-Language": language}, **NARROW
    )
    return context.new_page()


def faults_at(page, path, language, status=200):
    """Return what is wrong with the layout of the page at this path."""
    page.set_viewport_size(NARROW["viewport"])
    assert page.goto(path).status == status
    return layout_faults(page, path, language)


def layout_faults(page, name, language):
    """Return what is wrong with the layout of the page that is shown."""
    page.set_viewport_size(NARROW["viewport"])
    found = page.evaluate(
        """() => [document.documentElement.lang, getComputedStyle(document.body).direction,
                  document.documentElement.scrollWidth <= innerWidth ? "fits" : "too wide",
                  document.body.innerText.match(/[àçéîñöü]/) ? "translated" : "not translated"]"""
    )
    expected = [language, "rtl" if language == "ar-dz" else "ltr", "fits", "translated"]
    faults = [] if found == expected else [(name, found)]
    for width in WIDER:
        page.set_viewport_size({"width": width, "height": 740})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append((name, width))
    return faults


def make_residency():
    """Make a show with so many dates that it has a calendar; return its address."""
    show, plan = make_show(title="Long Run"), make_plan()
    for day in range(MANY):
        make_performance(show=show, plan=plan, starts_in=timedelta(days=day + 1))
    return show.get_absolute_url()


def test_every_page_on_the_way_to_a_ticket_fits(phone, language, live_server):
    publish_texts()
    show = make_show(artists=["Ida Blank"])
    performance = make_taxed_sale(show=show, concessions={"Student": 50})
    customer = make_customer()
    order = make_paid_order(hold=make_hold(performance=performance, customer=customer))
    bought = make_hold(performance=performance, labels=("B1", "B2"), customer=customer)
    to_pay = make_order(hold=bought)
    announced = make_sale(on_sale_in=timedelta(days=3))
    cancelled = make_sale()
    Performance.objects.filter(pk=cancelled.pk).update(status=Performance.Status.CANCELLED)
    queue = make_queue(gathering=True)
    hold = make_hold(performance=performance, labels=("A4", "A5"), customer=customer)
    phone.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
    venue = performance.venue
    section = performance.plan.sections.first()
    ways = [
        "/", "/shows/", "/shows/?q=nothing-like-it", "/venues/", "/help/", "/basket/", "/orders/",
        "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/",
        show.get_absolute_url(), venue.get_absolute_url(), performance.get_absolute_url(),
        f"{performance.get_absolute_url()}?section={section.slug}", make_residency(),
        "/orders/send-again/", hold.get_absolute_url(), order.get_absolute_url(),
        f"{order.get_absolute_url()}cancel/",
        f"{order.get_absolute_url()}change/", "/tickets/", f"/tickets/{order.reference}/",
        show.artists.get().get_absolute_url(), "/terms/", "/accessibility/",
        "/accessibility/report/", f"{order.get_absolute_url()}receipt/",
        f"{order.get_absolute_url()}invoice/", to_pay.get_absolute_url(),
        cancelled.get_absolute_url(), announced.get_absolute_url(), f"/queue/{queue.pk}/",
    ]  # fmt: skip
    assert faults_at(phone, "/no-such-page/", language, status=404) == []
    assert [fault for path in ways for fault in faults_at(phone, path, language)] == []
    # A quicker click would count as a bot.
    phone.wait_for_timeout(500)
    phone.get_by_role("main").get_by_role("button").first.click()
    phone.wait_for_url("**/place/")
    assert layout_faults(phone, "in the queue", language) == []


def test_what_is_said_on_the_way_to_a_ticket_fits(phone, language, live_server):
    """Seats that are selected or lost, and errors."""
    performance, customer = make_sale(), make_customer()
    hold = make_hold(performance=performance, customer=customer)
    phone.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
    phone.goto(performance.get_absolute_url())
    phone.locator("[data-hold-button]").click()
    phone.get_by_role("alert").wait_for()
    assert layout_faults(phone, "nothing selected", language) == []
    for number in (5, 6):
        seat = performance.plan.seats.get(row="B", number=number)
        phone.locator(f"input.seat[value='{seat.pk}']").check()
    make_hold(performance=performance, labels=["B6"])
    phone.locator("[data-seat-notice]:visible").wait_for()
    assert layout_faults(phone, "a selected seat just sold", language) == []
    phone.goto(hold.get_absolute_url())
    phone.locator("#pay button").first.click()
    phone.locator("[data-error-summary]").wait_for()
    assert layout_faults(phone, "errors of the basket", language) == []


def test_every_page_of_the_account_fits(phone, language):
    make_user("alice@example.org", language=language)
    log_in(phone, email="alice@example.org", path="/accounts/profile/")
    ways = ["/accounts/", "/accounts/profile/", "/accounts/2fa/", "/accounts/email/", "/orders/"]
    ways += ["/accounts/email-preferences/", "/accounts/password/change/", "/accounts/follows/"]
    ways += ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/data/"]
    ways += ["/accounts/logout/"]
    assert [fault for path in ways for fault in faults_at(phone, path, language)] == []


def test_visitors_are_never_offered_the_made_up_languages(settings):
    codes = {code for code, _name in settings.LANGUAGES}
    assert not codes & {"en-au", "ar-dz"}
