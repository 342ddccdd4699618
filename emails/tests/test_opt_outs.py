"""Unsubscribe by the link in an e-mail, with and without an account."""

import pytest
from allauth.account.signals import user_signed_up
from django.db import IntegrityError

from accounts.models import User
from accounts.tests.factories import make_user
from emails.consents import accepts_email, is_subscribed, opted_out_addresses
from emails.models import Consent, OptOut
from emails.opt_outs import opt_in, opt_out, unsubscribe_headers

pytestmark = pytest.mark.django_db

REMINDER = "reminder"


def test_the_opt_out_of_an_account_is_a_consent():
    user = make_user()
    opt_out(email="Alice@Example.com", kind=REMINDER)
    assert not is_subscribed(user, REMINDER)
    assert Consent.objects.get().source == "email"
    assert not OptOut.objects.exists()
    opt_in(email="alice@example.com", kind=REMINDER)
    assert is_subscribed(user, REMINDER)


def test_the_opt_out_of_a_guest_is_stored_once_by_address():
    opt_out(email=" Guest@Example.com ", kind=REMINDER)
    opt_out(email="guest@example.com", kind=REMINDER)
    assert list(OptOut.objects.values_list("email", "kind")) == [("guest@example.com", REMINDER)]
    assert not accepts_email(email="GUEST@example.com", kind=REMINDER)
    opt_in(email="guest@example.com", kind=REMINDER)
    assert accepts_email(email="guest@example.com", kind=REMINDER)


def test_kinds_that_are_not_optional_are_always_accepted():
    opt_out(email="guest@example.com", kind=REMINDER)
    assert accepts_email(email="guest@example.com", kind="order_confirmation")
    assert unsubscribe_headers(email="guest@example.com", kind="order_confirmation") == {}


def test_it_finds_all_opted_out_addresses_in_two_queries(django_assert_num_queries):
    make_user("yes@example.com")
    make_user("no@example.com")
    make_user("closed@example.com", is_active=False)
    opt_out(email="no@example.com", kind=REMINDER)
    opt_out(email="guest-no@example.com", kind=REMINDER)
    everyone = ["YES@example.com", "no@example.com", "guest-no@example.com", "guest@example.com"]
    with django_assert_num_queries(2):
        assert opted_out_addresses(kind=REMINDER, emails=[*everyone, "closed@example.com"]) == {
            "no@example.com",
            "guest-no@example.com",
            "closed@example.com",
        }


def test_the_preference_of_an_account_overrides_an_older_opt_out_of_its_address():
    opt_out(email="alice@example.com", kind=REMINDER)
    make_user()
    assert accepts_email(email="alice@example.com", kind=REMINDER)


def test_a_guests_opt_out_moves_to_the_new_account():
    opt_out(email="alice@example.com", kind=REMINDER)
    user = make_user()
    user_signed_up.send(sender=User, request=None, user=user)
    assert not is_subscribed(user, REMINDER)
    assert not OptOut.objects.exists()


def test_the_database_refuses_a_second_opt_out_of_an_address():
    OptOut.objects.create(email="guest@example.com", kind=REMINDER)
    with pytest.raises(IntegrityError, match="one_opt_out_by_address_and_kind"):
        OptOut.objects.create(email="guest@example.com", kind=REMINDER)


def test_the_database_refuses_an_opt_out_in_capitals():
    with pytest.raises(IntegrityError, match="opt_out_email_is_lower_case"):
        OptOut.objects.create(email="Guest@example.com", kind=REMINDER)
