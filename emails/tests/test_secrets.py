"""Secrets are stored separately and encrypted, and filled in when an e-mail is sent."""

import pytest

from emails import sending
from emails.content import secrets_of
from emails.models import OutboxEmail
from emails.retention import erase_old_emails
from emails.secrets import Parts, SecretsUnreadable, fill, hide, seal, unseal
from emails.sending import retry_now, send_queued_emails

from .factories import make_message
from .smtp import smtp_server
from .test_sending import mailbox, port  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

CODE = "QK7P-2M9X"
LINK = "https://hooks.example.org/in?team=a&token=b"


@pytest.fixture(autouse=True)
def production(settings):
    settings.LOCAL_MODE, settings.EMAIL_URL = False, "smtp://mail.example.org"


def queue(**changes):
    return make_message(
        **{
            "to": "ann@example.org",
            "subject": "Your code",
            "text": f"{CODE}\n\n{LINK}",
            "html": f'<p>{CODE}</p><a href="{LINK.replace("&", "&amp;")}">Open</a>',
            "headers": {"List-Unsubscribe": f"<{LINK}>"},
            "secrets": {"code": CODE, "link": LINK},
            **changes,
        }
    )


def columns():
    """Return all stored columns of the only e-mail as text."""
    return str(OutboxEmail.objects.values().get())


def test_no_column_contains_a_secret():
    queue()
    stored = columns()
    assert CODE not in stored and "token=b" not in stored
    email = OutboxEmail.objects.get()
    assert email.text == "[hidden:code]\n\n[hidden:link]"
    assert email.html == '<p>[hidden:code]</p><a href="[hidden:link]">Open</a>'
    assert email.headers == {"List-Unsubscribe": "<[hidden:link]>"}


def test_the_secrets_are_in_what_is_sent_and_deleted_afterwards(mailbox, port):  # noqa: F811
    queue()
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 1
    (message,) = mailbox.messages
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert text.split() == [CODE, LINK]
    assert f'<p>{CODE}</p><a href="{LINK.replace("&", "&amp;")}">' in html
    assert message["List-Unsubscribe"] == f"<{LINK}>"
    assert OutboxEmail.objects.get().sealed_secrets == ""
    assert "[hidden:code]" in OutboxEmail.objects.get().text


def test_they_are_kept_while_the_mail_server_is_unavailable_or_refuses(mailbox, port):  # noqa: F811
    queue()
    assert send_queued_emails() == 0
    mailbox.refused_recipients = {"ann@example.org": "550 No such person"}
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
        mailbox.refused_recipients = {}
        assert retry_now(OutboxEmail.objects.all()) == 1
        assert send_queued_emails() == 1
    assert CODE in mailbox.messages[0].get_body(("plain",)).get_content()


def test_secrets_in_replies_of_the_mail_server_are_hidden(mailbox, port, caplog):  # noqa: F811
    queue()
    mailbox.refused_recipients = {"ann@example.org": f"550 Spam: {LINK} {CODE}"}
    with smtp_server(mailbox, port):
        send_queued_emails()
    said = OutboxEmail.objects.get().error + caplog.text
    assert "[hidden:link] [hidden:code]" in said
    assert CODE not in said and "token=b" not in said


def test_a_former_secret_key_still_decrypts_pending_emails(settings):
    email = queue()
    former, settings.SECRET_KEY = settings.SECRET_KEY, "a new key " * 6
    settings.SECRET_KEY_FALLBACKS = [former]
    assert secrets_of(email) == {"code": CODE, "link": LINK}


def test_nothing_is_sent_with_a_placeholder_when_the_key_is_lost(
    mailbox,  # noqa: F811
    port,  # noqa: F811
    settings,
):
    queue()
    settings.SECRET_KEY = "a new key " * 6
    with smtp_server(mailbox, port):
        assert send_queued_emails() == 0
    assert mailbox.messages == []
    email = OutboxEmail.objects.get()
    assert email.state == "rendered"
    assert "SECRET_KEY_FALLBACKS" in email.error


def test_a_secret_in_a_subject_is_rejected():
    with pytest.raises(ValueError, match="subject"):
        queue(subject=f"{CODE} is your code")
    assert not OutboxEmail.objects.exists()


def test_an_email_without_secrets_stores_none():
    queue(text="Good evening.", html="", headers=None, secrets=None)
    assert OutboxEmail.objects.get().sealed_secrets == ""


def test_without_a_mail_server_they_are_kept_until_deleted(settings):
    settings.LOCAL_MODE, settings.EMAIL_URL = True, ""
    email = queue()
    assert send_queued_emails() == 1
    email.refresh_from_db()
    assert secrets_of(email)["code"] == CODE
    settings.KEEP_EMAILS_DAYS = 0
    assert erase_old_emails() == 1
    assert OutboxEmail.objects.get().sealed_secrets == ""


def test_a_sender_without_the_secrets_sends_placeholders(mailbox, port, monkeypatch):  # noqa: F811
    """Control of what is sent."""
    queue()
    monkeypatch.setattr(sending, "fill", lambda parts, secrets: parts)
    with smtp_server(mailbox, port):
        send_queued_emails()
    assert "[hidden:code]" in mailbox.messages[0].get_body(("plain",)).get_content()


def test_hiding_and_filling_are_inverse():
    secrets = {"short": "abc", "long": "xabcx", "marked": "a<b&c"}
    parts = Parts("abc xabcx a<b&c", "<p>xabcx abc a&lt;b&amp;c</p>", {"X": "abc"})
    hidden = hide(parts, secrets)
    assert hidden.text == "[hidden:short] [hidden:long] [hidden:marked]"
    assert hidden.html == "<p>[hidden:long] [hidden:short] [hidden:marked]</p>"
    assert fill(hidden, secrets) == parts


def test_only_its_key_decrypts_a_value(settings):
    sealed = seal({"code": CODE})
    assert unseal(sealed) == {"code": CODE}
    settings.SECRET_KEY = "another"
    with pytest.raises(SecretsUnreadable):
        unseal(sealed)
