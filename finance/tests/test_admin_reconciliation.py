"""Payouts and reconciliation tasks in the admin: what explains each line, and what staff decide."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from core.admin.confirmation import CONFIRMED
from finance.models import BankStatement, BankTransfer, ReconciliationTask
from finance.reconciliation.staff_tasks import update_tasks
from payments.models import Payment, Payout, PayoutLine, Refund

pytestmark = pytest.mark.django_db(transaction=True)

TASKS = "/admin/finance/reconciliationtask/"
PAYOUTS = "/admin/payments/payout/"


@pytest.fixture
def finance():
    browser = Client()
    browser.force_login(make_staff(Role.FINANCE))
    return browser


def make_payout(number=1, *, fee="0.25", unknown=0):
    """Make a payout of a payment, a refund of it, and perhaps something unknown."""
    payment = Payment.objects.create(
        purpose=f"ORDER00{number}",
        provider="stripe",
        provider_reference=f"pi_{number}",
        amount=45,
        currency="EUR",
        return_url="/",
        status="captured",
        captured_at=timezone.now(),
    )
    refund = Refund.objects.create(
        payment=payment, key=f"r{number}", amount=20, status="sent", sent_at=timezone.now()
    )
    payout = Payout.objects.create(
        provider="stripe",
        provider_reference=f"po_{number}",
        status="paid",
        amount=25 - Decimal(fee) + unknown,
        currency="EUR",
        created_at=timezone.now() - timedelta(days=9),
        arrives_on=timezone.localdate() - timedelta(days=7),
        is_complete=True,
    )
    lines = [
        ("payment", 45, fee, {"payment": payment}),
        ("refund", -20, 0, {"payment": payment, "refund": refund}),
    ]
    if unknown:
        lines.append(("other", unknown, 0, {"description": "Adjustment <b>"}))
    for position, (kind, gross, cost, about) in enumerate(lines):
        PayoutLine.objects.create(
            payout=payout,
            provider_reference=f"txn_{number}_{position}",
            kind=kind,
            gross=gross,
            fee=cost,
            net=gross - Decimal(cost),
            created_at=timezone.now(),
            **about,
        )
    return payout


def make_transfer(amount, text="Concert"):
    statement = BankStatement.objects.create(
        file_name="x.xml",
        file_format="camt053",
        imported_by="staff:1",
        transfers_total=1,
        transfers_new=1,
        debits_new=0,
    )
    return BankTransfer.objects.create(
        statement=statement,
        fingerprint=str(BankTransfer.objects.count()),
        booked_on=timezone.localdate(),
        amount=amount,
        currency="EUR",
        payer="A bank",
        text=text,
        status="to_do",
        problem="no_order",
    )


def page_of(browser, payout):
    return browser.get(f"{PAYOUTS}{payout.pk}/change/").content.decode()


def act(browser, name, transfer, **data):
    url = reverse("admin:finance_banktransfer_" + name, args=[transfer.pk])
    return browser.post(url, {CONFIRMED: "yes", **data})


def test_a_payout_shows_what_explains_each_line(finance):
    payout = make_payout(unknown=3)
    update_tasks()
    text = page_of(finance, payout)
    assert "Payment · ORDER001" in text and "Refund · ORDER001" in text
    assert "Adjustment &lt;b&gt;" in text and "Adjustment <b>" not in text
    assert "€0 to its movements" in text
    assert "Not matched with a bank transfer yet." in text
    # The unknown movement, and that it is not on a statement.
    assert text.count("/admin/finance/reconciliationtask/") >= 2


def test_its_bank_line_and_the_difference(finance):
    payout = make_payout()
    transfer = make_transfer(payout.amount - 1)
    response = act(finance, "choose_payout", transfer, payout=" po_1 ")
    assert response.status_code == 302
    text = page_of(finance, payout)
    assert "€1 to the bank statement" in text and "A bank" in text
    assert act(finance, "undo_payout", transfer).status_code == 302
    assert "Not matched" in page_of(finance, payout)


def test_a_wrong_payout_gets_an_error_beside_the_field(finance):
    transfer = make_transfer(5)
    response = act(finance, "choose_payout", transfer, payout="po_9")
    assert response.status_code == 422
    assert "No payout has this reference." in response.content.decode()
    payout = make_payout()
    BankTransfer.objects.filter(pk=transfer.pk).update(currency="CHF")
    response = act(finance, "choose_payout", transfer, payout=payout.provider_reference)
    assert response.status_code == 422 and "different currencies" in response.content.decode()
    assert BankTransfer.objects.get().status == "to_do"


def test_a_task_says_what_does_not_fit_and_is_closed_with_a_reason(finance):
    make_payout()
    update_tasks()
    task = ReconciliationTask.objects.get()
    listed = finance.get(TASKS).content.decode()
    assert "Payout po_1 of Stripe (€24.75) is on no bank statement." in listed
    url = reverse("admin:finance_reconciliationtask_close", args=[task.pk])
    assert finance.get(url).status_code == 200
    assert finance.post(url, {CONFIRMED: "yes", "reason": ""}).status_code == 422
    assert finance.post(url, {CONFIRMED: "yes", "reason": "Old account"}).status_code == 302
    assert "po_1" not in finance.get(TASKS).content.decode()
    assert "po_1" in finance.get(TASKS, {"state": "closed"}).content.decode()
    assert "Old account" in finance.get(f"{TASKS}{task.pk}/change/").content.decode()
    assert finance.post(url, {CONFIRMED: "yes", "reason": "Twice"}).status_code == 422
    again = reverse("admin:finance_reconciliationtask_reopen", args=[task.pk])
    assert finance.get(again).status_code == 200
    assert finance.post(again, {CONFIRMED: "yes"}).status_code == 302
    task.refresh_from_db()
    assert (task.closed_at, task.reason) == (None, "")


def test_several_tasks_are_closed_with_one_reason(finance):
    make_payout(1, unknown=3), make_payout(2)
    update_tasks()
    tasks = list(ReconciliationTask.objects.values_list("pk", flat=True))
    data = {"action": "close_chosen", "_selected_action": tasks[:2]}
    assert "Close tasks" in finance.post(TASKS, data).content.decode()
    assert finance.post(TASKS, data | {CONFIRMED: "yes", "reason": ""}).status_code == 422
    response = finance.post(TASKS, data | {CONFIRMED: "yes", "reason": "Known"}, follow=True)
    assert "2 tasks are closed." in response.content.decode()
    assert ReconciliationTask.objects.closed().filter(reason="Known").count() == 2
    assert ReconciliationTask.objects.open().count() == len(tasks) - 2


def test_the_dashboard_counts_what_is_to_do(finance):
    make_payout()
    make_transfer(7)
    update_tasks()
    text = finance.get("/admin/").content.decode()
    assert "1 amount is not explained, by" in text and "1 bank transfer to decide" in text


@pytest.mark.parametrize("url", [TASKS, PAYOUTS])
def test_the_lists_do_not_ask_more_for_more_rows(finance, url, django_assert_max_num_queries):
    for number in range(4):
        make_payout(number)
    update_tasks()
    with django_assert_max_num_queries(14):
        finance.get(url)


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR])
def test_others_see_neither(role):
    browser = Client()
    browser.force_login(make_staff(role))
    for url in (TASKS, PAYOUTS):
        assert browser.get(url).status_code in (302, 403)


def test_german(finance):
    make_payout()
    update_tasks()
    text = finance.get(TASKS, headers={"Accept-Language": "de"}).content.decode()
    assert "steht auf keinem Kontoauszug" in text
