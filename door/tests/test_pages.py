"""The pages of /door/, as plain forms and as fragments."""

import io
from datetime import timedelta

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.documents.ticket_codes import code_of
from bookings.models import Order, Ticket
from bookings.tests.factories import make_sale, seated, standing
from door.attendance import attendance_now
from door.models import CheckIn
from shows.models import Concession

from .factories import HTMX, door_client, make_ticket

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dora():
    return door_client()


def address(performance, page=""):
    return f"/door/{getattr(performance, 'pk', performance)}/{page}"


def check(client, sold, performance=None, **fields):
    fields = fields or {"text": code_of(sold)}
    url = address(performance or sold.performance_id, "check/")
    return client.post(url, fields)


def picture_of(text, kind="PNG"):
    file = io.BytesIO()
    segno.make(text, error="m").save(file, kind="png", scale=6)
    if kind != "PNG":
        picture = Image.open(file).convert("RGB").rotate(7, expand=True, fillcolor="white")
        file = io.BytesIO()
        picture.save(file, kind, quality=70)
    return SimpleUploadedFile("code", file.getvalue())


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("get", "/door/"),
        ("get", "/door/1/"),
        ("get", "/door/1/count/"),
        ("post", "/door/1/check/"),
        ("post", "/door/1/undo/"),
        ("post", "/door/1/name/"),
        ("post", "/door/read/"),
    ],
)
def test_it_needs_the_permission_to_check_in(method, page):
    anonymous = getattr(Client(), method)(page)
    assert anonymous.status_code == 302 and "/accounts/login/" in anonymous["Location"]
    stranger = Client()
    stranger.force_login(make_user())
    assert getattr(stranger, method)(page).status_code == 404
    finance = door_client(Role.FINANCE)
    assert getattr(finance, method)(page).status_code == 404


@pytest.mark.parametrize("role", [Role.DOOR, Role.BOX_OFFICE, Role.MANAGER])
def test_it_lists_current_performances_for_each_role(role):
    performance = make_sale()
    text = door_client(role).get("/door/").content.decode()
    assert address(performance) in text and performance.show.title in text


@pytest.mark.parametrize("page", ["check/", "undo/", "name/"])
def test_changes_need_post(dora, page):
    assert dora.get(address(make_sale(), page)).status_code == 405


def test_a_scan_is_answered_as_a_page_and_as_a_fragment(dora):
    first, second = make_ticket(), make_ticket()
    page = check(dora, first).content.decode()
    assert "<html" in page and 'data-answer="green"' in page and first.label in page
    answer = dora.post(
        address(second.performance_id, "check/"), {"text": code_of(second)}, **HTMX
    ).content.decode()
    assert "<html" not in answer and 'data-answer="green"' in answer
    assert CheckIn.objects.live().count() == 2


def test_a_ticket_already_checked_in_is_amber_with_time_and_door(dora):
    ticket = make_ticket()
    dora.post(address(ticket.performance_id, "name/"), {"door": "North door"})
    check(dora, ticket)
    text = check(dora, ticket).content.decode()
    assert 'data-answer="amber"' in text and "Already checked in" in text and "North door" in text


def test_cancelled_and_unknown_tickets_are_red(dora):
    ticket = make_ticket()
    cancel_tickets(order=ticket.order, actor="staff:1", by_staff=True)
    text = check(dora, ticket).content.decode()
    assert 'data-answer="red"' in text and "Cancelled" in text
    text = check(dora, ticket, text="nobody at all").content.decode()
    assert 'data-answer="red"' in text and "Unknown" in text


def make_ticket_with(concession, **values):
    """Return a ticket with a concession of its performance."""
    from shows.terms import clear_cached_terms

    ticket = make_ticket()
    Concession.objects.create(performance_id=ticket.performance_id, name=concession, **values)
    type(ticket).objects.update(concession=concession)
    clear_cached_terms()
    return ticket


def test_it_asks_for_the_proof_of_a_concession(dora):
    ticket = make_ticket_with("Student", percent_off=50, proof="student card")
    assert "student card" in check(dora, ticket).content.decode()


def test_a_concession_without_proof_is_only_named(dora):
    ticket = make_ticket_with("Group", percent_off=15, proof="")
    text = check(dora, ticket).content.decode()
    assert "Group" in text and "door-proof" not in text


def test_a_free_ticket_needs_no_proof(dora):
    ticket = make_ticket()
    type(ticket).objects.update(concession="Complimentary")
    assert "door-proof" not in check(dora, ticket).content.decode()


@pytest.mark.parametrize("words", ["reference", "alice arch", "row A, seat 2", "ALICE@example.org"])
def test_it_finds_tickets_by_reference_name_email_and_seat(dora, words):
    ticket = make_ticket(labels=["A1", "A2"])
    if words == "reference":
        words = ticket.order.reference.lower()
    text = check(dora, ticket, text=words).content.decode()
    assert "Check in" in text and "row A, seat 2" in text
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("name", "enter_text"),
    [
        ("Anna Weißkopf", "WEISSKOPF"),
        ("Jeanne D’Arcy", "d'arcy"),
        ("Erdal İnönü", "inonu"),
        ("Zoë Klein", "zoe klein"),
        ("Rory O'Neill", "neill"),
        ("久石譲", "石譲"),
    ],
)
def test_it_finds_names_as_they_are_typed(dora, name, enter_text):
    ticket = make_ticket()
    Order.objects.update(name=name)
    assert "Check in" in check(dora, ticket, text=enter_text).content.decode()
    Order.objects.update(name="Somebody")
    Ticket.objects.update(holder=name)
    assert "Check in" in check(dora, ticket, text=enter_text).content.decode()


def test_it_checks_in_a_ticket_from_the_search_results(dora):
    ticket = make_ticket()
    text = check(dora, ticket, ticket=ticket.pk).content.decode()
    assert 'data-answer="green"' in text
    found = check(dora, ticket, text="alice").content.decode()
    assert "Checked in" in found
    assert f'name="check_in" value="{CheckIn.objects.get().pk}"' in found  # To be undone.


def test_an_empty_scan_gets_a_message(dora):
    text = check(dora, make_ticket(), text=" ").content.decode()
    assert 'data-answer="amber"' in text and "No input" in text


def test_it_recognises_a_reference_of_another_performance(dora):
    ticket, tonight = make_ticket(), make_sale()
    text = check(dora, ticket, tonight, text=ticket.order.reference).content.decode()
    assert "Another performance" in text and ticket.performance.show.title in text
    text = check(dora, ticket, tonight, ticket=ticket.pk).content.decode()
    assert "Another performance" in text and not CheckIn.objects.exists()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_it_reads_a_picture(dora, kind):
    ticket = make_ticket()
    text = check(dora, ticket, picture=picture_of(code_of(ticket), kind)).content.decode()
    assert 'data-answer="green"' in text


@pytest.mark.parametrize("content", [b"no picture", b"", b"GIF89a" + b"\0" * 50])
def test_it_reads_nothing_from_a_file_without_a_code(dora, content):
    picture = SimpleUploadedFile("code.jpg", content)
    text = check(dora, None, make_sale(), picture=picture).content.decode()
    assert 'data-answer="amber"' in text
    assert not CheckIn.objects.exists()


def test_it_reads_camera_frames(dora):
    read = dora.post("/door/read/", {"picture": picture_of("HELLO", "JPEG")})
    assert read.json() == {"text": "HELLO"}
    blank = io.BytesIO()
    Image.new("L", (300, 300), 200).save(blank, "JPEG")
    read = dora.post("/door/read/", {"picture": SimpleUploadedFile("frame", blank.getvalue())})
    assert read.json() == {"text": None}
    assert dora.post("/door/read/").json() == {"text": None}


def test_it_undoes(dora):
    ticket = make_ticket()
    check(dora, ticket)
    row = CheckIn.objects.get()
    url = address(ticket.performance_id, "undo/")
    assert "Undone" in dora.post(url, {"check_in": row.pk}).content.decode()
    assert not CheckIn.objects.live().exists()
    assert "already" in dora.post(url, {"check_in": row.pk}, **HTMX).content.decode()
    other = address(make_sale(), "undo/")
    assert dora.post(other, {"check_in": row.pk}).status_code == 404
    assert dora.post(url, {"check_in": "x"}).status_code == 404


def test_it_counts_by_section(dora):
    performance = make_sale(
        sections=[seated(), standing(name="Floor", category="Regular", capacity=20)]
    )
    first = make_ticket(performance, labels=["A1", "A2"])
    make_ticket(performance, labels=["B1"])
    check(dora, first)
    row = CheckIn.objects.get()
    dora.post(address(performance, "undo/"), {"check_in": row.pk})
    check(dora, first)
    count = attendance_now(performance.pk)
    assert (count.checked_in, count.sold) == (1, 3)
    assert [(s.name, s.checked_in, s.sold) for s in count.sections] == [("Stalls", 1, 3)]
    text = dora.get(address(performance, "count/")).content.decode()
    assert "<html" not in text and "of 3" in text


@pytest.mark.usefixtures("keep_caches")
def test_counting_makes_a_constant_number_of_queries(dora):
    performance = make_sale()
    tickets = [make_ticket(performance, labels=[f"A{n}"]) for n in (1, 3, 5)]
    check(dora, tickets[0])

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            attendance_now(performance.pk)
            dora.get(address(performance, "count/"))
        return len(captured)

    before = queries()
    for ticket in tickets[1:]:
        check(dora, ticket)
    assert queries() <= before


@pytest.mark.parametrize(
    ("name", "words"), [("", "This field is required."), ("x" * 41, "at most 40 characters")]
)
def test_an_invalid_door_name_is_rejected_at_its_field(dora, name, words):
    performance = make_sale()
    refused = dora.post(address(performance, "name/"), {"door": name})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert words in page.split('id="door-error"')[1].split("</p>")[0]
    assert f'name="door" value="{name}"' in page and '<details class="door-more" open>' in page
    assert "Main door" in dora.get(address(performance)).content.decode()


def test_a_performance_not_on_sale_has_no_page(dora):
    from shows.tests.factories import make_performance

    assert dora.get(address(make_performance(opened=False))).status_code == 404


@pytest.mark.parametrize("days", [-1, 1, 7])
def test_a_ticket_scanned_on_another_date_warns(dora, days):
    performance = make_sale()
    ticket = make_ticket(performance)
    starts = timezone.now() + timedelta(days=days)
    type(performance).objects.filter(pk=performance.pk).update(starts_at=starts)
    page = dora.get(address(performance)).content.decode()
    assert "This performance isn't today. It's on" in page
    text = check(dora, ticket).content.decode()
    assert 'data-answer="amber"' in text and "Wrong date" in text and "Undo" in text
    local = starts.astimezone(performance.venue.zone)
    assert f"{local.day} {local:%b %Y, %H:%M}. It was checked in" in text
    assert CheckIn.objects.live().count() == 1


def test_a_ticket_scanned_on_its_date_does_not(dora):
    ticket = make_ticket()
    assert "isn't today" not in dora.get(address(ticket.performance_id)).content.decode()
    assert "Wrong date" not in check(dora, ticket).content.decode()


@pytest.mark.parametrize("words", ["alice@exam", "alice@", "example.org"])
def test_addresses_cannot_be_guessed_at_the_door(dora, words):
    ticket = make_ticket()
    assert "Alice Archer" not in check(dora, ticket, text=words).content.decode()


@pytest.mark.parametrize("role", [Role.DOOR, Role.BOX_OFFICE])
def test_past_performances_need_the_permission_to_view_orders(role):
    ticket = make_ticket()
    performance = ticket.performance
    browser = door_client(role)
    for days, is_open in ((1, True), (6, True), (8, role == Role.BOX_OFFICE)):
        performance.starts_at = timezone.now() - timedelta(days=days)
        performance.save(update_fields=["starts_at"])
        for page in ("", "count/"):
            response = browser.get(f"/door/{performance.pk}/{page}")
            assert response.status_code == (200 if is_open else 404), (days, page)
        found = browser.post(f"/door/{performance.pk}/check/", {"text": "alice"})
        assert ("Alice Archer" in found.content.decode()) == is_open
