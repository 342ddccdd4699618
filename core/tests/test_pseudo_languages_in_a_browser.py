"""The customer's way in languages that are long, and written from right to left.

At 320 pixels, and at the widths of a phone and a desktop: nothing is too wide, cut off or covered,
and what is written from right to left is laid out as the mirror image.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.utils.translation import override

from accounts.tests.browser import log_in, log_in_by_form
from accounts.tests.factories import PASSWORD, code_in, make_user
from bookings.emails.monthly import MONTHLY
from bookings.models import Order
from bookings.tests.browsing import cookie_of
from bookings.tests.factories import (
    make_customer,
    make_hold,
    make_order,
    make_paid_order,
    make_sale,
)
from bookings.tests.test_queue_in_a_browser import make_queue
from bookings.tests.test_reservations import end_reservation, make_reserved
from bookings.tests.test_write_review import make_attended_show
from core.formats import register_formats
from core.languages import languages_in, right_to_left
from emails.opt_outs import opt_in, unsubscribe_url
from finance.tests.factories import make_taxed_sale
from organisation.tests.factories import publish_texts
from shows.date_calendar import MANY
from shows.models import Performance
from shows.tests.factories import make_performance, make_plan, make_show
from tools.messages import read_catalogue
from tools.pseudo_languages import write_pseudo_languages
from waitingroom import turn_alerts
from waitingroom.models import TurnAlert
from waitingroom.tests.factories import join_queue, open_due

pytestmark = pytest.mark.django_db(transaction=True)

NARROW = {"viewport": {"width": 320, "height": 640}}
# Widths, and what is checked there: a phone of usual size has the layout of a narrow one.
WIDTHS = {320: "faults", 375: "tooWide", 1440: "faults"}
LAYOUT = (Path(__file__).parent / "layout.js").read_text()


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
                  document.body.innerText.match(/[àçéîñöü]/) ? "translated" : "not translated"]"""
    )
    expected = [language, "rtl" if language == "ar-dz" else "ltr", "translated"]
    faults = [] if found == expected else [(name, found)]
    page.evaluate(f"window.layout ??= {LAYOUT}")
    for width, check in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 740})
        faults += [(name, width, fault) for fault in page.evaluate(f"layout.{check}()")]
    return faults


def is_fetch(route):
    return route.request.resource_type == "fetch"


def join_by_button(page, queue):
    page.goto(f"/queue/{queue.pk}/")
    # A quicker click would count as a bot.
    page.wait_for_timeout(500)
    page.locator(".queue-join button").click()
    page.wait_for_url("**/place/")


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
    join_by_button(phone, queue)
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
    for _click in range(3):
        phone.locator("[data-zoom-buttons] button").first.click()
    phone.locator("[data-minimap]:visible").wait_for()
    assert layout_faults(phone, "zoomed in", language) == []
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


def test_pages_of_reservations_reviews_and_the_draw_fit(phone, language, live_server):
    customer, queue = make_customer(), make_queue(gathering=True)
    reserved = make_reserved(hold=make_hold(customer=customer))
    partly = make_reserved(seller=False, hold=make_hold(customer=customer))
    Order.objects.filter(pk=partly.pk).update(received=40)
    lapsed = make_reserved(seller=False, hold=make_hold(customer=customer))
    end_reservation(lapsed)
    phone.context.add_cookies([cookie_of(customer) | {"url": live_server.url}])
    draw = f"/queue/{queue.pk}/draw/"
    ways = [order.get_absolute_url() for order in (reserved, partly, lapsed)]
    assert [fault for path in [*ways, draw] for fault in faults_at(phone, path, language)] == []
    join_by_button(phone, queue)
    # The page stays where it is, also when its turn has come.
    phone.route(
        "**/queue/**", lambda route: route.abort() if is_fetch(route) else route.continue_()
    )
    open_due(queue)
    assert faults_at(phone, f"/queue/{queue.pk}/place/", language) == []
    result = f"{draw}?id={'0123456789' * 4}"
    assert [fault for path in (draw, result) for fault in faults_at(phone, path, language)] == []
    assert phone.get_by_role("status").last.is_visible()


def test_pages_of_links_in_emails_fit(phone, language):
    """Unsubscribe from news, and confirm the address for a queue's e-mail."""
    make_user("ann@example.org", language=language)
    news = urlsplit(unsubscribe_url(email="ann@example.org", kind=MONTHLY)).path
    opt_in(email="ann@example.org", kind=MONTHLY)
    room = make_queue()
    visitor, token = join_queue(room)
    about = {"email": "ann@example.org", "language": language}
    turn_alerts.request_alert(token=token, visitor=visitor, user=None, **about)
    alert = urlsplit(turn_alerts.confirmation_url(TurnAlert.objects.get())).path
    for path in (news, alert):
        assert faults_at(phone, path, language) == []
        before = phone.get_by_role("heading", level=1).inner_text()
        phone.get_by_role("main").get_by_role("button").first.click()
        phone.get_by_role("heading", level=1).filter(has_not_text=before).wait_for()
        assert layout_faults(phone, f"{path}, pressed", language) == []
    assert faults_at(phone, f"/queue/{room.pk}/alert/wrong/", language, status=404) == []


def test_every_step_to_a_new_password_fits(phone, language, mailoutbox):
    make_user("alice@example.org", language=language)
    press = phone.locator("main form .btn-primary").first
    assert faults_at(phone, "/accounts/password/reset/", language) == []
    press.click()
    phone.locator("[aria-invalid=true]").wait_for()
    assert layout_faults(phone, "reset, errors", language) == []
    phone.locator("main input[type=email]").fill("alice@example.org")
    press.click()
    code = phone.locator("main input[name=code]")
    code.fill("XXXXXX")
    assert layout_faults(phone, "code for a new password", language) == []
    press.click()
    phone.locator("[aria-invalid=true]").wait_for()
    assert layout_faults(phone, "wrong code", language) == []
    code.fill(code_in(mailoutbox[0]))
    press.click()
    passwords = phone.locator("main input[type=password]")
    passwords.first.wait_for()
    assert layout_faults(phone, "new password", language) == []
    for field in passwords.all():
        field.fill("12345")
    press.click()
    phone.locator("[aria-invalid=true]").first.wait_for()
    assert layout_faults(phone, "weak password", language) == []
    ways = ["/accounts/password/reset/done/", "/accounts/inactive/"]
    assert [fault for path in ways for fault in faults_at(phone, path, language)] == []


def test_pages_that_confirm_an_address_fit(phone, language):
    assert faults_at(phone, "/accounts/signup/", language) == []
    phone.locator("main input[type=email]").fill("new@example.org")
    for field in phone.locator("main input[type=password]").all():
        field.fill("a long enough sentence 17")
    phone.locator("main form .btn-primary").first.click()
    phone.locator("main input[name=code]").wait_for()
    assert layout_faults(phone, "confirm the address", language) == []


def test_pages_of_two_step_verification_fit(phone, language):
    user = make_user("alice@example.org", language=language)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    log_in_by_form(phone, email=user.email, path="/accounts/2fa/authenticate/")
    assert layout_faults(phone, "second step", language) == []
    phone.locator("main input[name=code]").first.fill("000000")
    phone.locator("main form .btn-primary").first.click()
    phone.locator("[aria-invalid=true]").first.wait_for()
    assert layout_faults(phone, "second step, errors", language) == []
    log_in(phone, email=user.email, path="/accounts/reauthenticate/")
    assert layout_faults(phone, "confirm it's you", language) == []
    phone.locator("main input[type=password]").fill(PASSWORD)
    phone.locator("main form .btn-primary").first.click()
    WebAuthn.add(user, "Alice’s phone", {})
    ways = ["", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "webauthn/"]
    paths = [f"/accounts/2fa/{way}" for way in ways]
    assert [fault for path in paths for fault in faults_at(phone, path, language)] == []
    assert phone.url.endswith(paths[-1])


def test_every_page_of_the_account_fits(phone, language):
    user = make_user("alice@example.org", language=language)
    attended = make_attended_show(user)
    log_in(phone, email="alice@example.org", path="/accounts/profile/")
    ways = ["/accounts/", "/accounts/profile/", "/accounts/2fa/", "/accounts/email/", "/orders/"]
    ways += ["/accounts/email-preferences/", "/accounts/password/change/", "/accounts/follows/"]
    ways += ["/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/data/"]
    ways += ["/accounts/logout/", f"{attended.get_absolute_url()}review/"]
    assert [fault for path in ways for fault in faults_at(phone, path, language)] == []


def test_visitors_are_never_offered_the_made_up_languages(settings):
    codes = {code for code, _name in settings.LANGUAGES}
    assert not codes & {"en-au", "ar-dz"}
