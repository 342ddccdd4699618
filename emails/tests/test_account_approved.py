import pytest
from django.db import transaction

from accounts.approval import approve_accounts
from accounts.models import User
from emails.models import OutboxEmail
from emails.rendering import preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk@example.com", is_staff=True)


def approve(clerk, email="alice@example.com", **fields):
    user = User.objects.create_user(email, **fields)
    approve_accounts(users=[user], by=clerk)
    return user


def test_it_owes_the_customer_one_letter(clerk):
    alice = approve(clerk, language="de")
    approve_accounts(users=[alice], by=clerk)
    letter = OutboxEmail.objects.get()
    assert (letter.kind, letter.to, letter.user) == ("account_approved", alice.email, alice)
    assert letter.language == "de"


def test_it_owes_nothing_when_the_approval_is_undone(clerk):
    with pytest.raises(OSError, match="power"), transaction.atomic():
        approve(clerk)
        raise OSError("The power went.")
    assert not OutboxEmail.objects.exists()


def test_it_says_so_by_name_in_text_and_html(clerk, settings):
    approve(clerk, name="Alice <3")
    message = preview(OutboxEmail.objects.get())
    assert message.subject == "You can book now"
    assert "Good day Alice <3," in message.text
    assert "Good day Alice &lt;3," in message.html
    for form in (message.text, message.html):
        assert f"{settings.SITE_URL}/shows/" in form
        assert "because you made an account" in form


def test_it_does_without_a_name(clerk):
    approve(clerk)
    message = preview(OutboxEmail.objects.get())
    assert "Good day" not in message.text + message.html


def test_it_has_nothing_to_say_to_an_account_that_is_closed(clerk):
    alice = approve(clerk)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert preview(OutboxEmail.objects.get()) is None
