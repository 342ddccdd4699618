"""Settlements: from the log alone, issued once, and seen by staff and their own promoter."""

import json
from decimal import Decimal
from io import BytesIO

import openpyxl
import pypdfium2
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.aftersale.cancellation import cancel_tickets
from bookings.models import Order, Ticket
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.admin.confirmation import CONFIRMED
from core.testing.races import losers, race, winners
from finance.exceptions import CannotSettle
from finance.ledger_seals import export_chain, seal_ledger
from finance.models import Settlement
from finance.settlement.box_office import figures_of
from finance.settlement.deals import Deal, settle
from finance.settlement.statements import issue, work_out
from organisation.models import Promoter
from tools import verify_ledger

from .factories import make_taxed_sale

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def performance():
    return make_sale()


@pytest.fixture
def order(performance):
    return make_paid_order(hold=make_hold(performance=performance, labels=["A1", "A3"]))


@pytest.fixture
def finance():
    return make_staff(Role.FINANCE)


def draft(*performances, **fields):
    values = {"promoter": "Nightingale Concerts, 1 Mill Lane", "deal": "percentage"}
    settlement = Settlement.objects.create(**(values | {"percentage": 50} | fields))
    settlement.performances.set(performances)
    return settlement


def cancel(order, number=1):
    ticket = order.tickets.valid().order_by("pk")[:number]
    ids = [row.pk for row in ticket]
    cancel_tickets(order=order, ticket_ids=ids, actor="staff:1", by_staff=True)


def text_of(pdf):
    pages = pypdfium2.PdfDocument(bytes(pdf))
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def test_it_is_worked_out_from_the_log_alone(performance, order):
    before = work_out(draft(performance)).figures
    Ticket.objects.update(price=1, fee=0)
    Order.objects.update(total=1)
    after = work_out(draft(performance)).figures
    assert before == after and (after.tickets, after.gross) == (2, 90)


def test_an_issued_one_never_changes_and_the_next_has_what_came_later(performance, order, finance):
    first = issue(settlement=draft(performance), by=finance)
    fees = work_out(draft(performance)).figures.fees
    assert (first.number, first.to_pay) == (1, (90 - fees) / 2)
    pdf = bytes(first.pdf)
    cancel(order)
    first.refresh_from_db()
    assert bytes(first.pdf) == pdf
    second = issue(settlement=draft(performance), by=finance)
    assert second.number == 2
    assert first.to_pay + second.to_pay == (45 - fees / 2) / 2
    text = text_of(second.pdf)
    assert "Earlier settlements" in text and "website" in text
    with pytest.raises(CannotSettle, match="already been issued"):
        issue(settlement=first, by=finance)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Settlement.objects.filter(pk=first.pk).update(to_pay=1)
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        first.delete()


def test_it_is_issued_once_whoever_presses_the_button(performance, order, finance):
    settlement = draft(performance)
    outcomes = race(*[lambda: issue(settlement=settlement, by=finance)] * 3)
    assert len(winners(outcomes)) == 1 and len(losers(outcomes, CannotSettle)) == 2


def test_two_drafts_of_the_same_performance_get_different_numbers(performance, order, finance):
    drafts = [draft(performance), draft(performance)]
    outcomes = race(*[lambda one=one: issue(settlement=one, by=finance) for one in drafts])
    assert all(isinstance(error, CannotSettle) for error in losers(outcomes, CannotSettle))
    numbers = Settlement.objects.issued().values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, len(winners(outcomes)) + 1))


def test_the_heads_on_it_verify_against_an_exported_log(performance, order, finance):
    settlement = issue(settlement=draft(performance), by=finance)
    head = verify_ledger.parse_head(settlement.heads[str(performance.pk)])
    cancel(order)
    lines = [json.dumps(line) for line in export_chain(performance.pk)]
    entries, _last = verify_ledger.verify(lines, head)
    assert verify_ledger.figures(entries)[0] == 2
    assert settlement.heads[str(performance.pk)] in text_of(settlement.pdf).replace("\r\n", "")


@pytest.mark.parametrize(
    ("terms", "options"),
    [
        ({"deal": "percentage"}, ["--deal", "percentage", "--percentage", "50"]),
        (
            {"deal": "versus", "guarantee": 10, "charges": Decimal("1.23"), "keeps_fees": False},
            ["--deal", "versus", "--percentage", "50", "--guarantee", "10", "--charges", "1.23",
             "--shares-fees"],
        ),
        (
            {"deal": "plus", "guarantee": 7, "threshold": 20, "advances": 3,
             "deductions": [["Hotel", "2.40"], ["Bar", "1"]]},
            ["--deal", "plus", "--percentage", "50", "--guarantee", "7", "--threshold", "20",
             "--advances", "3", "--deduction", "2.40", "--deduction", "1"],
        ),
        ({"deal": "flat", "guarantee": 99}, ["--deal", "flat", "--guarantee", "99"]),
    ],
)  # fmt: skip
def test_the_verifier_works_out_the_issued_settlement_anew(
    finance, tmp_path, capsys, terms, options
):
    performances = [make_taxed_sale(), None]
    performances[1] = make_taxed_sale(show=performances[0].show)
    orders = [
        make_paid_order(hold=make_hold(performance=one, labels=["A1", "A3", "A5"]))
        for one in performances
    ]
    cancel(orders[0])
    settlement = issue(settlement=draft(*performances, **terms), by=finance)
    cancel(orders[1])  # It is in the next one.
    seal_ledger()
    arguments = []
    for performance in performances:
        file = tmp_path / f"{performance.pk}.jsonl"
        file.write_text("\n".join(json.dumps(line) for line in export_chain(performance.pk)))
        arguments += [str(file), "--head", settlement.heads[str(performance.pk)]]
    assert verify_ledger.main([*arguments, *options]) == 0
    printed = capsys.readouterr().out
    result = settlement.figures["result"]
    assert f"gross: {result['gross']}" in printed
    assert f"net: {result['net_box_office']}\n" in printed
    assert f"to pay: {settlement.to_pay}" in printed


def test_the_verifier_takes_changes_moves_comps_and_order_fees_into_account(finance):
    """Compare it with the figures of a log that has every kind of entry."""
    lines = [
        {"place": place, "category": "A", "concession": "", "price": "30.00", "fee": "3.00",
         "tax": ["7", "19", ""]}
        for place in (1, 2, 3)
    ]  # fmt: skip
    free = {**lines[0], "place": 9, "price": "0.00", "fee": "0.00"}
    base = {"currency": "EUR", "amount": None, "places": [], "detail": {}, "order": "X"}
    fee = {"order_fee": "1.50", "order_fee_tax": ["0", "19", ""]}
    log = [
        base | {"kind": "sale", "places": [1, 2, 3], "detail": {"lines": lines, **fee}},
        base | {"kind": "payment", "amount": "91.50"},
        base | {"kind": "note", "order": "C", "detail": {"comp": True}},
        base | {"kind": "sale", "order": "C", "places": [9], "detail": {"lines": [free]}},
        base
        | {
            "kind": "change",
            "places": [2],
            "detail": {"lines": [{**lines[1], "concession": "Student", "price": "20.00"}]},
        },
        base | {"kind": "move", "places": [4], "detail": {"from": [3], "categories": ["B"]}},
        base | {"kind": "cancel", "places": [1], "detail": {}},
    ]
    figures = figures_of(log)
    terms = verify_ledger.parse(["-", "--deal", "percentage", "--percentage", "100"])
    found = verify_ledger.settlement(log, terms)
    expected = settle(figures=figures, deal=Deal("percentage", percentage=Decimal(100)))
    assert (found["tickets"], found["gross"]) == (figures.tickets, figures.gross) == (2, 51.5)
    assert (found["tax"], found["to pay"]) == (expected.tax, expected.to_pay)


def test_a_run_is_settled_as_one(performance, order, finance):
    other = make_sale(show=performance.show)
    make_paid_order(hold=make_hold(performance=other, labels=["A1"]))
    assert work_out(draft(performance, other)).figures.tickets == 3
    with pytest.raises(CannotSettle, match="one show"):
        work_out(draft(performance, make_sale()))
    with pytest.raises(CannotSettle, match="at least one"):
        work_out(draft())


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("settlement_amounts_are_not_negative", {"guarantee": -1}),
        ("settlement_amounts_are_not_negative", {"percentage": 101}),
        ("issued_settlement_is_whole", {"status": "issued"}),
        ("issued_settlement_is_whole", {"number": 1}),
        ("settlement_deductions_have_a_limit", {"deductions": ["x" * 1_100_000]}),
        ("settlement_figures_have_a_limit", {"figures": {"x": "x" * 1_100_000}}),
        ("settlement_heads_have_a_limit", {"heads": {"x": "x" * 1_100_000}}),
    ],
)
def test_what_makes_no_sense_is_refused(performance, constraint, fields):
    draft(performance)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Settlement.objects.update(**fields)


def test_numbers_are_used_once(performance, order, finance):
    first = issue(settlement=draft(performance), by=finance)
    with (
        pytest.raises(IntegrityError, match="settlement_number_is_used_once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO finance_settlement SELECT * FROM jsonb_populate_record("
            "null::finance_settlement, (SELECT to_jsonb(s) || '{\"id\": 999}'"
            " FROM finance_settlement s WHERE id = %s))",
            [first.pk],
        )


# --- The admin --------------------------------------------------------------------------------


@pytest.fixture
def browser(finance):
    client = Client()
    client.force_login(finance)
    return client


def form(performance, **changes):
    return {
        "performances": [performance.pk],
        "promoter": "Nightingale Concerts",
        "deal": "versus",
        "guarantee": "20.00",
        "percentage": "50",
        "threshold": "0",
        "keeps_fees": "on",
        "charges": "1.50",
        "advances": "5.00",
        "deductions_text": "Hotel; 3.25\nCatering for two; 1",
        "note": "",
    } | changes


def test_finance_drafts_previews_and_issues(browser, performance, order):
    answer = browser.post("/admin/finance/settlement/add/", form(performance))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    settlement = Settlement.objects.get()
    url = f"/admin/finance/settlement/{settlement.pk}/"
    page = browser.get(url + "change/").content.decode()
    assert "Hotel; 3.25" in page
    assert "draft" in text_of(browser.get(url + "preview/").content)
    page = browser.get(url + "issue/").content.decode()
    assert "To pay to the promoter" in page and "-€3.25" in page
    assert browser.post(url + "issue/", {CONFIRMED: "yes"}).status_code == 302
    settlement.refresh_from_db()
    fees = Decimal(settlement.figures["figures"]["ticket_fees"])
    share = (90 - fees - Decimal("1.50")) / 2
    assert settlement.to_pay == share - 5 - Decimal("4.25")
    text = text_of(browser.get(url + "pdf/").content)
    assert "Settlement no. 1" in text and "Catering for two" in text
    book = openpyxl.load_workbook(BytesIO(browser.get(url + "xlsx/").content))
    values = [cell.value for row in book.active.iter_rows() for cell in row]
    assert float(settlement.to_pay) in values and "Hotel" in values
    assert "deductions_text" not in browser.get(url + "change/").content.decode()
    assert browser.post(url + "delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"performances": []}, "required"),
        ({"guarantee": "-1"}, "negative"),
        ({"percentage": "101"}, "negative"),
        ({"guarantee": "1.234"}, "2 decimal places"),
        ({"deductions_text": "Hotel 3.25"}, "a semicolon and the amount"),
        ({"deductions_text": "Hotel; many"}, "a semicolon and the amount"),
        ({"deductions_text": "Hotel; -1"}, "a semicolon and the amount"),
        ({"deductions_text": "Hotel; NaN"}, "a semicolon and the amount"),
        ({"deductions_text": "Hotel; 1.234"}, "at most 2 decimals"),
    ],
)
def test_bad_input_is_refused_at_its_field(browser, performance, changes, message):
    answer = browser.post("/admin/finance/settlement/add/", form(performance, **changes))
    assert answer.status_code == 200 and message in answer.content.decode()
    assert not Settlement.objects.exists()


# --- Promoters --------------------------------------------------------------------------------


@pytest.fixture
def nightingale(performance):
    promoter = Promoter.objects.create(name="Nightingale", address="1 Mill Lane")
    promoter.users.add(make_user("nina@nightingale.example"))
    performance.show.promoter = promoter
    performance.show.save()
    return promoter


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_promoters_see_the_sales_of_their_own_shows_alone(nightingale, performance, order, finance):
    other = make_sale()
    foreign = make_paid_order(hold=make_hold(performance=other, labels=["A1"]))
    own = issue(settlement=draft(performance), by=finance)
    others = issue(settlement=draft(other), by=finance)
    nina = browser_of(nightingale.users.get())
    page = nina.get("/promoter/").content.decode()
    assert performance.show.title in page and "<td>2</td>" in page and "€90" in page
    assert page.count('<th scope="row">') == 1
    assert order.email not in page and order.reference not in page
    assert f"{performance.show.title} · No. 1, issued on" in page
    assert 'href="/promoter/"' in nina.get("/accounts/").content.decode()
    assert nina.get(f"/promoter/settlements/{own.pk}.pdf").content == bytes(own.pdf)
    assert nina.get(f"/promoter/settlements/{own.pk}.xlsx").content == bytes(own.xlsx)
    for path in (
        f"/promoter/settlements/{others.pk}.pdf",
        f"/promoter/settlements/{own.pk}.html",
        f"/orders/{foreign.reference}/",
        f"/orders/{order.reference}/",
        "/till/",
        "/door/",
    ):
        assert nina.get(path).status_code in (403, 404), path
    assert nina.get("/admin/").status_code == 302


def test_a_settlement_about_others_as_well_is_not_shown(nightingale, performance, order, finance):
    other = make_sale(show=performance.show)
    settlement = issue(settlement=draft(performance, other), by=finance)
    nina = browser_of(nightingale.users.get())
    assert nina.get(f"/promoter/settlements/{settlement.pk}.pdf").status_code == 200
    rival = Promoter.objects.create(name="Rival", address="2 Mill Lane")
    rival.users.add(make_user("rita@rival.example"))
    performance.show.promoter = rival
    performance.show.save()
    assert nina.get(f"/promoter/settlements/{settlement.pk}.pdf").status_code == 404


def test_drafts_are_not_for_promoters(nightingale, performance, order):
    settlement = draft(performance)
    nina = browser_of(nightingale.users.get())
    assert nina.get(f"/promoter/settlements/{settlement.pk}.pdf").status_code == 404


def test_others_do_not_find_the_page(performance, order):
    assert Client().get("/promoter/").status_code == 302
    assert browser_of(make_user("alice@example.com")).get("/promoter/").status_code == 404
    assert browser_of(make_staff(Role.MANAGER)).get("/promoter/").status_code == 404


def test_the_number_of_queries_does_not_grow(
    nightingale, performance, order, django_assert_max_num_queries
):
    nina = browser_of(nightingale.users.get())
    nina.get("/promoter/")
    for _ in range(3):
        make_sale(show=performance.show)
    with django_assert_max_num_queries(12):
        nina.get("/promoter/")
