"""E-mails through Django's mail API (accounts, error reports)."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives, mail_admins, send_mail

from emails.content import secrets_of
from emails.models import OutboxEmail
from emails.sending import message_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def real_backend(settings):
    """Use the real backend; pytest-django collects mail in memory by default."""
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

    email = OutboxEmail.objects.get()
    assert (email.kind, email.state) == ("message", "rendered")
    assert email.to == "ann@example.org"
    assert email.other_recipients == {"cc": ["bob@example.org"]}
    assert (email.text, email.html) == ("Text", "<p>HTML</p>")
    assert email.headers == {"X-Kind": "test", "Reply-To": "desk@example.org"}
    assert email.attachments.get().file.read() == b"A1"


def test_it_keeps_every_recipient_of_an_error_report(settings):
    settings.ADMINS = [("Ann", "ann@example.org"), ("Bob", "bob@example.org")]
    mail_admins("Down", "The site is down.")
    email = OutboxEmail.objects.get()
    assert message_of(email, {}).recipients() == ["ann@example.org", "bob@example.org"]


def test_a_message_to_nobody_is_dropped():
    assert EmailMultiAlternatives(subject="Hello", body="Text").send() == 0
    assert not OutboxEmail.objects.exists()


def test_braces_in_an_address_are_kept():
    """Both addresses are valid; rendered as a template, the second would break the e-mail."""
    for address in ("{{x}}@example.org", "{%x%}@example.org"):
        send_mail("Hello", f"You signed up as {address}.", None, [address])
    assert [email.text for email in OutboxEmail.objects.order_by("pk")] == [
        "You signed up as {{x}}@example.org.",
        "You signed up as {%x%}@example.org.",
    ]


def test_a_password_reset_reaches_the_queue(client, django_user_model):
    django_user_model.objects.create_user(email="ann@example.org", password="x")
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    email = OutboxEmail.objects.get()
    assert email.to == "ann@example.org"
    code = secrets_of(email)["code"]
    assert len(code) >= 8
    assert "[hidden:code]" in email.text and code not in email.text
    assert "[hidden:code]" in email.html and code not in email.html
    assert email.subject == "Your password reset code"
    assert mail.outbox == []
