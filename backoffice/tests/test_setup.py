"""The set-up assistant: states from the data, forms with errors, roles, operations."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.http import urlencode

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from backoffice.emails import TEST, send_test_email
from backoffice.setup.state import read_setup
from backoffice.setup.steps import STEPS, first_to_do
from bookings.models import LedgerEntry
from emails.models import OutboxEmail
from organisation.models import Organisation
from shows.models import Performance, Show
from shows.tests.factories import make_plan, make_venue, seated
from venues.models import EditedPlan, SeatingPlan, Venue
from venues.plan_format import plan_document, write_plan
from venues.simple_plans import SectionSpec, simple_plan

pytestmark = pytest.mark.django_db

DAY = timezone.now() + timedelta(days=40)
ORGANISATION = {
    "name": "Old Mill",
    "email": "hello@example.org",
    "language": "en",
    "time_zone": "Europe/Berlin",
    "currency": "EUR",
}
VENUE = {
    "name": "Old Mill",
    "address": "Mill Lane 1",
    "city": "Leipzig",
    "country": "DE",
    "time_zone": "Europe/Berlin",
    "slug": "",
}
SEATED = {"kind": "seated", "seated-name": "Main hall", "seated-rows": 2, "seated-seats": 5}
PERFORMANCE = {
    "starts_at_0": f"{DAY:%Y-%m-%d}",
    "starts_at_1": "20:00",
    "on_sale_from_0": "2026-01-01",
    "on_sale_from_1": "10:00",
    "customer_limit": 8,
    "price_0": "45.00",
}
DATA = {
    "organisation": ORGANISATION,
    "venue": VENUE,
    "plan": SEATED,
    "show": {"title": "First Night", "slug": ""},
    "performance": PERFORMANCE,
}


@pytest.fixture
def manager(client):
    client.force_login(make_staff(Role.MANAGER))
    return client


def page_of(name):
    return f"/admin/setup/{name}/"


def fill(client, *names):
    """Send the forms of these steps."""
    for name in names:
        answer = client.post(page_of(name), DATA[name])
        assert answer.status_code == 302, (name, answer.context["forms"])
    return answer


def done():
    setup = read_setup()
    return [step.name for step in STEPS if step.is_done(setup)]


def test_its_state_follows_from_the_data(manager, settings):
    settings.PAYMENT_PROVIDER = "none"
    assert done() == []
    for name in DATA:
        assert manager.get("/admin/setup/")["Location"] == page_of(name)
        fill(manager, name)
    assert done() == list(DATA)
    Performance.objects.get().price_categories.all().delete()
    assert first_to_do(read_setup()).name == "performance"


def test_each_step_leads_to_the_next_one(manager):
    for step, following in zip(STEPS[:5], STEPS[1:6], strict=True):
        assert fill(manager, step.name)["Location"] == page_of(following.name)


def test_it_puts_on_sale_by_the_operation_and_publishes_the_show(manager):
    fill(manager, *DATA)
    assert not Show.objects.get().is_published
    answer = manager.post(page_of("sale"))
    assert answer.status_code == 302
    performance = Performance.objects.get()
    assert performance.status == "published" and performance.places_total == 10
    assert Show.objects.get().is_published
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.OPEN).count() == 1
    assert manager.get(performance.get_absolute_url()).status_code == 200
    assert "Tickets are on sale." in manager.get(page_of("sale")).content.decode()
    manager.post(page_of("sale"))
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.OPEN).count() == 1


def test_the_sender_is_the_contact_unless_another_is_entered(manager):
    fill(manager, "organisation")
    assert Organisation.objects.get().sender_address == "hello@example.org"
    data = ORGANISATION | {"sender_address": "tickets@example.org"}
    manager.post(page_of("organisation"), data)
    assert Organisation.objects.get().sender_address == "tickets@example.org"


def test_a_step_keeps_the_settings_that_it_does_not_show(manager):
    Organisation.objects.update_or_create(pk=1, defaults={"hold_minutes": 17, "phone": "0341 1"})
    fill(manager, "organisation")
    organisation = Organisation.objects.get()
    assert (organisation.hold_minutes, organisation.phone) == (17, "0341 1")


def test_times_are_those_of_the_venue_and_prices_include_everything(manager):
    fill(manager, *DATA)
    performance = Performance.objects.get()
    assert f"{performance.starts_at.astimezone(performance.venue.zone):%H:%M}" == "20:00"
    price = performance.price_categories.get()
    assert (price.name, price.price, price.fee) == ("Stalls", Decimal("45.00"), 0)
    assert 'value="20:00"' in manager.get(page_of("performance")).content.decode()


def test_a_draft_is_changed_not_doubled(manager):
    fill(manager, *DATA)
    fill(manager, "venue", "show", "performance")
    changes = {"price_0": "50.00", "starts_at_1": "19:30"}
    assert manager.post(page_of("performance"), PERFORMANCE | changes).status_code == 302
    performance = Performance.objects.get()
    assert performance.price_categories.get().price == Decimal("50.00")
    assert Venue.objects.count() == Show.objects.count() == 1


def test_another_plan_is_a_new_version_and_the_draft_uses_it(manager):
    fill(manager, *DATA)
    manager.post(
        page_of("plan"),
        {"kind": "standing", "standing-name": "Main hall", "standing-standing": 300},
    )
    assert list(SeatingPlan.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]
    performance = Performance.objects.get()
    assert performance.plan.version == 2
    assert not performance.price_categories.exists(), "The category is gone with the seats."
    assert first_to_do(read_setup()).name == "performance"


def test_the_plan_is_one_of_the_venue(manager):
    fill(manager, "venue", "plan", "show")
    hall = make_venue(name="Second hall")
    assert read_setup().venue == hall and read_setup().plan is None
    assert "Seating plan" in manager.get(page_of("performance")).content.decode()
    assert manager.post(page_of("performance"), PERFORMANCE).status_code == 422
    fill(manager, "plan", "performance")
    assert Performance.objects.get().plan.venue == hall


def test_a_draft_in_the_plan_of_another_venue_gets_one_of_its_own(manager):
    fill(manager, *DATA)
    plan = make_plan(sections=[seated(category="Balcony")])
    Performance.objects.update(plan=plan)
    assert first_to_do(read_setup()).name == "performance"
    assert manager.post(page_of("sale")).status_code == 422
    fill(manager, "performance")
    performance = Performance.objects.get()
    assert performance.plan.venue == performance.venue
    assert [price.name for price in performance.price_categories.all()] == ["Stalls"]


def test_a_drawn_plan_leads_back_to_the_assistant_and_can_be_used(manager):
    fill(manager, *DATA)
    draw = manager.get(page_of("plan")).context["facts"]["draw_url"]
    assert draw in manager.get(page_of("plan")).content.decode().replace("&amp;", "&")
    venue = Venue.objects.get()
    started = manager.post(draw, {"venue": venue.pk, "name": "Drawn"})
    drawing = EditedPlan.objects.get()
    assert "Continue drawing “Drawn”" in manager.get(page_of("plan")).content.decode()
    document = plan_document(simple_plan("Drawn", [SectionSpec(name="Boxes", rows=1, seats=3)]))
    EditedPlan.objects.filter(pk=drawing.pk).update(document=document)
    publish = started["Location"].replace("change", "publish")
    answer = manager.post(publish, {"revision": drawing.revision})
    assert answer["Location"] == page_of("plan")
    drawn = SeatingPlan.objects.get(name="Drawn")
    assert read_setup().plan != drawn
    answer = manager.post(page_of("plan"), {"kind": "existing", "existing-plan": drawn.pk})
    assert answer.status_code == 302
    assert read_setup().plan == drawn and first_to_do(read_setup()).name == "performance"
    other = make_plan()
    answer = manager.post(page_of("plan"), {"kind": "existing", "existing-plan": other.pk})
    assert answer.status_code == 422, "It is another venue's."


def test_a_generated_plan_leads_back_to_the_assistant_but_never_elsewhere(manager):
    fill(manager, "venue")
    url = manager.get(page_of("plan")).context["facts"]["generate_url"]
    sections = {
        "sections-TOTAL_FORMS": "1",
        "sections-INITIAL_FORMS": "0",
        "sections-0-name": "Floor",
        "sections-0-standing": "90",
        "sections-0-category": "Standing",
        "sections-0-numbered": "left",
    }
    data = sections | {"venue": Venue.objects.get().pk, "name": "Generated", "keep": "yes"}
    assert manager.post(url, data)["Location"] == page_of("plan")
    foreign = url.replace(urlencode({"next": page_of("plan")}), "next=https://evil.example/")
    assert "evil" not in manager.post(foreign, data)["Location"]


def test_a_plan_is_imported_from_a_file(manager):
    fill(manager, "venue")
    draft = simple_plan("Hall", [SectionSpec(name="Circle", rows=2, seats=4)])
    file = SimpleUploadedFile("plan.json", json.dumps(json.loads(write_plan(draft))).encode())
    answer = manager.post(page_of("plan"), {"kind": "file", "file-file": file})
    assert answer.status_code == 302
    assert SeatingPlan.objects.get().sections.get().name == "Circle"


def test_once_open_it_changes_nothing_any_more(manager):
    fill(manager, *DATA)
    manager.post(page_of("sale"))
    for name in ("venue", "plan", "show", "performance"):
        manager.post(page_of(name), DATA[name] | {"name": "Other", "title": "Other"})
        page = manager.get(page_of(name)).content.decode()
        assert "setup-button" not in page
    assert Venue.objects.get().name == "Old Mill" and Show.objects.get().title == "First Night"
    assert SeatingPlan.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "changes", "error"),
    [
        ("organisation", {"email": ""}, "This field is required."),
        ("organisation", {"currency": "XXQ"}, "is not a currency code"),
        ("organisation", {"time_zone": "Mars"}, "Select a valid choice"),
        ("venue", {"country": "Germany"}, "country"),
        ("venue", {"name": ""}, "This field is required."),
        ("plan", {"seated-rows": 0}, "greater than or equal to 1"),
        ("plan", {"seated-rows": 5000}, "the number of rows must be from 1 to 100"),
        ("plan", {"kind": "file"}, "This field is required."),
        ("show", {"title": ""}, "This field is required."),
        ("performance", {"starts_at_0": "soon"}, "Enter a valid date."),
        ("performance", {"starts_at_0": "2001-01-01"}, "Choose a date in the future."),
        ("performance", {"price_0": "45.005"}, "have at most 2 decimals"),
        ("performance", {"price_0": "-1"}, "greater than or equal to 0"),
        ("performance", {"price_0": ""}, "This field is required."),
        ("performance", {"price_0": "1e30"}, "less than or equal to"),
        ("performance", {"on_sale_from_0": "2099-01-01"}, "begin before the performance"),
    ],
)
def test_errors_stand_beside_the_field_and_nothing_is_lost(manager, name, changes, error):
    names = list(DATA)
    fill(manager, *names[: names.index(name)]) if name != "organisation" else None
    answer = manager.post(page_of(name), DATA[name] | changes)
    page = answer.content.decode()
    assert answer.status_code == 422 and error in page
    kept = next(value for key, value in DATA[name].items() if key not in {*changes, "kind"})
    assert str(kept) in page
    assert name not in done()


def test_steps_say_what_they_need(manager):
    page = manager.get(page_of("performance")).content.decode()
    assert "This step needs another one first" in page and "Seating plan" in page
    assert manager.post(page_of("performance"), PERFORMANCE).status_code == 422
    assert manager.post(page_of("sale")).status_code == 422
    assert not Performance.objects.exists()
    assert manager.get(page_of("nothing")).status_code == 404
    assert manager.post(page_of("plan"), {"kind": "nothing"}).status_code == 422


def test_what_it_saves_is_in_the_staff_activity(manager):
    fill(manager, *DATA)
    manager.post(page_of("sale"))
    kinds = {entry.content_type.model for entry in LogEntry.objects.all()}
    assert kinds == {"organisation", "venue", "seatingplan", "show", "performance"}


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_other_roles_do_not_see_it(client, role):
    client.force_login(make_staff(role))
    for path in ("/admin/setup/", page_of("venue")):
        assert client.get(path).status_code == 403
        assert client.post(path, VENUE).status_code in (403, 405)
    assert "Set-up assistant" not in client.get("/admin/").content.decode()
    assert not Venue.objects.exists()


def test_visitors_are_asked_to_log_in(client):
    assert "/login/" in client.get("/admin/setup/")["Location"]


def test_the_sidebar_leads_to_it(manager):
    page = manager.get("/admin/").content.decode()
    assert 'href="/admin/setup/"' in page and "Set-up assistant" in page


@pytest.mark.parametrize(
    ("provider", "keys", "text"),
    [
        ("none", {}, "No payment provider is set up"),
        ("demo", {}, "demo bank"),
        ("stripe", {}, "its keys are missing"),
        ("stripe", {"secret_key": "sk_test_1", "webhook_secrets": [], "api_base": ""}, "are set"),
    ],
)
def test_the_payment_step_says_what_the_environment_says(manager, settings, provider, keys, text):
    settings.PAYMENT_PROVIDER = provider
    settings.PAYMENT_KEYS = {provider: keys} if keys else {}
    page = manager.get(page_of("payment")).content.decode()
    assert text in page and "sk_test_1" not in page
    assert ("payment" in done()) == (text in ("demo bank", "are set"))


def test_a_test_email_is_sent_to_oneself(manager, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert manager.post(page_of("mail"))["Location"] == page_of("mail")
    email = OutboxEmail.objects.get(kind=TEST)
    assert email.to == "manager@example.com"
    assert "is waiting to be sent" in manager.get(page_of("mail")).content.decode()
    assert "mail" not in done()
    OutboxEmail.objects.filter(pk=email.pk).update(state="sent", sent_at=timezone.now())
    assert "Check that it arrived" in manager.get(page_of("mail")).content.decode()
    assert "mail" in done()
    settings.EMAIL_URL = ""
    assert "mail" not in done()


def test_a_failed_test_email_shows_the_reason(manager, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    send_test_email(user=make_user("boss@example.org"))
    OutboxEmail.objects.update(state="failed", error="550 No such mailbox")
    page = manager.get(page_of("mail")).content.decode()
    assert "could not be sent" in page and "550 No such mailbox" in page


def test_reading_the_state_has_a_fixed_number_of_queries(manager, django_assert_max_num_queries):
    fill(manager, *DATA)
    for number in range(3):
        Show.objects.create(title=f"Show {number}", slug=f"show-{number}")
    with django_assert_max_num_queries(7):
        read_setup()
