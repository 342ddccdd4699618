import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Order, Place
from bookings.tests.factories import (
    make_hold,
    make_paid_order,
    make_performance,
    make_sale,
    seated,
    section_of,
    standing,
)
from payments.models import Refund
from shows.tests.factories import make_venue
from waitingroom.tests.factories import make_room

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words):
    """Run a sub-command; return its exit code and what it wrote."""
    out = StringIO()
    try:
        call_command("boxoffice", *map(str, words), stdout=out, stderr=StringIO())
    except SystemExit as left:
        return left.code, out.getvalue()
    return 0, out.getvalue()


def facts(*words):
    return json.loads(run(*words, "--json")[1])


def test_it_draws_how_full_each_section_is():
    sale = make_sale(sections=[seated(), standing()])
    make_hold(performance=sale, labels=["A1", "A2"])
    told = facts("availability", sale.pk)
    assert told["sections"][0] == {
        "section": "Stalls",
        "free": 48,
        "kept": 2,
        "sold": 0,
        "blocked": 0,
    }
    _code, drawn = run("availability", sale.pk)
    assert "Stalls" in drawn and "░" in drawn and "█" in drawn


def test_it_puts_on_sale():
    performance = make_performance(opened=False, status="draft")
    assert facts("put-on-sale", performance.pk)["total"]["free"] == 50
    assert facts("put-on-sale", performance.pk)["total"]["free"] == 50


def test_it_lists_transactions_and_finds_orders():
    order = make_paid_order()
    lines = facts("transactions", "--order", order.reference)
    assert {"sale", "payment"} <= {line["kind"] for line in lines}
    assert len(facts("transactions", "--last", 1)) == 1
    assert facts("find", order.reference.lower())[0]["email"] == order.email
    assert facts("find", "nobody@example.org") == []
    assert order.reference in run("find", order.email)[1]


def test_it_refunds_a_part_and_then_the_whole_order():
    order = make_paid_order()
    for _ in range(2):
        facts("refund", order.reference, "--amount", "10.00", "--wish", "sorry")
    assert [refund.amount for refund in Refund.objects.all()] == [10]
    assert facts("refund", order.reference)[0]["status"] == "cancelled"
    assert sum(refund.amount for refund in Refund.objects.all()) == 90
    with pytest.raises(CommandError, match="not an amount"):
        run("refund", order.reference, "--amount", "ten")


def test_it_blocks_and_unblocks_seats_by_name():
    sale = make_sale()
    assert facts("block", sale.pk, "Stalls:A:1", "stalls:a:2", "--reason", "camera")["changed"] == 2
    assert Place.objects.blocked().count() == 2
    assert facts("unblock", sale.pk, "Stalls:A:1")["changed"] == 1
    with pytest.raises(CommandError, match="no seat"):
        run("block", sale.pk, "Stalls:Z:99")


def test_it_tells_a_refusal_as_a_sentence():
    sale = make_sale()
    make_hold(performance=sale, labels=["A1"])
    with pytest.raises(CommandError, match="held or sold"):
        run("block", sale.pk, "Stalls:A:1")


def test_it_sells_the_best_places_and_says_where_to_pay():
    sale = make_sale()
    sold = facts("sell", sale.pk, 2, "--email", "A@example.org", "--name", "Alice")
    assert sold["status"] == "pending"
    assert sold["pay"].startswith("http")
    assert len(sold["seats"]) == 2
    assert Order.objects.get().email == "a@example.org"


def test_it_queues_a_test_visitor_and_lets_people_in():
    room = make_room(performance=make_sale(), lanes=[("VIP", 3, "gold")])
    told = facts("enqueue", room.pk, "--code", "gold")
    assert (told["lane"], told["position"]) == ("VIP", 1)
    assert "called" in facts("admit", room.pk)
    with pytest.raises(CommandError, match="no queue|no waiting room"):
        run("admit", make_sale().pk)


def test_it_reports_what_was_sold_and_taken():
    order = make_paid_order()
    (row,) = facts("report")
    assert (row["sold"], row["taken"]) == (2, "90.00")
    assert "90.00 EUR" in run("report", "--performance", order.performance_id)[1]


def test_the_audit_says_by_its_exit_code_whether_all_rules_hold():
    order = make_paid_order()
    code, told = run("audit", "--json")
    assert (code, json.loads(told)["holds"]) == (0, True)
    Order.objects.filter(pk=order.pk).update(total=1)
    code, told = run("audit", "--json")
    assert code == 1
    assert json.loads(told)["findings"]
    assert "BROKEN" in run("audit")[1]


def test_it_takes_a_plan_out_and_in():
    sale = make_sale(sections=[seated(), standing()])
    venue = make_venue()
    _code, plan = run("plan-export", sale.venue.slug)
    assert json.loads(plan)["zones"]
    assert section_of(sale, "Floor").capacity == 100
    with pytest.raises(CommandError):
        run("plan-import", "/nowhere.json", "--venue", venue.slug)
