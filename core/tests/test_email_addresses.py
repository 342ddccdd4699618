"""One spelling for each e-mail address, at checkout, in accounts, limits and searches."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from accounts.tests.factories import PASSWORD, make_user
from api.tests.callers import Program
from bookings.forms import CheckoutForm
from bookings.models import Order
from bookings.staff_operations.order_search import search_orders
from bookings.tests.factories import make_order, make_sale, seats_of
from core.email_addresses import EmailField, lookup_email, normalise_email

SPELLINGS = [
    ("Alice@Example.ORG", "alice@example.org"),
    ("  alice@example.org\t", "alice@example.org"),
    ("alice@ｅｘａｍｐｌｅ.org", "alice@example.org"),
    ("ａｌｉｃｅ＠ｅｘａｍｐｌｅ．ｏｒｇ", "alice@example.org"),  # noqa: RUF001
    ("alice@example。org", "alice@example.org"),
    ("alice@MÜNCHEN.example", "alice@xn--mnchen-3ya.example"),
    ("alice@xn--mnchen-3ya.example", "alice@xn--mnchen-3ya.example"),
    ("alice@straße.example", "alice@xn--strae-oqa.example"),
    ("o'neill+tickets@example.org", "o'neill+tickets@example.org"),
]
REFUSED = [
    "",
    "alice",
    "alice@",
    '"alice,bob"@example.org',
    '"alice"@example.org',
    "alice,bob@example.org",
    "alice bob@example.org",
    "alice@example.org, bob@example.org",
    "alice@exa\nmple.org",
    "alice@☃.example",
    "alice@example..org",
    "jörg@example.org",
    f"alice@{'long.' * 60}example",
    f"alice@{'ü' * 62}.example",
]


@pytest.mark.parametrize(("typed", "stored"), SPELLINGS)
def test_it_is_stored_in_one_spelling(typed, stored):
    assert normalise_email(typed) == stored
    assert EmailField().clean(typed) == stored
    assert lookup_email(typed) == stored


@pytest.mark.parametrize("typed", REFUSED)
def test_it_is_rejected(typed):
    with pytest.raises(ValidationError, match="Enter a valid e-mail address"):
        normalise_email(typed)
    assert isinstance(lookup_email(typed), str)


def test_a_form_field_may_be_empty_and_has_its_own_message():
    assert EmailField(required=False).clean("") == ""
    field = EmailField(error_messages={"invalid": "No."})
    with pytest.raises(ValidationError, match="No\\."):
        field.clean('"a,b"@example.org')


def test_the_checkout_form_normalises_and_rejects():
    person = {"name": "Alice", "terms": "on"}
    form = CheckoutForm({"email": "alice@MÜNCHEN.example", **person})
    assert form.is_valid()
    assert form.cleaned_data["email"] == "alice@xn--mnchen-3ya.example"
    assert "email" in CheckoutForm({"email": '"a,b"@example.org', **person}).errors


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("typed", "status"), [("Alice@MÜNCHEN.example", 201), ('"a,b"@example.org', 422)]
)
def test_the_api_normalises_and_rejects(typed, status):
    sale, guest = make_sale(), Program()
    seats = seats_of(sale)[:1]
    hold = guest.post(f"/performances/{sale.pk}/holds", {"seats": seats}).json()
    guest.headers["X-Visitor"] = hold["visitor"]
    order = {"hold": hold["token"], "quote": hold["quote"], "email": typed, "name": "A"}
    assert guest.post("/orders", order).status_code == status
    expected = ["alice@xn--mnchen-3ya.example"] if status == 201 else []
    assert list(Order.objects.values_list("email", flat=True)) == expected


@pytest.mark.django_db
class TestAccounts:
    def test_signing_up_with_another_spelling_makes_no_second_account(self, client, mailoutbox):
        make_user("alice@xn--mnchen-3ya.example")
        form = {"email": "alice@münchen.example", "password1": "correct horse battery"}
        assert client.post("/accounts/signup/", form).status_code == 302
        assert User.objects.count() == 1

    def test_a_quoted_local_part_is_rejected(self, client):
        form = {"email": '"a,b"@example.org', "password1": "correct horse battery"}
        page = client.post("/accounts/signup/", form)
        assert "Enter a valid e-mail address" in page.content.decode()
        assert not User.objects.exists()

    def test_every_spelling_logs_in(self, client):
        make_user("alice@münchen.example")
        form = {"login": "alice@MÜNCHEN.example", "password": PASSWORD}
        assert client.post("/accounts/login/", form).url == "/"
        tokens = Program().post(
            "/auth/login", {"email": "alice@münchen.example", "password": PASSWORD}
        )
        assert tokens.status_code == 200, tokens.content

    def test_all_spellings_share_one_limit(self):
        make_user("alice@münchen.example")
        for number in range(6):
            typed = ["alice@münchen.example", "alice@xn--mnchen-3ya.example"][number % 2]
            page = Client().post("/accounts/login/", {"login": typed, "password": "wrong"})
        assert "Too many failed attempts." in page.content.decode()

    def test_a_reset_by_another_spelling_reaches_the_account(self, client, mailoutbox):
        make_user("alice@münchen.example")
        client.post("/accounts/password/reset/", {"email": "alice@MÜNCHEN.example"})
        assert mailoutbox[0].to == ["alice@xn--mnchen-3ya.example"]


@pytest.mark.django_db
def test_staff_find_orders_by_every_spelling():
    order = make_order(email="alice@xn--mnchen-3ya.example")
    assert list(search_orders("Alice@münchen.example")) == [order]
