"""A theatre of 900 seats: drawn, published, exported, imported elsewhere and sold from."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.models import Ticket
from bookings.staff_operations.put_on_sale import put_on_sale
from bookings.tests.factories import seats_of
from bookings.tests.plan_editor import EditorPage, logged_in
from shows.tests.factories import make_performance
from venues.edited_plans import start_draft
from venues.models import SeatingPlan
from venues.plan_format import read_plan, strict_faults
from venues.plans import draft_of
from venues.tests.factories import make_venue

pytestmark = pytest.mark.django_db(transaction=True)

MOST_ACTIONS = 130
WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def editor(browser_context, live_server):
    context = browser_context(base_url=live_server.url, viewport=WIDE, accept_downloads=True)
    draft = start_draft(venue=make_venue(), name="Theatre")
    editor = EditorPage(logged_in(context, live_server), draft)
    yield editor.open()
    assert not editor.errors


def draw(editor):
    """Draw curved stalls, a circle, four boxes on two sides, a stage; paint and mark seats."""
    page = editor.page
    page.get_by_text("Stage and labels").click()
    editor.click("stage")
    curved = {"kind": "rows", "shape": "curved", "aisles": 2}
    stalls = {"rows": 20, "seats": 27, "numbered": "odd-even", "spaces": 2}
    editor.add_section(**curved, **stalls, name="Stalls", radius=520, y=220)
    circle = {"rows": 8, "seats": 43, "spaces": 0, "after": "X"}
    editor.add_section(**curved, **circle, name="Circle", radius=1180, y=900)
    boxes = {"kind": "boxes", "boxes": 2, "box_seats": 4, "category": "Boxes", "y": 500}
    editor.add_section(**boxes, name="Boxes left", x=100, angle=-90)
    editor.add_section(**boxes, name="Boxes right", x=1100, angle=90, first_box=3)
    paint_front_rows(editor)
    restrict_view(editor)
    editor.save()


def paint_front_rows(editor):
    page = editor.page
    page.get_by_text("Price categories", exact=True).click()
    page.locator("[data-new-category] input").fill("Premium")
    page.locator("[data-new-category] button").click()
    editor.canvas.focus()
    editor.press("Escape")
    for row in "ABCDE":
        x, y = editor.center_of(editor.id_of(f"{row}1"))
        page.keyboard.down("Shift")
        page.mouse.dblclick(x, y)
        page.keyboard.up("Shift")
    editor.actions += 8
    page.locator("[data-paint]").select_option("Premium")
    editor.click("paint")
    editor.press("Escape")


def restrict_view(editor):
    x, y = editor.center_of(editor.id_of("Y1"))
    editor.page.mouse.click(x, y)
    editor.press("v")
    editor.actions += 1


def test_a_theatre_is_drawn_and_sold_from(editor, page):
    editor.page.locator("[data-canvas]").focus()
    draw(editor)
    expect(editor.page.locator("[data-faults] .is-fault")).to_have_count(0)
    assert editor.run("editor.capacity") == 900
    assert editor.actions < MOST_ACTIONS

    editor.page.get_by_role("link", name="Publish").click()
    expect(editor.page.get_by_text("Capacity: 900").first).to_be_visible()
    editor.page.get_by_role("button", name="Publish version 1").click()
    plan = SeatingPlan.objects.get()
    with editor.page.expect_download() as download:
        editor.page.get_by_role("link", name="Download JSON").click()
    content = download.value.path().read_bytes()

    assert not strict_faults(json.loads(content))
    read = read_plan(content)
    assert not read.warnings
    assert read.draft == draft_of(plan)
    check_kinds_and_categories(read.draft)
    sell_from(import_elsewhere(content))


def check_kinds_and_categories(draft):
    kinds = {seat.kind for seat in draft.seats}
    assert kinds == {"ordinary", "wheelchair", "companion", "restricted"}
    assert [category["name"] for category in draft.categories] == [
        "Stalls",
        "Circle",
        "Boxes",
        "Premium",
    ]
    assert sum(seat.category == "Premium" for seat in draft.seats) == 5 * 27


def import_elsewhere(content):
    """Import the file at another venue, on the admin's page; return the plan."""
    manager, venue = Client(), make_venue()
    manager.force_login(get_user_model().objects.get())
    url = reverse("admin:venues_seatingplan_import_plan")
    file = SimpleUploadedFile("theatre.json", content, content_type="application/json")
    preview = manager.post(url, {"venue": venue.pk, "file": file})
    manager.post(url, preview.context["keep_form"].initial | {"venue": venue.pk})
    return venue.plans.get()


def sell_from(plan):
    """Put the plan on sale and sell seats of each kind at the counter, on the admin's pages."""
    performance = make_performance(plan=plan, opened=False)
    put_on_sale(performance=performance, actor="test")
    assert performance.places.count() == 900
    space = plan.seats.filter(kind="wheelchair").first()
    seats = [*seats_of(performance, "A1", "A2", "Y1"), space.pk, space.companions.get().pk]
    places = performance.places.filter(seat__in=seats).values_list("pk", flat=True)
    clerk = Client()
    clerk.force_login(make_staff(Role.BOX_OFFICE))
    url = reverse("admin:shows_performance_sale", args=[performance.pk])
    key = clerk.get(url).context["form"].initial["key"]
    held = clerk.post(url, {"key": key, "_selected_action": list(places)})
    quote = clerk.get(held.url).context["quote"].token
    sale = {"action": "sell", "method": "terminal", "language": "en", "quote": quote}
    clerk.post(held.url, sale)
    tickets = Ticket.objects.valid()
    assert set(tickets.values_list("place__seat", flat=True)) == set(seats)
    assert set(tickets.values_list("category", flat=True)) == {"Premium", "Stalls", "Circle"}
    assert not audit()
