"""The lists of a performance for the door."""

from io import BytesIO

import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import Order
from bookings.tests.factories import make_hold, make_paid_order, make_sale, seated, standing
from core.testing.pdf import has_lines_in, pictures_of
from door.check_ins import check_in
from door.list_pdf import list_pdf
from door.lists import (
    DoorList,
    Table,
    access_list,
    attendance_report,
    name_order,
    names_list,
    no_show_list,
    pick_up_list,
)
from organisation.tests.factories import set_organisation
from shows.questions import clear_cached_questions
from shows.tests.factories import make_question

from .factories import door_client

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    """Return a performance with orders of two people, one of whom is inside."""
    performance = make_sale(sections=[seated(kinds={"D1": "wheelchair", "D2": "companion"})])
    for labels, name in [(["A1", "A2"], "Zoë Abel"), (["D1", "D2"], "Bert Östergaard")]:
        order = make_paid_order(
            hold=make_hold(performance=performance, labels=labels),
            email=f"{labels[0]}@example.org",
        )
        Order.objects.filter(pk=order.pk).update(name=name)
        order.tickets.update(holder=name)
    (first, *_rest) = order.tickets.order_by("place_id")
    door = make_staff(Role.DOOR, "scanner@example.org")
    check_in(performance_id=performance.pk, door="Main", by=door, ticket_id=first.pk)
    return performance


def column(door_list, number=0, table=0):
    return [row[number] for row in door_list.tables[table].rows]


def test_names_are_sorted_by_the_last_word_without_accents():
    names = ["Zoë Abel", "Åsa Zimmer", "Bert Östergaard", "Ann Otto", ""]
    assert sorted(names, key=name_order) == [
        "",
        "Zoë Abel",
        "Bert Östergaard",
        "Ann Otto",
        "Åsa Zimmer",
    ]


def test_the_door_list_has_every_ticket_by_name(performance):
    door_list = names_list(performance)
    assert column(door_list) == ["Zoë Abel"] * 2 + ["Bert Östergaard"] * 2
    assert column(door_list, 1)[0] == "Stalls, row A, seat 1"
    assert column(door_list, 4).count("☐") == 3
    assert door_list.summary == "4 tickets"


def test_the_pick_up_list_has_every_order_by_name(performance):
    rows = pick_up_list(performance).tables[0].rows
    assert [(row[0], row[1]) for row in rows] == [("Zoë Abel", 2), ("Bert Östergaard", 2)]
    assert rows[0][2] == "Stalls, row A, seat 1, 2"


def test_the_pick_up_list_counts_standing_places():
    performance = make_sale(sections=[seated(), standing()])
    make_paid_order(hold=make_hold(performance=performance, labels=[], standing=4))
    [row] = pick_up_list(performance).tables[0].rows
    assert (row[1], row[2]) == (4, "4 × Floor, standing")


def test_the_access_list_has_wheelchair_spaces_and_stated_needs(performance):
    assert column(access_list(performance), 2) == ["wheelchair space", "companion seat"]
    question = make_question("What do you need?", kind="access")
    details = {f"question_{question.pk}": "Step-free, please."}
    Order.objects.filter(name="Zoë Abel").update(details=details)
    clear_cached_questions()
    assert column(access_list(performance), 2)[0] == "Step-free, please."


def test_the_no_show_list_leaves_out_who_is_inside(performance):
    assert column(no_show_list(performance)) == ["Zoë Abel", "Zoë Abel", "Bert Östergaard"]


def test_the_report_counts_who_came(performance):
    report = attendance_report(performance)
    assert report.summary == "1 of 4 admitted (25%)"
    assert [list(row) for row in report.tables[0].rows] == [
        ["Stalls", 4, 1, 3, "25%"],
        ["Total", 4, 1, 3, "25%"],
    ]
    assert sum(column(report, 1, table=3)) == 1


@pytest.mark.parametrize("name", ["names", "pick-up", "access", "no-shows", "attendance"])
def test_each_list_is_shown_printed_and_saved(performance, name):
    browser = door_client()
    page = browser.get(reverse("door:list", args=[performance.pk, name]))
    assert page.status_code == 200 and "example.org" not in page.content.decode()
    pdf = browser.get(reverse("door:list_pdf", args=[performance.pk, name]))
    assert pdf.content.startswith(b"%PDF")
    saved = browser.get(reverse("door:list_csv", args=[performance.pk, name]))
    text = b"".join(saved.streaming_content) if saved.streaming else saved.content
    assert b"example.org" not in text and b"\xe2\x98\x90" not in text


def test_a_long_list_repeats_its_head_on_every_page(performance):

    rows = [(f"Person {number}", "A 1") for number in range(90)]
    pdf = list_pdf(
        DoorList("Door list", "90", [Table(["Name", "Seat"], [1, 1], rows)]), performance
    )
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == 3
    assert all("Name" in page and "Page" in page for page in pages)
    assert "Person 89" in pages[-1]


def test_a_list_has_the_brand_of_its_venue_on_the_first_page(performance, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    venue = performance.venue
    set_organisation(name="Gasworks", accent="#a81306")
    rows = [("Alice Archer",)] * 90
    door_list = DoorList("Door list", "90 tickets", [Table(["Name"], [1], rows)])
    plain = list_pdf(door_list, performance)
    assert "GASWORKS" in pypdfium2.PdfDocument(plain)[0].get_textpage().get_text_range()
    assert has_lines_in(plain, "#a81306") and not pictures_of(plain)
    venue.accent = "#0a5c8a"
    picture = BytesIO()
    Image.new("RGB", (300, 300), "#0a5c8a").save(picture, "PNG")
    venue.logo.save("logo.png", ContentFile(picture.getvalue()))
    branded = list_pdf(door_list, performance)
    assert len(pictures_of(branded)) == 1 and has_lines_in(branded, "#0a5c8a")
    assert not pictures_of(branded, page=1)


def test_unknown_lists_and_other_roles_find_nothing(performance):
    assert door_client().get(reverse("door:list", args=[performance.pk, "x"])).status_code == 404
    finance = door_client(role=Role.FINANCE)
    assert finance.get(reverse("door:lists", args=[performance.pk])).status_code == 404


def test_the_number_of_queries_is_constant(performance):
    counts = []
    for labels in (["B1"], ["B2"], ["B3"]):
        make_paid_order(
            hold=make_hold(performance=performance, labels=labels), email=f"{labels[0]}@x.org"
        )
        with CaptureQueriesContext(connection) as queries:
            for make in (names_list, pick_up_list, access_list, no_show_list, attendance_report):
                make(performance)
        counts.append(len(queries))
    assert counts[1] == counts[2] <= 12
