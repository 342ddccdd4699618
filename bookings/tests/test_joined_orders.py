"""Guest orders belong to the account that has proven the same address, and to no other."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from accounts.addresses import replace_address
from accounts.models import User
from accounts.tests.factories import PASSWORD, code_in, make_user
from bookings.models import Order
from bookings.staff_operations.order_details import correct_contact

from .factories import make_customer, make_hold, make_paid_order, make_sale

pytestmark = pytest.mark.django_db(transaction=True)

GUEST = "gwen@example.com"


def guest_order(email=GUEST, labels=("A1",)):
    hold = make_hold(performance=make_sale(), customer=make_customer(), labels=labels)
    return make_paid_order(hold=hold, email=email, name="Gwen Guest")


def shown(client):
    return list(client.get("/orders/").context["page"].object_list)


def opens(client, order):
    return client.get(f"/orders/{order.reference}/").status_code == 200


def browser_of(user):
    client = Client()
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def change_address(client, mailoutbox, email):
    client.post("/accounts/email/", {"action_add": "", "email": email})
    code = code_in(mailoutbox[-1])
    return client.post("/accounts/confirm-email/", {"code": code}, follow=True)


def test_orders_join_once_the_address_is_proven_and_not_before(client, mailoutbox):
    order = guest_order()
    form = {"email": "GWEN@example.com", "password1": PASSWORD, "name": "Gwen"}
    client.post("/accounts/signup/", form)
    user = User.objects.get(email=GUEST)
    # The control: the account exists, its address is not proven.
    assert not EmailAddress.objects.get(user=user).verified
    assert shown(client) == [] and not opens(client, order)
    wrong = client.post("/accounts/confirm-email/", {"code": "WRONGCODE"}, follow=True)
    assert order.reference not in wrong.content.decode()
    assert "now in My bookings" not in wrong.content.decode()
    assert shown(client) == []

    done = client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])}, follow=True)
    assert "1 booking made with this address is now in My bookings." in done.content.decode()
    assert shown(client) == [order]
    assert opens(client, order)
    assert client.get(f"/orders/{order.reference}/cancel/").status_code == 200


def test_an_order_placed_at_the_same_moment_joins_as_well(client, mailoutbox):
    client.post("/accounts/signup/", {"email": GUEST, "password1": PASSWORD})
    client.post("/accounts/confirm-email/", {"code": code_in(mailoutbox[0])})
    order = guest_order()
    assert shown(client) == [order]


def test_with_a_new_address_the_orders_of_the_former_one_are_kept(mailoutbox):
    user = make_user(GUEST)
    before = guest_order()
    other = guest_order("new@example.com", labels=("A2",))
    client = browser_of(user)
    done = change_address(client, mailoutbox, "new@example.com")
    assert "1 booking made with this address" in done.content.decode()
    assert set(shown(client)) == {before, other}
    assert opens(client, before)
    # What is ordered with the former address from now on is not this account's.
    after = guest_order()
    assert after not in shown(client) and not opens(client, after)
    # Nor does the next owner of the former address get what was ordered before.
    heir = browser_of(make_user(GUEST))
    assert shown(heir) == [after]
    assert not opens(heir, before)


def test_an_address_that_was_not_proven_hands_on_nothing(mailoutbox):
    user = make_user("own@example.com")
    order = guest_order("wanted@example.com")
    client = browser_of(user)
    client.post("/accounts/email/", {"action_add": "", "email": "wanted@example.com"})
    assert shown(client) == [] and not opens(client, order)
    change_address(client, mailoutbox, "third@example.com")
    assert shown(client) == [] and not opens(client, order)


def test_what_staff_corrected_away_is_not_shown_any_more(mailoutbox):
    user = make_user(GUEST)
    joined, kept = guest_order(), guest_order(labels=("A2",))
    client = browser_of(user)
    assert set(shown(client)) == {joined, kept}

    def correct(order):
        correct_contact(
            order=order, name=order.name, email="right@example.com", actor="staff:1", reason="typo"
        )

    correct(joined)
    assert shown(client) == [kept] and not opens(client, joined)
    # Also when the account had made it its own by changing its address.
    change_address(client, mailoutbox, "new@example.com")
    assert shown(client) == [kept]
    correct(kept)
    assert shown(client) == [] and not opens(client, kept)
    assert set(shown(browser_of(make_user("right@example.com")))) == {joined, kept}


def test_an_order_of_the_account_itself_stays_after_a_correction():
    user = make_user(GUEST)
    hold = make_hold(performance=make_sale(), customer=make_customer(user=user))
    order = make_paid_order(hold=hold, email=GUEST, user=user)
    correct_contact(
        order=order, name=order.name, email="friend@example.com", actor="staff:1", reason="typo"
    )
    assert shown(browser_of(user)) == [order]


def test_an_address_that_staff_replaced_hands_on_nothing():
    user = make_user("mistyped@example.com")
    order = guest_order("mistyped@example.com")
    replace_address(user=user, email="right@example.com")
    assert shown(browser_of(user)) == []
    assert Order.objects.get(pk=order.pk).user is None
