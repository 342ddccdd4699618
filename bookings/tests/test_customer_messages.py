"""Messages to ticket holders: who gets them, when, and that nobody gets two."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.exceptions import InvalidRequest
from bookings.models import Audience, CustomerMessage, LedgerEntry, MessageRecipient, Order
from bookings.staff_operations import customer_messages
from bookings.staff_operations.customer_messages import (
    KIND,
    due_time,
    enqueue_customer_messages,
    send_message,
)
from bookings.staff_operations.message_audience import size_of
from bookings.staff_operations.performance_cancellation import (
    cancel_performance,
    refund_cancelled_performances,
)
from bookings.staff_operations.rescheduling import reschedule
from core.testing.races import race
from emails.models import OutboxEmail
from emails.rendering import render_due_emails
from shows.models import Performance
from shows.tests.factories import make_performance

from .factories import make_hold, make_paid_order, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = {
    "en": {"subject": "Doors for {show}", "text": "Dear {name},\n\nplease come **early**."},
    "de": {"subject": "Einlass {show}", "text": "Bitte kommen Sie früher."},
}


@pytest.fixture
def manager():
    return make_staff(Role.MANAGER)


def order_of(performance, seat, email, **changes):
    order = make_paid_order(hold=make_hold(performance=performance, labels=[seat]), email=email)
    Order.objects.filter(pk=order.pk).update(**changes)
    return order


def send(manager, *performances, key="once", texts=TEXTS, **audience):
    return send_message(
        performances=[one.pk for one in performances],
        texts=texts,
        audience=Audience(**audience),
        by=manager,
        request_key=key,
    )


def messages():
    return OutboxEmail.objects.filter(kind=KIND).order_by("to")


def test_each_address_gets_one_email_in_its_language_and_each_order_a_log_entry(manager):
    performance = make_sale()
    first = order_of(performance, "A1", "alice@example.org")
    order_of(performance, "A2", "alice@example.org")
    order_of(performance, "B1", "bob@example.org", language="de")
    message = send(manager, performance)
    assert not messages().exists()  # Not in the request.
    enqueue_customer_messages()
    assert [(one.to, one.language) for one in messages()] == [
        ("alice@example.org", "en"),
        ("bob@example.org", "de"),
    ]
    entries = LedgerEntry.objects.filter(kind="message")
    assert entries.count() == 3 and entries.filter(order=first.reference).count() == 1
    assert entries.first().actor == f"staff:{manager.pk}"
    OutboxEmail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    render_due_emails()
    english, german = messages()
    assert english.subject == "Doors for Nachtmusik" and german.subject == "Einlass Nachtmusik"
    assert "Dear Alice Archer," in english.text and "<strong>early</strong>" in english.html
    assert english.text.count("/orders/") == 2 and first.key not in english.text + english.html
    message.refresh_from_db()
    assert message.state == "done"


def test_pressing_twice_and_running_twice_sends_once(manager):
    performance = make_sale()
    order_of(performance, "A1", "alice@example.org")
    assert send(manager, performance).pk == send(manager, performance).pk
    enqueue_customer_messages()
    CustomerMessage.objects.update(state="queued")
    enqueue_customer_messages()
    assert messages().count() == 1 and MessageRecipient.objects.count() == 1


@pytest.fixture
def many_orders(monkeypatch):
    monkeypatch.setattr(customer_messages, "BATCH", 2)
    performance = make_sale()
    for number in range(1, 6):
        order_of(performance, f"A{number}", f"guest{number}@example.org")
    return performance


def test_workers_at_once_send_once(manager, many_orders):
    send(manager, many_orders)
    race(enqueue_customer_messages, enqueue_customer_messages, enqueue_customer_messages)
    enqueue_customer_messages()
    assert messages().count() == 5 and LedgerEntry.objects.filter(kind="message").count() == 5


def test_a_worker_that_dies_between_batches_is_continued(manager, many_orders, monkeypatch):
    send(manager, many_orders)
    assert customer_messages._enqueue_batch() == 1
    assert messages().count() == 2

    def die(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(customer_messages, "record_all", die)
        with pytest.raises(KeyboardInterrupt):
            enqueue_customer_messages()
    assert messages().count() == 2 and MessageRecipient.objects.count() == 2
    enqueue_customer_messages()
    assert messages().count() == 5 and LedgerEntry.objects.filter(kind="message").count() == 5


def test_recipients_are_chosen_by_section_category_check_in_and_language(manager):
    performance = make_sale()
    first = order_of(performance, "A1", "alice@example.org")
    order_of(performance, "B1", "bob@example.org", language="de")
    pks = [performance.pk]
    ticket = first.tickets.get()
    LedgerEntry.objects.create(
        kind="check_in",
        performance=performance,
        order=first.reference,
        actor="staff:1",
        detail={"ticket": ticket.pk},
    )
    assert size_of(Audience(), pks).by_language == {"en": 1, "de": 1}
    assert size_of(Audience(checked_in=True), pks).addresses == 1
    assert size_of(Audience(checked_in=False), pks).by_language == {"de": 1}
    assert size_of(Audience(language="en"), pks).orders == 1
    assert size_of(Audience(sections=("Nowhere",)), pks).orders == 0
    assert size_of(Audience(categories=(ticket.category,)), pks).orders >= 1
    assert size_of(Audience(sections=(ticket.place.section.name,)), pks).orders >= 1
    with pytest.raises(InvalidRequest):
        send(manager, performance, sections=("Nowhere",))
    assert not CustomerMessage.objects.exists()


def test_one_email_lists_the_orders_of_all_performances(manager):
    first, second = make_sale(), make_sale()
    order_of(first, "A1", "alice@example.org")
    order_of(second, "A1", "alice@example.org")
    send(manager, first, second)
    enqueue_customer_messages()
    OutboxEmail.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    render_due_emails()
    assert messages().get().text.count("/orders/") == 2


@pytest.mark.parametrize(
    ("now", "starts", "due"),
    [
        ("12:00", "2026-12-20 20:00", "12:00"),  # By day: at once.
        ("23:00", "2026-12-20 20:00", "next 09:00"),  # At night: in the morning.
        ("02:00", "2026-12-01 20:00", None),  # Today: urgent.
        ("23:00", "2026-12-02 10:00", None),  # The morning would be too late.
        ("23:00", "2026-11-20 20:00", "next 09:00"),  # Over: no hurry.
    ],
)
def test_messages_respect_the_night_unless_they_are_urgent(now, starts, due):
    zone = ZoneInfo("Europe/Berlin")
    performance = make_sale()
    performance.venue.time_zone = "Europe/Berlin"
    performance.starts_at = datetime.fromisoformat(starts).replace(tzinfo=zone)
    at = datetime.fromisoformat(f"2026-12-01 {now}").replace(tzinfo=zone)
    found = due_time(performance, None, at)
    if due is None:
        assert found is None
    else:
        day = "2026-12-02" if due.startswith("next") else "2026-12-01"
        wanted = datetime.fromisoformat(f"{day} {due.removeprefix('next ')}").replace(tzinfo=zone)
        assert found == wanted


def test_what_staff_write_with_a_cancellation_is_in_the_email(manager):
    performance = make_sale()
    order_of(performance, "A1", "alice@example.org")
    cancel_performance(
        performance=performance,
        actor="staff:1",
        reason="illness",
        texts={"en": {"subject": "", "text": "The singer is **ill**."}},
    )
    refund_cancelled_performances()
    render_due_emails()
    email = OutboxEmail.objects.get(kind="performance_cancelled")
    assert "The singer is ill." in email.text and "<strong>ill</strong>" in email.html
    assert "illness" not in email.text


def test_what_staff_write_with_a_new_time_is_in_the_email(manager):
    performance = make_sale()
    order_of(performance, "A1", "alice@example.org")
    reschedule(
        performance=performance,
        starts_at=performance.starts_at + timedelta(days=3),
        doors_at=None,
        refund_until=None,
        actor="staff:1",
        reason="illness",
        texts={"de": {"subject": "", "text": "Die Sängerin ist krank."}},
    )
    render_due_emails()
    email = OutboxEmail.objects.get(kind="performance_rescheduled")
    # In the only language that there is.
    assert "Die Sängerin ist krank." in email.text and "Die Sängerin ist krank." in email.html


# --- The page ---------------------------------------------------------------------------------


@pytest.fixture
def browser(manager):
    client = Client()
    client.force_login(manager)
    return client


def compose(browser, button, performance, **data):
    url = f"/admin/bookings/customermessage/add/?performances={performance.pk}"
    fields = {
        "performances": [performance.pk],
        "request_key": "key",
        "subject_en": "News",
        "text_en": "Hello {name}",
        **data,
    }
    return browser.post(url, {button: "", **fields})


def test_a_message_is_previewed_tried_and_sent(browser, manager):
    performance = make_sale()
    order = order_of(performance, "A1", "alice@example.org")
    response = compose(browser, "send", performance)  # Not previewed yet.
    assert response.status_code == 200 and not CustomerMessage.objects.exists()
    page = response.content.decode()
    assert "Send to 1 ticket holder" in page and "Hello Alice Archer" in page
    assert order.key not in page
    shown = response.context["form"]["shown"].value()
    compose(browser, "test", performance, shown=shown)
    test = OutboxEmail.objects.get(kind="message")
    assert test.to == manager.email and test.subject == "Test: News"
    changed = compose(browser, "send", performance, shown=shown, text_en="Other")
    assert changed.status_code == 200 and not CustomerMessage.objects.exists()
    assert compose(browser, "send", performance, shown=shown).status_code == 302
    compose(browser, "send", performance, shown=shown)
    message = CustomerMessage.objects.get()
    assert message.by == manager
    enqueue_customer_messages()
    page = browser.get(f"/admin/bookings/customermessage/{message.pk}/change/").content.decode()
    assert "0 sent, 1 queued, 0 failed, 0 skipped" in page and "News" in page


def test_the_preview_offers_the_categories_of_performances_chosen_on_the_page(browser):
    sections = [seated(), seated(name="Circle", category="Circle", rows=1)]
    performance = make_sale(sections=sections)
    order_of(performance, "A1", "alice@example.org")  # In the circle.
    order_of(performance, "B1", "bob@example.org")
    url = "/admin/bookings/customermessage/add/"
    fields = {"performances": [performance.pk], "request_key": "key"}
    fields |= {"subject_en": "News", "text_en": "At {show}"}
    assert "categories" not in browser.get(url).context["form"].fields
    page = browser.post(url, {"preview": "", **fields})
    assert page.context["size"].addresses == 2
    offered = page.context["form"].fields
    assert [name for name, _label in offered["categories"].choices] == ["Circle", "Regular"]
    assert [name for name, _label in offered["sections"].choices] == ["Circle", "Stalls"]
    page = browser.post(url, {"preview": "", **fields, "categories": ["Circle"]})
    assert page.context["size"].addresses == 1
    shown = page.context["form"]["shown"].value()
    browser.post(url, {"send": "", **fields, "categories": ["Circle"], "shown": shown})
    assert CustomerMessage.objects.get().audience["categories"] == ["Circle"]


def test_faults_are_beside_their_fields_and_nothing_is_lost(browser):
    performance = make_sale()
    response = compose(browser, "preview", performance, text_en="Hi {surname}", subject_de="Nur")
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert errors["text_en"] == ["There is no placeholder {surname} here."]
    assert errors["text_de"] == ["Subject and text belong together."]
    assert "Hi {surname}" in response.content.decode()
    nobody = compose(browser, "preview", performance)
    assert nobody.status_code == 422 and b"No ticket holder matches" in nobody.content
    none = compose(browser, "preview", performance, subject_en="", text_en="")
    assert "text_en" in none.context["form"].errors


def test_messages_to_several_performances_cannot_name_one(browser):
    first, second = make_sale(), make_sale()
    url = f"/admin/bookings/customermessage/add/?performances={first.pk},{second.pk}"
    names = [one.name for one in browser.get(url).context["placeholders"]]
    assert names == ["name"]
    response = browser.post(
        "/admin/shows/performance/",
        {"action": "message_chosen", "_selected_action": [first.pk, second.pk]},
    )
    assert response.status_code == 302 and "performances=" in response["Location"]
    assert browser.get("/admin/bookings/customermessage/add/").status_code == 200
    assert browser.get("/admin/bookings/customermessage/add/?performances=x,9").status_code == 200


def find_performances(browser, term=""):
    """Return the performances that the form's search finds, by their keys."""
    about = {"app_label": "bookings", "model_name": "customermessage", "field_name": "performances"}
    response = browser.get("/admin/autocomplete/", {**about, "term": term})
    return [int(one["id"]) for one in response.json()["results"]]


def starts_in(days):
    performance = make_sale()
    performance.starts_at = timezone.now() + timedelta(days=days)
    performance.save(update_fields=["starts_at"])
    return performance


def test_any_performance_that_was_on_sale_is_found(browser, django_assert_max_num_queries):
    later, soon, over, long_over = (starts_in(days) for days in (90, 2, -3, -400))
    never_on_sale = make_performance(opened=False)
    page = browser.get("/admin/bookings/customermessage/add/").content.decode()
    assert str(soon) not in page and "<option" not in page.split("id_performances")[1][:900]
    with django_assert_max_num_queries(12):
        found = find_performances(browser)
    assert found == [soon.pk, later.pk, over.pk, long_over.pk]
    assert never_on_sale.pk not in found
    day = long_over.starts_at.astimezone(timezone.get_current_timezone())
    title = long_over.show.title.split()[0]
    for term in (f"{day:%Y-%m-%d}", f"{title} {day:%m/%d/%Y}", f"{day:%Y-%m}"):
        assert find_performances(browser, term) == [long_over.pk], term
    assert find_performances(browser, "9999-12-31") == find_performances(browser, "0001-01") == []


def test_performances_are_added_to_those_that_led_here(browser):
    first, second = make_sale(), make_sale()
    order_of(first, "A1", "alice@example.org")
    order_of(second, "A1", "bob@example.org")
    page = compose(browser, "preview", first, performances=[first.pk, second.pk])
    assert page.context["size"].addresses == 2
    assert page.content.decode().count("<option") >= 2


@pytest.mark.parametrize("wrong", ["x", "999999", "9" * 30, ""])
def test_wrong_performances_are_named_beside_the_field(browser, wrong):
    response = compose(browser, "preview", make_sale(), performances=[wrong])
    assert response.status_code == 422
    assert response.context["form"].errors["performances"]


def test_the_list_has_a_fixed_number_of_queries(browser, manager, django_assert_max_num_queries):
    performance = make_sale()
    for number in range(12):
        CustomerMessage.objects.create(request_key=str(number), texts=TEXTS, by=manager)
    assert Performance.objects.filter(pk=performance.pk).exists()
    with django_assert_max_num_queries(14):
        browser.get("/admin/bookings/customermessage/")


@pytest.mark.parametrize("role", [Role.FINANCE, Role.DOOR])
def test_only_managers_and_the_box_office_write(role):
    client = Client()
    client.force_login(make_staff(role))
    url = "/admin/bookings/customermessage/"
    assert client.get(url).status_code in (302, 403)
    assert client.get(f"{url}add/").status_code == 403
