"""Pages that cannot be loaded, in a browser: they say so, and load once the network is back."""

from urllib.parse import urlsplit

import pytest
from django.core.handlers.base import BaseHandler
from playwright.sync_api import Error, expect

from accounts.tests.browser import log_in
from accounts.tests.factories import make_user
from bookings.tests.factories import make_sale
from core.testing.page_faults import faults_of

pytestmark = [pytest.mark.service_workers, pytest.mark.django_db(transaction=True)]

# Until it has what is to be answered next, although the page is there for longer.
ACTIVE = """async (name) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const {active} = await navigator.serviceWorker.getRegistration() ?? {};
    if (active?.scriptURL.endsWith(name) && active.state === 'activated') return true;
    await new Promise((go) => setTimeout(go, 100));
  }
}"""

# Chromium does not call without a frame to draw, unless it is told when to call at the latest.
NO_FRAMES = "requestIdleCallback = (task, {timeout} = {}) => timeout && setTimeout(task, timeout)"

# A first page before its worker is there, whose network is lost without the browser noticing.
NO_WORKER_YET = """
requestIdleCallback = () => {};
Object.defineProperty(navigator, 'onLine', {get: () => true});
"""


@pytest.fixture
def asked(monkeypatch):
    """Return the requests that the server gets: method, path, and where they come from."""
    requests = []
    get_response = BaseHandler.get_response

    def record(self, request):
        headers = [request.headers.get(name) for name in ("Origin", "Sec-Fetch-Site")]
        requests.append((request.method, request.path, *headers))
        return get_response(self, request)

    monkeypatch.setattr(BaseHandler, "get_response", record)
    return requests


def go_offline(page, is_offline=True):
    page.context.set_offline(is_offline)


def path_of(page):
    return urlsplit(page.url).path


def notice(page, title="No connection"):
    return page.get_by_role("heading", name=title, exact=True)


@pytest.mark.both_sizes
def test_pages_without_a_network_wait_for_it(page):
    performance = make_sale()
    page.goto("/accounts/login/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    # The first page of a browser was loaded without the worker, which answers all the same.
    assert page.evaluate("navigator.serviceWorker.controller") is None
    go_offline(page)
    page.reload()
    expect(notice(page)).to_be_visible()
    go_offline(page, False)
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    page.goto("/orders/send-again/")
    go_offline(page)
    # Reload, here of a page with a form.
    page.reload()
    expect(notice(page)).to_be_visible()
    assert path_of(page) == "/orders/send-again/"
    assert faults_of(page) == []
    # Back, to a page that the browser must not keep.
    page.go_back()
    expect(notice(page)).to_be_visible()
    assert path_of(page) == "/accounts/login/"
    # A bookmark, or a link in an e-mail.
    page.goto(performance.get_absolute_url())
    expect(notice(page)).to_be_visible()
    expect(page.get_by_role("link", name="Show tickets")).to_be_hidden()
    page.get_by_role("link", name="Try again").click()
    expect(notice(page)).to_be_visible()
    go_offline(page, False)
    expect(page.get_by_role("heading", name=performance.show.title)).to_be_visible()
    assert path_of(page) == performance.get_absolute_url()
    page.go_back()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    assert page.evaluate("caches.keys()") == []


def test_a_link_on_the_first_page_waits_before_the_worker_is_there(page):
    page.add_init_script(NO_WORKER_YET)
    page.goto("/orders/send-again/")
    go_offline(page)
    page.get_by_role("link", name="Venues").first.click()
    expect(page.locator("#connection-note")).to_contain_text("No connection")
    assert path_of(page) == "/orders/send-again/"
    go_offline(page, False)
    page.wait_for_url("**/venues/")


@pytest.mark.parametrize(
    "act", ["reload", "go_back", "goto", pytest.param("submit", marks=pytest.mark.windows)]
)
def test_without_the_worker_browsers_show_their_own_page(browser_context, live_server, act):
    context = browser_context(base_url=live_server.url, service_workers="block")
    page = context.new_page()
    page.goto("/accounts/login/")
    page.goto("/orders/send-again/")
    context.set_offline(True)
    if act == "submit":
        page.evaluate("document.querySelector('main form').submit()")
        expect(page.locator("#main-frame-error")).to_be_visible()
        return
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto("/") if act == "goto" else getattr(page, act)()


def test_the_page_follows_the_language_and_forgets_who_was_logged_in(page):
    page.add_init_script(NO_FRAMES)
    user = make_user(name="Alice Archer")
    log_in(page, email=user.email, path="/accounts/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    assert page.reload().from_service_worker
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    assert page.evaluate(ACTIVE, "/worker-de.js")
    go_offline(page)
    page.reload()
    expect(notice(page, "Keine Verbindung")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert user.name not in page.content() and user.email not in page.content()
    go_offline(page, False)
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Abmelden").click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/")
    go_offline(page)
    page.goto("/accounts/")
    expect(notice(page, "Keine Verbindung")).to_be_visible()
    assert page.evaluate("caches.keys()") == []


@pytest.mark.both_sizes
def test_a_form_whose_answer_is_lost_leads_back_to_its_page(page, asked):
    page.goto("/orders/send-again/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    page.reload()
    page.get_by_role("textbox", name="E-mail").fill("alice@example.org")
    go_offline(page)
    # Past the page's own script, which waits for the network before it sends a form.
    page.evaluate("document.querySelector('main form').submit()")
    expect(page.get_by_text("We don't know whether your last step reached us.")).to_be_visible()
    expect(page.get_by_text("This page loads automatically")).to_be_hidden()
    expect(page.get_by_role("link", name="Try again")).to_be_hidden()
    assert faults_of(page) == []
    page.get_by_role("button", name="Go back").click()
    expect(notice(page)).to_be_visible()
    go_offline(page, False)
    expect(page.get_by_role("textbox", name="E-mail")).to_be_visible()
    # The form is not sent again.
    assert "POST" not in {method for method, *_others in asked}


def test_the_server_sees_where_forms_come_from(page, asked, live_server):
    page.goto("/orders/send-again/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    page.reload()
    through = []
    page.on(
        "response",
        lambda answer: through.append((answer.request.method, answer.from_service_worker)),
    )
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("button", name="English")).to_be_visible()
    elsewhere, path = "http://elsewhere.example/", "/accounts/language/"
    form = f'<form method="post" action="{live_server.url}{path}"><button>Send</button></form>'
    page.route(elsewhere, lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(elsewhere)
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"{live_server.url}{path}")
    assert [request for request in asked if request[0] == "POST"] == [
        ("POST", path, live_server.url, "same-origin"),
        ("POST", path, elsewhere.rstrip("/"), "cross-site"),
    ]
    assert [by_worker for method, by_worker in through if method == "POST"] == [True, False]


def test_without_scripts_it_can_be_loaded_again(page):
    page.goto("/orders/send-again/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    page.context.new_cdp_session(page).send("Emulation.setScriptExecutionDisabled", {"value": True})
    go_offline(page)
    page.goto("/accounts/login/")
    expect(notice(page)).to_be_visible()
    assert page.locator("meta[http-equiv=refresh]").get_attribute("content") == "20"
    go_offline(page, False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()


def test_the_server_is_asked_less_and_less_often(page):
    page.goto("/orders/send-again/")
    assert page.evaluate(ACTIVE, "/worker-en.js")
    page.clock.install()
    go_offline(page)
    page.goto("/accounts/login/")
    expect(notice(page)).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => true})")
    page.clock.run_for(60_000)
    assert 3 < asked.count("/healthz") < 10
    assert "/accounts/login/" not in asked
