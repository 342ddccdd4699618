"""E-mails in the admin."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.models import User
from emails.kinds import get_kind
from emails.messages import Message
from emails.models import OutboxEmail
from emails.rendering import render_due_emails, renders
from emails.sending import send_queued_emails

from .factories import make_email, make_message

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("renderers")]

EMAILS = "/admin/emails/outboxemail/"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser(email="superuser@example.org", password="x"))
    return client


@pytest.fixture
def reader(client):
    """Staff who may only view e-mails."""
    user = User.objects.create_user(email="reader@example.org", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


def rendered(**changes):
    email = make_email(**changes)
    render_due_emails()
    email.refresh_from_db()
    return email


def sent(**changes):
    email = rendered(**changes)
    send_queued_emails()
    return email


def refused(**changes):
    email = rendered(**changes)
    OutboxEmail.objects.filter(pk=email.pk).update(state="failed", error="550 No such person")
    return email


def act(client, action, *rows, **data):
    data = {"action": action, "_selected_action": [row.pk for row in rows], **data}
    return client.post(EMAILS, data, follow=True).content.decode()


def read(client, email, layout=""):
    url = reverse("admin:emails_outboxemail_read", args=[email.pk])
    return client.get(url, {"as": layout} if layout else {})


def test_an_unrendered_email_is_listed_by_its_kind(staff):
    email = make_email(kind="order_confirmation")
    make_email(kind="performance_cancelled")
    title = get_kind(email.kind).title
    page = staff.get(EMAILS, {"kind": email.kind}).content.decode()
    assert re.findall(r'underline" href="[^"]+/read/">([^<]+)</a>', page) == [title]
    assert re.search(rf'kind=order_confirmation"[^>]*>\s*{title}', page)


def test_the_list_shows_the_state_of_each_email(staff):
    sent(about={"name": "Kept"})
    refused(about={"name": "Refused"})
    rendered(about={"name": "Waiting"})
    rendered(kind="unheard-of")

    page = staff.get(EMAILS).content.decode()

    for text in ("Hello, Kept", "Not sent (no mail server)", "failed", "550 No such person"):
        assert text in page
    for text in ("Hello, Waiting", "queued", "There is no renderer"):
        assert text in page
    assert "No mail server is configured" in page


STATES = ["unsent", "retrying", "sent", "failed", "skipped"]


@pytest.mark.parametrize("state", STATES)
def test_the_list_is_filtered_by_state(staff, state):
    emails = {"sent": [sent()], "failed": [refused(), rendered(kind="unheard-of")]}
    retrying = rendered()
    OutboxEmail.objects.filter(pk=retrying.pk).update(error="452 Mailbox full")
    emails["retrying"] = [retrying]
    emails["unsent"] = [retrying, make_email(), emails["failed"][1]]
    emails["skipped"] = [make_email()]
    OutboxEmail.objects.filter(pk=emails["skipped"][0].pk).update(state="skipped")

    results = staff.get(EMAILS, {"state": state}).context["cl"].result_list

    assert set(results) == set(emails[state])


def test_the_list_makes_no_more_queries_for_more_emails(staff, django_assert_max_num_queries):
    for _number in range(15):
        rendered()
    staff.get(EMAILS)
    with django_assert_max_num_queries(14):
        staff.get(EMAILS)


def test_with_a_mail_server_there_is_no_notice(staff, settings):
    sent()
    settings.EMAIL_URL = "smtp://mail.example.org"
    page = staff.get(EMAILS).content.decode()
    assert "no mail server" not in page.lower()


def test_an_email_is_shown_as_its_recipient_sees_it(staff):
    email = rendered(about={"name": "Ann"}, to="ann@example.org")

    page = read(staff, email).content.decode()

    assert "ann@example.org" in page
    assert "Hello, Ann" in page
    assert 'sandbox=""' in page
    assert 'srcdoc="&lt;p&gt;Good evening, Ann.&lt;/p&gt;"' in page
    assert "375px" in read(staff, email, "phone").content.decode()
    text = read(staff, email, "text").content.decode()
    assert "<iframe" not in text
    assert "Good evening, Ann." in text


def test_an_email_cannot_break_out_of_its_frame(staff):
    @renders("greeting")
    def render(email):
        return Message("Hello", "-", html='"><script>alert(1)</script>')

    page = read(staff, rendered()).content.decode()
    assert "<script>alert(1)</script>" not in page


def test_an_email_that_is_not_rendered_yet_is_shown_as_it_would_be(staff):
    email = make_email(about={"name": "Ann"})
    page = read(staff, email).content.decode()
    assert "Not rendered yet" in page
    assert "Good evening, Ann." in page
    assert OutboxEmail.objects.get().state == "queued"


def test_an_email_that_cannot_be_rendered_shows_why(staff):
    assert "There is no renderer" in read(staff, make_email(kind="unheard-of")).content.decode()


def test_an_email_that_was_refused_shows_why(staff):
    assert "550 No such person" in read(staff, refused()).content.decode()


def test_erased_content_is_shown_as_deleted(staff):
    email = sent()
    OutboxEmail.objects.update(text="", html="")
    assert "has been deleted" in read(staff, email).content.decode()


def test_an_attachment_can_be_opened(staff):
    @renders("greeting")
    def render(email):
        return Message("Hello", "-", attachments=[("show.ics", b"BEGIN", "text/calendar")])

    email = rendered()
    page = read(staff, email).content.decode()
    attachment = email.attachments.get()
    url = reverse("admin:emails_outboxemail_attachment", args=[email.pk, attachment.pk])
    assert url in page
    answer = staff.get(url)
    assert b"".join(answer.streaming_content) == b"BEGIN"
    assert "show.ics" in answer.headers["Content-Disposition"]
    other = reverse("admin:emails_outboxemail_attachment", args=[rendered().pk, attachment.pk])
    assert staff.get(other).status_code == 404


def test_an_email_is_sent_again_as_a_new_one(staff):
    email = rendered(key="confirmation:K7F39QXM", to="ann@example.org")
    assert "→ ann@example.org" in act(staff, "send_again", email)
    assert OutboxEmail.objects.count() == 1
    done = act(staff, "send_again", email, confirmed="yes")
    assert "1 e-mail will be sent again." in done
    act(staff, "send_again", OutboxEmail.objects.latest("pk"), confirmed="yes")
    render_due_emails()

    again = OutboxEmail.objects.exclude(pk=email.pk)
    assert [each.to for each in again] == ["ann@example.org"] * 2
    assert sorted(each.key for each in again) == [
        "confirmation:K7F39QXM again 1",
        "confirmation:K7F39QXM again 2",
    ]
    assert OutboxEmail.objects.values("message_id").distinct().count() == 3


def test_an_email_about_an_account_is_not_sent_again(staff):
    """Its content cannot be rendered again, and its code has expired."""
    email = make_message(subject="Your code")
    assert "cannot be sent again" in act(staff, "send_again", email, confirmed="yes")
    assert OutboxEmail.objects.get() == email


def test_what_could_not_be_rendered_is_retried_now(staff):
    email = rendered(kind="unheard-of")

    @renders("unheard-of")
    def render(email):
        return Message("At last", "-")

    assert render_due_emails() == 0
    assert "1 e-mail will be retried now." in act(staff, "retry", email)
    assert render_due_emails() == 1


def test_what_was_refused_is_retried_now(staff):
    email = refused()
    assert send_queued_emails() == 0
    assert "1 e-mail will be retried now." in act(staff, "retry", email)
    assert send_queued_emails() == 1


def test_the_list_shows_emails_about_accounts(staff):
    email = make_message(subject="Reset your password", text="Use this code.")
    assert "Reset your password" in staff.get(EMAILS).content.decode()
    assert "Use this code." in read(staff, email, "text").content.decode()
    page = staff.get(f"{EMAILS}{email.pk}/change/")
    assert page.status_code == 200
    assert "Use this code." not in page.content.decode(), "The content has a page of its own."


def test_who_may_only_look_sends_nothing(reader):
    email = rendered()
    assert read(reader, email).status_code == 200
    act(reader, "send_again", email)
    assert OutboxEmail.objects.count() == 1


def test_strangers_read_nothing(client, reader):
    email = rendered()
    client.logout()
    assert read(client, email).status_code == 302
    nobody = User.objects.create_user(email="nobody@example.org", password="x", is_staff=True)
    client.force_login(nobody)
    assert read(client, email).status_code in (403, 404)
