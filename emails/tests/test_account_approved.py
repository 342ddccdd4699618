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


def test_the_customer_gets_one_email(clerk):
    alice = approve(clerk, language="de")
    approve_accounts(users=[alice], by=clerk)
    email = OutboxEmail.objects.get()
    assert (email.kind, email.to, email.user) == ("account_approved", alice.email, alice)
    assert email.language == "de"


def test_nothing_is_sent_when_the_approval_is_rolled_back(clerk):
    with pytest.raises(OSError, match="power"), transaction.atomic():
        approve(clerk)
        raise OSError("The power went.")
    assert not OutboxEmail.objects.exists()


def test_it_greets_by_name_in_text_and_html(clerk, settings):
    approve(clerk, name="Alice <3")
    message = preview(OutboxEmail.objects.get())
    assert message.subject == "Your account has been approved"
    assert "Hi Alice," in message.text
    assert "Hi Alice," in message.html
    for form in (message.text, message.html):
        assert f"{settings.SITE_URL}/shows/" in form
        assert "because you created an account" in form


def test_it_does_without_a_name(clerk):
    approve(clerk)
    message = preview(OutboxEmail.objects.get())
    assert "Hi" not in message.text + message.html


def test_a_closed_account_gets_nothing(clerk):
    alice = approve(clerk)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert preview(OutboxEmail.objects.get()) is None
