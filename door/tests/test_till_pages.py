"""The pages of the till: open it, pay out, count, close; and the takings in the admin."""

from datetime import timedelta

import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.ledger.audit import audit
from bookings.tests.factories import make_sale
from finance.models import TillEntry, TillSession
from finance.till.sessions import close_till
from finance.till.summary import takings_between
from payments.refunds import record_manual_refund

from .factories import opened, refund_of, sell

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return make_sale()


@pytest.fixture
def door(alice):
    client = Client()
    client.force_login(alice)
    return client


def test_a_night_at_the_till(door, performance, alice):
    page = door.get("/till/").content.decode()
    assert "Open till" in page
    answer = door.post(
        "/till/", {"till": "Main door", "currency": "eur", "opening_float": "100.00"}
    )
    assert answer["Location"] == "/till/"
    order = sell(performance, alice)
    refund = refund_of(sell(performance, alice, key="k2"))
    page = door.get("/till/").content.decode()
    assert refund.payment.purpose in page and order.reference not in page
    url = f"/till/refunds/{refund.pk}/"
    assert "Pay out €90?" in door.get(url).content.decode()
    for _ in range(2):
        assert door.post(url)["Location"] == "/till/"
    answer = door.post("/till/cash/", {"direction": "out", "amount": "50", "reason": "To the safe"})
    assert answer["Location"] == "/till/"
    count = {"n100": "1", "n20": "1", "n10": "2"}
    page = door.post("/till/count/", count)
    assert "Counted: €140" in page.content.decode() and "No difference" in page.content.decode()
    answer = door.post("/till/count/", count | {"confirmed": "140/140.00"})
    page = door.get(answer["Location"]).content.decode()
    assert "Cash expected" in page and "To the safe" in page and "€140" in page
    pdf = door.get(answer["Location"] + "cash-up.pdf")
    text = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_range()
    assert "Main door" in text and "1 × €100" in text and "Difference" in text
    assert audit() == []


def test_a_difference_needs_a_note(door, alice):
    opened(alice)
    page = door.post("/till/count/", {"n50": "1"}).content.decode()
    assert "Difference: -€50" in page
    confirmed = {"n50": "1", "confirmed": "50/100.00"}
    answer = door.post("/till/count/", confirmed)
    assert answer.status_code == 422 and "Explain the difference" in answer.content.decode()
    assert door.post("/till/count/", confirmed | {"note": "Robbed"}).status_code == 302
    assert TillSession.objects.get().note == "Robbed"


def test_what_is_confirmed_is_what_was_shown(door, performance, alice):
    """A sale between the two steps shows the new sum instead of closing with the old one."""
    opened(alice)
    count = {"n100": "1", "confirmed": "100/100.00"}
    sell(performance, alice)
    page = door.post("/till/count/", count)
    assert page.status_code == 200 and "Difference: -€90" in page.content.decode()
    assert TillSession.objects.get().is_open


@pytest.mark.parametrize(
    ("url", "data"),
    [
        ("/till/cash/", {"direction": "out", "amount": "0", "reason": "x"}),
        ("/till/cash/", {"direction": "out", "amount": "9999", "reason": "x"}),
        ("/till/cash/", {"direction": "out", "amount": "5", "reason": ""}),
        ("/till/cash/", {"direction": "sideways", "amount": "5", "reason": "x"}),
        ("/till/count/", {"n50": "-1"}),
        ("/till/count/", {"n50": "many"}),
        ("/till/count/", {"n50": "99999"}),
    ],
)
def test_bad_input_is_refused_at_its_field(door, alice, url, data):
    opened(alice)
    answer = door.post(url, data)
    assert answer.status_code == 422 and "invalid-feedback" in answer.content.decode()
    assert not TillEntry.objects.exists() and TillSession.objects.get().is_open


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "XXZ"},
        {"currency": "KWD"},
        {"opening_float": "-1"},
        {"currency": "JPY", "opening_float": "0.50"},
        {"till": ""},
    ],
)
def test_a_till_that_makes_no_sense_is_not_opened(door, changes):
    data = {"till": "Main door", "currency": "EUR", "opening_float": "100"}
    assert door.post("/till/", data | changes).status_code == 422
    assert not TillSession.objects.exists()


def test_others_do_not_see_a_cashiers_till(door, alice, bob, client):
    session = close_till(session=opened(bob), count={})
    assert door.get(f"/till/sessions/{session.pk}/").status_code == 404
    finance = Client()
    finance.force_login(make_staff(Role.FINANCE))
    assert finance.get(f"/till/sessions/{session.pk}/").status_code == 200
    assert client.get("/till/").status_code == 302


def test_takings_are_summed_by_day_cashier_and_method(performance, alice, bob):
    opened(alice)
    opened(bob, till="Counter")
    sell(performance, alice)
    sell(performance, alice, key="k2", method="terminal")
    refund = refund_of(sell(performance, bob, key="k3"))
    record_manual_refund(refund, by=f"staff:{bob.pk}")
    now = timezone.now()
    rows = takings_between(now - timedelta(hours=1), now + timedelta(hours=1))
    found = {(row.actor, row.method): (row.sold, row.refunded, row.net) for row in rows}
    assert found == {
        (f"staff:{alice.pk}", "cash"): (90, 0, 90),
        (f"staff:{alice.pk}", "terminal"): (90, 0, 90),
        (f"staff:{bob.pk}", "cash"): (90, -90, 0),
    }
    manager = Client()
    manager.force_login(make_staff(Role.MANAGER))
    url = "/admin/finance/tillsession/takings/"
    page = manager.get(url).content.decode()
    assert "alice@concert.example" in page and "€180" in page
    day = timezone.localdate().isoformat()
    csv = manager.get(url, {"first": day, "last": day, "format": "csv"})
    lines = (b"".join(csv.streaming_content) if csv.streaming else csv.content).decode()
    assert "alice@concert.example" in lines and "terminal" in lines
    assert manager.get(url, {"first": "yesterday", "last": day}).status_code == 422
    assert manager.get(url, {"first": day, "last": "2020-01-01"}).status_code == 422
