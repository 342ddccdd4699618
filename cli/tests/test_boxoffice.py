import inspect
import json
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry, Order, Place, Ticket
from bookings.tests.factories import (
    make_hold,
    make_paid_order,
    make_performance,
    make_sale,
    seated,
    standing,
)
from cli.boxoffice import Command
from door.tests.factories import with_till
from emails.models import OutboxEmail
from organisation.tests.factories import make_seller
from payments.models import Payment, Refund
from shows.tests.factories import make_venue
from waitingroom.tests.factories import join_queue, make_room, pass_time

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words):
    """Run a sub-command; return its exit code and what it wrote."""
    out = StringIO()
    try:
        call_command("boxoffice", *map(str, words), stdout=out, stderr=StringIO())
    except SystemExit as left:
        return left.code, out.getvalue()
    return 0, out.getvalue()


def result_of(*words):
    return json.loads(run(*words, "--json")[1])


def test_it_shows_how_full_each_section_is():
    sale = make_sale(sections=[seated(), standing()])
    make_hold(performance=sale, labels=["A1", "A2"])
    result = result_of("availability", sale.pk)
    assert result["sections"][0] == {
        "section": "Stalls",
        "free": 48,
        "held": 2,
        "sold": 0,
        "blocked": 0,
    }
    _code, drawn = run("availability", sale.pk)
    assert "Stalls" in drawn and "░" in drawn and "█" in drawn


def test_it_prints_a_setup_link_while_there_is_no_superuser(client):
    code, written = run("setup-link")
    url = written.splitlines()[-1]
    assert code == 0 and client.get(urlsplit(url).path).status_code == 302
    assert result_of("setup-link")["url"] != url
    assert client.get(urlsplit(url).path).status_code == 410, "A newer link replaces it."
    User.objects.create_superuser("boss@example.org")
    with pytest.raises(CommandError, match="has a superuser already"):
        run("setup-link")


def test_it_puts_on_sale():
    performance = make_performance(opened=False, status="draft")
    assert result_of("put-on-sale", performance.pk)["total"]["free"] == 50
    assert result_of("put-on-sale", performance.pk)["total"]["free"] == 50


def test_it_lists_transactions_and_finds_orders():
    order = make_paid_order()
    lines = result_of("transactions", "--order", order.reference)
    assert {"sale", "payment"} <= {line["kind"] for line in lines}
    assert len(result_of("transactions", "--last", 1)) == 1
    assert result_of("find", order.reference.lower())[0]["email"] == order.email
    assert result_of("find", "nobody@example.org") == []
    Order.objects.update(name="Jeanne D’Arcy")
    assert result_of("find", "d'arcy")[0]["reference"] == order.reference
    assert order.reference in run("find", order.email)[1]


def test_transactions_name_the_person():
    clerk = make_staff(Role.BOX_OFFICE)
    clerk.name = "Clara Clerk"
    clerk.save(update_fields=["name"])
    order = make_paid_order()
    LedgerEntry.objects.create(
        kind="note", performance=order.performance, order=order.reference, actor=f"staff:{clerk.pk}"
    )
    (line,) = result_of("transactions", "--last", 1)
    assert (line["actor"], line["by"]) == (f"staff:{clerk.pk}", "Clara Clerk")
    assert "Clara Clerk" in run("transactions")[1]


def test_it_refunds_a_part_and_then_the_whole_order():
    order = make_paid_order()
    for _ in range(2):
        result_of("refund", order.reference, "--amount", "10.00", "--request-key", "sorry")
    assert [refund.amount for refund in Refund.objects.all()] == [10]
    assert result_of("find", order.reference)[0]["balance"] == "80.00"
    assert result_of("refund", order.reference)[0]["status"] == "cancelled"
    (cancelled,) = result_of("find", order.reference)
    assert (cancelled["total"], cancelled["balance"]) == ("90.00", "0.00")
    assert "0.00 EUR" in run("find", order.reference)[1].replace("90.00 EUR", "")
    assert sum(refund.amount for refund in Refund.objects.all()) == 90
    with pytest.raises(CommandError, match="not an amount"):
        run("refund", order.reference, "--amount", "ten")


def test_it_blocks_and_unblocks_seats_by_name():
    sale = make_sale()
    assert (
        result_of("block", sale.pk, "Stalls:A:1", "stalls:a:2", "--reason", "camera")["changed"]
        == 2
    )
    assert Place.objects.blocked().count() == 2
    assert result_of("unblock", sale.pk, "Stalls:A:1")["changed"] == 1
    with pytest.raises(CommandError, match="no seat"):
        run("block", sale.pk, "Stalls:Z:99")


def test_it_prints_errors_as_sentences():
    sale = make_sale()
    make_hold(performance=sale, labels=["A1"])
    with pytest.raises(CommandError, match="in a basket or sold"):
        run("block", sale.pk, "Stalls:A:1")


def test_it_holds_the_best_places_and_prints_the_payment_url():
    sale = make_sale()
    sold = result_of("sell", sale.pk, 2, "--email", "A@example.org", "--name", "Alice")
    assert sold["status"] == "pending"
    assert sold["pay"].startswith("http")
    assert len(sold["seats"]) == 2
    assert Order.objects.get().email == "a@example.org"


@pytest.mark.parametrize("way", ["cash", "terminal"])
def test_it_sells_against_cash(way):
    sale = make_sale()
    staff = with_till(make_staff(Role.BOX_OFFICE))
    wanted = [
        "2",
        "--email",
        "a@example.org",
        "--name",
        "Alice",
        "--paid",
        way,
        "--by",
        staff.email,
    ]
    sold = result_of("sell", sale.pk, *wanted)
    assert (sold["status"], sold["pay"]) == ("paid", None)
    payment = Payment.objects.captured().get()
    assert (payment.provider, str(payment.amount)) == (way, sold["total"])
    assert Ticket.objects.count() == 2


def test_seats_are_on_sale_again_if_the_payment_is_refused():
    sale, staff = make_sale(), make_staff(Role.BOX_OFFICE)
    wanted = ["2", "--email", "a@example.org", "--name", "Alice", "--paid", "cash"]
    for by, message in [([], "which member of staff"), (["--by", staff.email], "Open a till")]:
        with pytest.raises(CommandError, match=message):
            run("sell", sale.pk, *wanted, *by)
    assert not Place.objects.exclude(hold=None).exists()
    assert "· on sale" in run("availability", sale.pk)[1]


@pytest.mark.parametrize("until", [[], ["--until", "2027-01-05"]])
def test_it_reserves_seats_that_are_paid_by_transfer(until):
    make_seller(iban="DE89370400440532013000")
    sale = make_sale(starts_at=timezone.now() + timedelta(days=90))
    staff = make_staff(Role.BOX_OFFICE)
    who = ["--email", "a@example.org", "--name", "Alice", "--by", staff.email]
    sold = result_of("sell", sale.pk, "2", *who, "--paid", "transfer", *until)
    assert (sold["status"], sold["pay"]) == ("reserved", None)
    assert sold["payable_until"].startswith(until[1] if until else "20")
    assert LedgerEntry.objects.get(kind="reserve").actor == f"staff:{staff.pk}"
    assert OutboxEmail.objects.get().kind == "order_reserved"


def test_it_queues_a_test_visitor_and_admits_visitors():
    room = make_room(performance=make_sale(), lanes=[("VIP", 3, "gold")])
    result = result_of("enqueue", room.pk, "--code", "gold")
    assert (result["lane"], result["position"]) == ("VIP", 1)
    join_queue(room)
    pass_time(room, seconds=1)
    assert result_of("admit", room.pk) == {"admitted": 1, "in_sale": 0, "waiting": 0}
    with pytest.raises(CommandError, match="no queue|no waiting room"):
        run("admit", make_sale().pk)


def test_it_reports_sales_and_revenue():
    order = make_paid_order()
    (row,) = result_of("report")
    assert (row["sold"], row["revenue"]) == (2, "90.00")
    assert "90.00 EUR" in run("report", "--performance", order.performance_id)[1]


def test_the_exit_code_of_the_audit_says_whether_all_rules_hold():
    order = make_paid_order()
    code, result = run("audit", "--json")
    assert (code, json.loads(result)["holds"]) == (0, True)
    Order.objects.filter(pk=order.pk).update(total=1)
    code, result = run("audit", "--json")
    assert code == 1
    assert json.loads(result)["findings"]
    assert "VIOLATED" in run("audit")[1]


# Damage done directly to the tables, and the rule that it breaks.
DAMAGES = {
    "places_of_plan": "DELETE FROM bookings_place WHERE id = (SELECT max(id) FROM bookings_place)",
    "ticket_has_sold_place": "UPDATE bookings_place SET state = 'blocked' WHERE state = 'sold'",
    "sold_has_ticket": "UPDATE bookings_place SET state = 'sold' WHERE state = 'available'",
    "held_has_open_hold": "UPDATE bookings_hold SET status = 'released' WHERE status = 'open'",
    "quote_adds_up": "UPDATE bookings_order SET total = total + 1",
    "tickets_match_quote": "UPDATE bookings_ticket SET price = price - 1",
    "quantity": "UPDATE bookings_order SET quantity = 5",
    "payment_has_outcome": "UPDATE payments_payment SET purpose = 'NOBODY'",
    "paid_has_payment": "UPDATE bookings_order SET status = 'cancelled', paid_at = now()",
    "provider_agrees": "UPDATE payments_democharge SET refunded = 7",
    "confirmation_sent": "DELETE FROM emails_outboxemail WHERE kind = 'order_confirmation'",
}


def test_the_audit_finds_eleven_kinds_of_damage_at_once():
    sale = make_sale()
    make_hold(performance=sale, labels=["B1"])
    make_paid_order(hold=make_hold(performance=sale, labels=["A1", "A2"]))
    assert run("audit")[0] == 0
    with connection.cursor() as cursor:
        for damage in DAMAGES.values():
            cursor.execute(damage)
    code, result = run("audit", "--json")
    found = {finding["rule"] for finding in json.loads(result)["findings"]}
    assert code == 1
    assert found >= DAMAGES.keys(), DAMAGES.keys() - found


def test_the_exit_code_of_the_audit_says_that_a_rule_is_broken():
    make_paid_order()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payments_democharge SET status = 'declined'")
    code, result = run("audit", "--json")
    assert code == 1
    assert [finding["rule"] for finding in json.loads(result)["findings"]] == ["provider_agrees"]


def test_it_exports_and_imports_a_plan(tmp_path):
    sale = make_sale(sections=[seated(), standing()])
    venue = make_venue()
    file = tmp_path / "plan.json"
    run("plan-export", sale.venue.slug, "--output", file)
    assert json.loads(file.read_text())["zones"]
    assert result_of("plan-import", file, "--venue", venue.slug, "--check")["saved"] is False
    assert result_of("plan-import", file, "--venue", venue.slug)["plan"]["version"] == 1
    assert venue.plans.get().sections.count() == 2
    with pytest.raises(CommandError):
        run("plan-import", "/nowhere.json", "--venue", venue.slug)


def test_each_sub_command_has_help_and_json_output():
    names = Command().typer_app.registered_commands
    assert len(names) >= 17
    for registered in names:
        name = registered.name or registered.callback.__name__.replace("_", "-")
        assert registered.callback.__doc__, name
        parameters = inspect.signature(registered.callback).parameters
        # An exported log is JSON anyway, one object a line; a journal is a file for accountants.
        assert "as_json" in parameters or name in {"export-ledger", "journal"}, name


def test_it_sells_at_the_counter_where_nobody_can_pay_online(settings):
    settings.PAYMENT_PROVIDER = "none"
    sale = make_sale()
    words = ["sell", sale.pk, 2, "--email", "a@example.org", "--name", "Alice"]
    with pytest.raises(CommandError, match="cannot be paid for online"):
        run(*words)
    assert not Place.objects.held_at().exists()
    with pytest.raises(CommandError, match="which member of staff"):
        run(*words, "--paid", "cash")
    staff = with_till(make_staff(Role.BOX_OFFICE))
    code, _told = run(*words, "--paid", "cash", "--by", staff.email)
    assert (code, Order.objects.get().status) == (0, "paid")
    assert Payment.objects.get().provider == "cash"
