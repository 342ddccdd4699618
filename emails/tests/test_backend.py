"""Other people's letters (allauth's, error reports) through the same queue."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, send_mail
from post_office.models import STATUS, Email

from emails.sending import secrets_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_backend(settings):
    """pytest-django collects mail in memory otherwise."""
    settings.EMAIL_BACKEND = "emails.backend.QueueBackend"


def test_it_queues_a_message_with_all_its_parts():
    message = EmailMultiAlternatives(
        subject="Hello",
        body="Text",
        from_email="Box office <office@example.org>",
        to=["ann@example.org"],
        cc=["bob@example.org"],
        reply_to=["desk@example.org"],
        headers={"X-Kind": "test"},
    )
    message.attach_alternative("<p>HTML</p>", "text/html")
    message.attach("ticket.txt", "A1", "text/plain")
    assert message.send() == 1

    email = Email.objects.get()
    assert email.status == STATUS.queued
    assert (email.to, email.cc) == (["ann@example.org"], ["bob@example.org"])
    assert (email.message, email.html_message) == ("Text", "<p>HTML</p>")
    assert email.headers == {"X-Kind": "test", "Reply-To": "desk@example.org"}
    assert email.attachments.get().file.read() == b"A1"


def test_it_takes_braces_in_an_address_for_what_they_are():
    """Both are valid addresses; rendered as templates, the second breaks the letter."""
    for address in ("{{x}}@example.org", "{%x%}@example.org"):
        send_mail("Hello", f"You signed up as {address}.", None, [address])
    assert [email.message for email in Email.objects.order_by("pk")] == [
        "You signed up as {{x}}@example.org.",
        "You signed up as {%x%}@example.org.",
    ]


def test_a_password_reset_reaches_the_queue(client, django_user_model):
    django_user_model.objects.create_user(email="ann@example.org", password="x")
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    email = Email.objects.get()
    assert email.to == ["ann@example.org"]
    code = secrets_of(email)["code"]
    assert len(code) >= 8
    assert "[hidden:code]" in email.message and code not in email.message
    assert "[hidden:code]" in email.html_message and code not in email.html_message
    assert email.subject == "Your code for a new password"
    assert mail.outbox == []
