"""The mail server in the admin: write-only, encrypted, tried by a test e-mail."""

import pytest
from django.urls import reverse

from accounts.roles import Role, appoint
from accounts.second_factor import SET_UP_HERE
from accounts.tests.factories import make_user
from emails.sending import send_queued_emails
from emails.tests.factories import make_message
from emails.tests.smtp import Mailbox, free_port, smtp_server
from organisation.mail_server import has_mail_server, mail_backend
from organisation.models import MailServer
from staff_activity.models import FieldChange

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organisation_mailserver_changelist")
ADD = reverse("admin:organisation_mailserver_add")
TEST = reverse("admin:organisation_mailserver_send_test")
FIELDS = {
    "host": "mail.example.org",
    "port": "587",
    "security": "starttls",
    "user": "concert",
    "secret": "hunter2 ",
}


@pytest.fixture(autouse=True)
def from_the_admin(settings):
    settings.EMAIL_URL = ""


@pytest.fixture
def superuser(client):
    user = make_user("root@staff.example", is_staff=True, is_superuser=True)
    client.force_login(user)
    session = client.session
    session[SET_UP_HERE] = user.pk
    session.save()
    return client


def text_of(response):
    return response.content.decode()


def test_it_is_entered_encrypted_and_never_shown(superuser):
    assert superuser.post(ADD, FIELDS).status_code == 302
    server = MailServer.objects.get()
    assert "hunter2" not in server.password
    page = reverse("admin:organisation_mailserver_change", args=[1])
    for url in (LIST, page, reverse("admin:organisation_mailserver_history", args=[1])):
        shown = text_of(superuser.get(url))
        assert "hunter2" not in shown and server.password not in shown
    backend = mail_backend()
    assert (backend.host, backend.port, backend.username) == ("mail.example.org", 587, "concert")
    assert (backend.password, backend.use_tls, backend.use_ssl) == ("hunter2 ", True, False)
    [change] = FieldChange.objects.filter(content_type__model="mailserver")
    assert "hunter2" not in str(change.changes) and server.password not in str(change.changes)


def test_an_empty_password_keeps_the_stored_one(superuser):
    superuser.post(ADD, FIELDS)
    page = reverse("admin:organisation_mailserver_change", args=[1])
    superuser.post(page, FIELDS | {"secret": "", "port": "465", "security": "tls"})
    backend = mail_backend()
    assert (backend.password, backend.port, backend.use_ssl) == ("hunter2 ", 465, True)
    superuser.post(page, FIELDS | {"secret": "", "user": ""})
    assert mail_backend().password == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": "mail example"}, "Enter a host name"),
        ({"port": "70000"}, "less than or equal to 65535"),
        ({"security": "none"}, "would be sent unencrypted"),
        ({"user": ""}, "Enter the user name of this password."),
    ],
)
def test_what_is_wrong_is_said_next_to_the_field(superuser, fields, words):
    response = superuser.post(ADD, FIELDS | fields)
    assert response.status_code == 200
    assert words in " ".join(sum(response.context["adminform"].form.errors.values(), []))
    assert not MailServer.objects.exists()


@pytest.mark.parametrize("role", [None, Role.MANAGER])
def test_only_superusers_with_a_second_factor_see_it(client, role):
    user = make_user("a@staff.example", is_staff=True, is_superuser=role is None)
    if role:
        appoint(user=user, role=role)
    client.force_login(user)
    for url in (LIST, ADD, TEST):
        response = client.post(url, FIELDS | {"confirmed": "1"})
        assert response.status_code == 403 or response.url == reverse("admin:index")
    assert not MailServer.objects.exists()


def test_there_is_at_most_one(superuser):
    superuser.post(ADD, FIELDS)
    assert superuser.get(ADD).status_code == 403


def test_the_environment_overrides_it(superuser, settings):
    superuser.post(ADD, FIELDS)
    settings.EMAIL_URL = "smtp://other.example.org"
    settings.EMAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "other.example.org"
    assert mail_backend().host == "other.example.org"
    page = reverse("admin:organisation_mailserver_change", args=[1])
    assert "takes precedence" in text_of(superuser.post(page, FIELDS, follow=True))


def test_a_test_email_needs_a_server_and_a_confirmation(superuser):
    assert "Enter a mail server first." in text_of(superuser.get(TEST, follow=True))
    superuser.post(ADD, FIELDS)
    assert "It goes to root@staff.example at once." in text_of(superuser.get(TEST))


def test_a_test_email_arrives(superuser):
    port, mailbox = free_port(), Mailbox()
    MailServer.objects.create(host="127.0.0.1", port=port, security="none")
    with smtp_server(mailbox, port):
        page = text_of(superuser.post(TEST, {"confirmed": "1"}, follow=True))
    assert "accepted the test e-mail to root@staff.example" in page
    assert mailbox.recipients == ["root@staff.example"]
    assert "Concert" in mailbox.messages[0]["From"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "refused the connection"),
        ({"host": "nowhere.invalid"}, "The host was not found."),
    ],
)
def test_a_failure_says_what_to_check(superuser, change, words):
    fields = {"host": "127.0.0.1", "port": free_port(), "security": "none"} | change
    MailServer.objects.create(**fields)
    assert words in text_of(superuser.post(TEST, {"confirmed": "1"}, follow=True))


def test_a_refused_recipient_and_a_missing_encryption_are_said(superuser):
    port, mailbox = free_port(), Mailbox()
    mailbox.refused_recipients = {"root@staff.example": "550 no such mailbox"}
    server = MailServer.objects.create(host="127.0.0.1", port=port, security="none")
    with smtp_server(mailbox, port):
        page = text_of(superuser.post(TEST, {"confirmed": "1"}, follow=True))
        assert "rejected the recipient" in page
        server.security = "starttls"
        server.save()
        page = text_of(superuser.post(TEST, {"confirmed": "1"}, follow=True))
        assert "Check the encryption." in page


def test_a_password_of_another_key_is_refused_in_words(superuser, settings):
    superuser.post(ADD, FIELDS)
    settings.SECRET_KEY = "another key, with which the password was not encrypted"
    page = superuser.post(TEST, {"confirmed": "1"}, follow=True)
    assert "cannot be decrypted" in text_of(page) or "/login/" in str(page.redirect_chain)


@pytest.mark.django_db(transaction=True)
def test_queued_emails_are_sent_over_it():
    port, mailbox = free_port(), Mailbox()
    assert not has_mail_server()
    MailServer.objects.create(host="127.0.0.1", port=port, security="none")
    assert has_mail_server()
    make_message(to="alice@example.org")
    with smtp_server(mailbox, port):
        send_queued_emails(5)
    assert mailbox.recipients == ["alice@example.org"]
