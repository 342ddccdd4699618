"""No scan is lost, whatever the server answers: in a real browser."""

import json
import re

import pytest
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
from PIL import Image
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.browser import submit_log_in
from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.ticket_codes import code_of
from core.testing.page_faults import faults_of
from door.models import CheckIn
from organisation.tests.factories import set_organisation

from .door_page import answer, enter_text
from .factories import make_performance_tonight, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)

WAITING = "1 scan waiting to be sent."


@pytest.fixture
def performance():
    return make_performance_tonight()


@pytest.fixture
def tickets(performance):
    return [make_ticket(performance, labels=[label]) for label in ("A1", "A3", "A5")]


def end_sessions():
    for session in Session.objects.all():
        SessionStore(session.session_key).delete()


def stored(page):
    """Return the scans in the browser's storage."""
    return page.evaluate(
        "Object.keys(localStorage).filter((key) => key.startsWith('door-scan:'))"
        ".map((key) => JSON.parse(localStorage.getItem(key)))"
    )


def send_now(page):
    """Let the page send what waits, as it does every five seconds."""
    page.evaluate("dispatchEvent(new Event('online'))")


def scan_offline(page, *tickets):
    page.context.set_offline(True)
    for ticket in tickets:
        enter_text(page, code_of(ticket))
        expect(answer(page, "amber")).to_contain_text("not confirmed")


def fill_in_log_in(page, performance):
    email = User.objects.get(is_staff=True).email
    submit_log_in(page, email=email, path=f"/door/{performance.pk}/")


def test_a_session_that_ended_while_offline_loses_no_scan(
    page, open_door_page, performance, tickets
):
    open_door_page(page, performance)
    scan_offline(page, tickets[0], tickets[1])
    end_sessions()
    page.context.set_offline(False)
    expect(page.get_by_text("You've been logged out. Log in again to record")).to_be_visible()
    expect(page.get_by_text("2 scans waiting to be sent.")).to_be_visible()
    assert len(stored(page)) == 2 and not CheckIn.objects.exists()
    # A scan made now is stored as well.
    enter_text(page, code_of(tickets[2]))
    expect(answer(page, "amber")).to_contain_text("not confirmed")
    expect(page.get_by_text("3 scans waiting to be sent.")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("alert").get_by_role("link", name="Log in").click()
    fill_in_log_in(page, performance)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("[data-signed-out]")).to_be_hidden()
    assert {row.ticket for row in CheckIn.objects.live()} == set(tickets)
    assert stored(page) == []


@pytest.mark.service_workers
def test_a_page_reloaded_while_offline_comes_back_and_sends_its_scans(
    page, open_door_page, performance, tickets
):
    open_door_page(page, performance)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    scan_offline(page, tickets[0])
    page.reload()
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    assert len(stored(page)) == 1
    page.context.set_offline(False)
    expect(page.get_by_label("Ticket code, order number or name")).to_be_visible()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == tickets[0]
    assert stored(page) == []


def test_a_page_notices_by_itself_that_its_session_has_ended(page, open_door_page, performance):
    open_door_page(page, performance)
    end_sessions()
    expect(page.get_by_text("You've been logged out. Log in again to record")).to_be_visible()
    enter_text(page, "alice")
    expect(answer(page, "amber")).to_contain_text("Logged out")


@pytest.mark.parametrize("sender", ["this tab", "the other tab"])
def test_after_logging_in_in_another_tab_this_one_need_not_be_reloaded(
    page, open_door_page, performance, tickets, sender
):
    """Either tab can send the scans: this one's CSRF token is stale until it is renewed."""
    open_door_page(page, performance)
    end_sessions()
    enter_text(page, code_of(tickets[0]))
    expect(page.get_by_text(WAITING)).to_be_visible()
    other = page.context.new_page()
    silent = page if sender == "the other tab" else other
    silent.route(re.compile(r"/door/\d+/scans/"), lambda route: route.abort())
    other.goto(f"/door/{performance.pk}/")
    fill_in_log_in(other, performance)
    expect(other.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == tickets[0]
    other.close()
    enter_text(page, code_of(tickets[1]))
    expect(answer(page, "green")).to_be_visible()
    assert stored(page) == []


def test_a_refusal_that_a_new_token_does_not_fix_keeps_the_scan(
    page, open_door_page, performance, tickets
):
    open_door_page(page, performance)
    requests = []

    def refuse(route):
        requests.append(route.request.post_data)
        route.fulfill(status=403, body="no")

    page.route(re.compile(r"/door/\d+/check/"), refuse)
    page.route(re.compile(r"/door/\d+/scans/"), lambda route: route.abort())
    enter_text(page, code_of(tickets[0]))
    expect(answer(page, "amber")).to_contain_text("not confirmed")
    assert len(requests) == 2
    assert [scan["text"] for scan in stored(page)] == [code_of(tickets[0])]


def answering(text="", **answer):
    """Return a handler that answers requests whose body contains the text."""

    def fulfil(route):
        ours = text in (route.request.post_data or "")
        route.fulfill(**answer) if ours else route.continue_()

    return fulfil


# (status, content type, body)
WITHOUT_THE_ID = [
    (200, "text/html", "<!doctype html><h1>Welcome to the wireless network</h1>"),
    (200, "application/json", '{"outcome": "recorded", "scan": "of-somebody-else"}'),
    (500, "text/html", "<h1>Error</h1>"),
    (503, "text/html", "<h1>Away</h1>"),
]


def test_a_response_without_the_scan_id_does_not_count(page, open_door_page, performance, subtests):
    tickets = [make_ticket(performance, labels=[label]) for label in ("A1", "A3", "B1", "B3")]
    open_door_page(page, performance)
    later, now = re.compile(r"/door/\d+/scans/"), re.compile(r"/door/\d+/check/")
    for ticket, (status, kind, body) in zip(tickets, WITHOUT_THE_ID, strict=True):
        with subtests.test(status=status, kind=kind):
            for path in (now, later):
                page.route(path, answering(status=status, content_type=kind, body=body))
            enter_text(page, code_of(ticket))
            expect(answer(page, "amber")).to_contain_text("not confirmed")
            with page.expect_response(later):
                send_now(page)
            expect(page.get_by_text(WAITING)).to_be_visible()
            page.wait_for_timeout(500)
            assert [scan["text"] for scan in stored(page)] == [code_of(ticket)]
            page.unroute(now)
            page.unroute(later)
            send_now(page)
            expect(page.get_by_text(WAITING)).to_be_hidden()
            assert CheckIn.objects.live().latest("pk").ticket == ticket


def test_a_redirect_does_not_count(page, open_door_page, performance, tickets, settings):
    """As when two-step verification becomes required: every page of the door redirects."""
    open_door_page(page, performance)
    # Following it would leave the page.
    page.route(re.compile("/count/"), lambda route: route.abort())
    set_organisation(staff_second_factor_required=True)
    enter_text(page, code_of(tickets[0]))
    expect(answer(page, "amber")).to_contain_text("not confirmed")
    with page.expect_request(re.compile(r"/door/\d+/scans/")):
        send_now(page)
    expect(page.get_by_text("You've been logged out. Log in again to record")).to_be_visible()
    assert len(stored(page)) == 1 and not CheckIn.objects.exists()
    set_organisation(staff_second_factor_required=False)
    expect(page.get_by_text(WAITING)).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == tickets[0]


def test_a_refused_scan_does_not_block_the_next_ones(page, open_door_page, performance, tickets):
    open_door_page(page, performance)
    scan_offline(page, *tickets)
    cancel_tickets(order=tickets[1].order, actor="staff:1", by_staff=True)
    page.context.set_offline(False)
    refused = page.locator("[data-refused]")
    expect(refused.get_by_role("listitem")).to_have_count(1)
    expect(refused).to_contain_text("Cancelled")
    expect(refused).to_contain_text(tickets[1].label)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert {row.ticket for row in CheckIn.objects.live()} == {tickets[0], tickets[2]}
    assert faults_of(page) == []
    page.reload()  # It stays visible until staff remove it.
    expect(refused).to_contain_text("Cancelled")
    refused.get_by_role("button", name="Send again").click()
    expect(refused).to_contain_text("Cancelled")
    refused.get_by_role("button", name="Remove").click()
    expect(refused).to_be_hidden()
    assert stored(page) == []


def test_a_scan_that_causes_an_error_does_not_block_either(
    page, open_door_page, performance, subtests
):
    open_door_page(page, performance)
    refused = page.locator("[data-refused]")
    for row, status in zip("ABCDE", (400, 404, 409, 422, 500), strict=True):
        email = f"{row}@example.org"  # Nobody may have ten tickets.
        first, other = (
            make_ticket(performance, labels=[f"{row}{number}"], email=email) for number in (1, 3)
        )
        with subtests.test(status=status):
            scan_offline(page, first, other)
            expect(page.get_by_text("2 scans waiting to be sent.")).to_be_visible()
            fulfil = answering(code_of(first), status=status, body="no")
            page.route(re.compile(r"/door/\d+/scans/"), fulfil)
            page.context.set_offline(False)
            expect(page.get_by_text("2 scans waiting to be sent.")).to_be_hidden()
            if status == 500:
                expect(page.get_by_text(WAITING)).to_be_visible()
            else:
                expect(refused).to_contain_text(f"({status})")
                expect(page.locator("[data-waiting]")).to_be_hidden()
            in_row = CheckIn.objects.live().filter(ticket__place__seat__row=row)
            assert {check_in.ticket for check_in in in_row} == {other}
            assert len(stored(page)) == 1
            if status != 500:
                refused.get_by_role("button", name="Remove").click()
                expect(refused).to_be_hidden()
            page.unroute_all()


def test_scans_survive_closing_the_page_and_are_sent_by_any_page_of_the_door(
    page, open_door_page, performance, tickets
):
    open_door_page(page, performance)
    other = page.context.new_page()
    scan_offline(page, tickets[0])
    page.wait_for_timeout(1100)
    page.close()
    other.context.set_offline(False)
    other.goto("/door/")
    expect(other.locator("[data-waiting]")).to_be_hidden()
    row = CheckIn.objects.live().get()
    assert row.ticket == tickets[0]
    assert (row.received_at - row.at).total_seconds() >= 1
    assert stored(other) == []


def test_full_storage_is_reported_and_stored_scans_are_kept(
    page, open_door_page, performance, tickets
):
    open_door_page(page, performance)
    page.evaluate(
        "for (let size = 1 << 22, n = 0; size >= 1; n += 1)"
        "  try { localStorage.setItem(`fill${n}`, 'x'.repeat(size)); } catch { size >>= 1; }"
    )
    scan_offline(page, tickets[0])
    expect(page.get_by_text("This device's storage is full. One scan")).to_be_visible()
    assert stored(page) == []
    enter_text(page, code_of(tickets[0]))
    expect(answer(page, "red")).to_contain_text("Already scanned")
    page.context.set_offline(False)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    expect(page.locator("[data-unsaved]")).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == tickets[0]


def test_damaged_storage_is_harmless(page, open_door_page, performance, tickets):
    open_door_page(page, performance)
    broken = {"door-scan:x": "{", "door-scan:y": "null", "door-scan:z": json.dumps([1])}
    for name, text in broken.items():
        page.evaluate("([name, text]) => localStorage.setItem(name, text)", [name, text])
    page.reload()
    scan_offline(page, tickets[0])
    page.context.set_offline(False)
    expect(page.get_by_text(WAITING)).to_be_hidden()
    assert CheckIn.objects.live().get().ticket == tickets[0]


def test_a_picture_taken_offline_does_not_lose_the_page(
    page, open_door_page, performance, tmp_path
):
    open_door_page(page, performance)
    page.get_by_text("Take a photo of the code").click()
    picture = tmp_path / "code.png"
    Image.new("RGB", (40, 40), "white").save(picture)
    page.get_by_label("Photo of the code").set_input_files(picture)
    page.context.set_offline(True)
    page.get_by_role("button", name="Read code").click()
    expect(page.locator("[data-request-error-notice]")).to_be_visible()
    expect(page.get_by_role("heading", name=performance.show.title)).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Read code").click()
    expect(answer(page, "amber")).to_contain_text("No code found")


def test_a_camera_that_cannot_read_offline_says_so(camera_page, open_door_page):
    """Chromium on Linux has no BarcodeDetector, so the server reads codes while it is reachable."""
    ticket = make_ticket()
    page = camera_page("no code of a ticket, so that the page stays as it is " * 3)
    open_door_page(page, ticket.performance)
    assert not page.evaluate("'BarcodeDetector' in window")
    page.route(re.compile("/door/read/"), lambda route: route.abort())
    page.context.set_offline(True)
    page.get_by_role("button", name="Scan with camera").click()
    notice = page.locator("[data-camera-notice]")
    expect(notice).to_contain_text("Not scanning")
    expect(notice).to_contain_text("without a connection")
    expect(page.get_by_text("Ready to scan")).to_be_hidden()
    assert faults_of(page) == []
    page.unroute(re.compile("/door/read/"))
    page.route(re.compile("/door/read/"), lambda route: route.fulfill(json={"text": None}))
    page.context.set_offline(False)
    expect(notice).to_be_hidden()
    expect(page.get_by_text("Ready to scan")).to_be_visible()
    page.unroute(re.compile("/door/read/"))
    end_sessions()
    expect(notice).to_contain_text("you've been logged out")
    page.get_by_role("button", name="Stop camera").click()
    expect(notice).to_be_hidden()


def test_a_detector_that_does_not_work_is_replaced_by_the_server(camera_page, open_door_page):
    ticket = make_ticket()
    page = camera_page(code_of(ticket))
    page.add_init_script(
        "window.BarcodeDetector = class {"
        "  static async getSupportedFormats() { return ['qr_code']; }"
        "  async detect() { throw new DOMException('no service', 'NotSupportedError'); }"
        "};"
    )
    open_door_page(page, ticket.performance)
    page.get_by_role("button", name="Scan with camera").click()
    expect(answer(page, "green")).to_contain_text("row A, seat 1")
