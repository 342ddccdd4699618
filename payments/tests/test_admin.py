"""Payments in the admin."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from payments.charges import settle_payment
from payments.models import Payment, ProviderEvent, Refund
from payments.refunds import request_refund

from .factories import charge_of, make_payment, paid_at_the_bank

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(client, django_user_model):
    user = django_user_model.objects.create_superuser(email="boss@example.org", password="x")
    client.force_login(user)
    return client


@pytest.fixture
def reader(client, django_user_model):
    """Return a client of staff who may only view payments and refunds."""
    user = django_user_model.objects.create_user(
        email="reader@example.org", password="x", is_staff=True
    )
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


def act(client, model, action, *rows, **data):
    return client.post(
        reverse(f"admin:payments_{model}_changelist"),
        {"action": action, "_selected_action": [row.pk for row in rows]} | data,
        follow=True,
    )


def refunded():
    payment = make_payment()
    paid_at_the_bank(payment)
    payment = settle_payment(payment)
    return request_refund(payment=payment, amount=Decimal("20.00"), key="a", reason="Cancelled")


@pytest.mark.parametrize("model", ["payment", "refund", "providerevent", "democharge"])
def test_every_list_and_page_opens_and_offers_no_change(staff, model):
    refund = refunded()
    ProviderEvent.objects.record(
        provider="demo", event_id="e", kind="charge.paid", body={}, payment=refund.payment
    )
    rows = {
        "payment": refund.payment,
        "refund": refund,
        "providerevent": ProviderEvent.objects.get(),
        "democharge": charge_of(refund.payment),
    }
    assert staff.get(reverse(f"admin:payments_{model}_changelist")).status_code == 200
    page = staff.get(reverse(f"admin:payments_{model}_change", args=[rows[model].pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert staff.get(reverse(f"admin:payments_{model}_add")).status_code == 403


def test_the_lists_do_not_ask_more_for_more_rows(staff, django_assert_max_num_queries):
    for number in range(12):
        make_payment(purpose=f"order-{number}")
    staff.get(reverse("admin:payments_payment_changelist"))
    with django_assert_max_num_queries(14):
        staff.get(reverse("admin:payments_payment_changelist"))


def test_it_updates_the_status_from_the_provider(staff):
    payment = make_payment()
    paid_at_the_bank(payment)
    page = act(staff, "payment", "update_from_provider", payment)
    assert "captured" in page.content.decode()
    payment.refresh_from_db()
    assert payment.status == "captured"


def test_it_shows_when_the_provider_charged_another_amount(staff):
    payment = make_payment()
    paid_at_the_bank(payment, amount=Decimal("1.00"))
    page = act(staff, "payment", "update_from_provider", payment)
    assert "charged 1.00 EUR" in page.content.decode()


def test_it_retries_a_failed_refund(staff):
    refund = refunded()
    Refund.objects.update(status=Refund.Status.FAILED)
    page = act(staff, "refund", "retry", refund, confirmed="yes")
    assert "1 refund is queued again." in page.content.decode()
    refund.refresh_from_db()
    assert refund.status == "queued"


@pytest.mark.parametrize(
    ("action", "status"),
    [("retry", "queued"), ("mark_refunded", "succeeded"), ("withdraw", "withdrawn")],
)
def test_what_moves_money_is_confirmed_first_and_says_which(staff, action, status):
    refund = refunded()
    Refund.objects.update(status=Refund.Status.FAILED)
    page = act(staff, "refund", action, refund).content.decode()
    assert f"{refund.payment.purpose} · €20" in page
    refund.refresh_from_db()
    assert refund.status == "failed"
    act(staff, "refund", action, refund, confirmed="yes")
    refund.refresh_from_db()
    assert refund.status == status


def test_what_cannot_be_undone_is_offered_apart(staff):
    refunded()
    page = staff.get(reverse("admin:payments_refund_changelist")).content.decode()
    _before, apart = page.split('<optgroup label="Cannot be undone">')
    assert 'value="mark_refunded"' in apart and 'value="withdraw"' in apart
    assert 'value="retry"' not in apart


def test_view_permission_does_not_allow_actions(reader):
    refund = refunded()
    Refund.objects.update(status=Refund.Status.FAILED)
    assert reader.get(reverse("admin:payments_refund_changelist")).status_code == 200
    act(reader, "refund", "retry", refund)
    refund.refresh_from_db()
    assert refund.status == "failed"

    payment = make_payment(purpose="other")
    paid_at_the_bank(payment)
    act(reader, "payment", "update_from_provider", payment)
    assert Payment.objects.get(pk=payment.pk).status == "open"
