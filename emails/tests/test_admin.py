"""Letters in the admin."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from post_office.models import STATUS, Email, Log

from accounts.models import User
from emails.kinds import kind_named
from emails.messages import Message
from emails.models import OutboxEmail
from emails.queueing import queue_email
from emails.rendering import render_due_emails, renders
from emails.sending import send_queued_emails

from .factories import make_owed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("writers")]

LETTERS = "/admin/emails/outboxemail/"
EMAILS = "/admin/post_office/email/"


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser(email="boss@example.org", password="x"))
    return client


@pytest.fixture
def reader(client):
    """Staff who may look at letters, and do nothing with them."""
    user = User.objects.create_user(email="reader@example.org", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return client


def written(**changes):
    letter = make_owed(**changes)
    render_due_emails()
    letter.refresh_from_db()
    return letter


def act(client, url, action, *rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(url, data, follow=True).content.decode()


def read(client, letter, way=""):
    url = reverse("admin:emails_outboxemail_read", args=[letter.pk])
    return client.get(url, {"as": way} if way else {})


def test_before_it_is_written_a_letter_is_called_by_its_kind(staff):
    letter = make_owed(kind="order_confirmation")
    make_owed(kind="performance_cancelled")
    title = kind_named(letter.kind).title
    page = staff.get(LETTERS, {"kind": letter.kind}).content.decode()
    assert re.findall(r'underline" href="[^"]+/read/">([^<]+)</a>', page) == [title]
    assert re.search(rf'kind=order_confirmation"[^>]*>\s*{title}', page)


def test_the_list_tells_how_far_each_letter_has_come(staff):
    written(about={"name": "Kept"})
    send_queued_emails()
    refused = written(about={"name": "Refused"})
    Email.objects.filter(pk=refused.email_id).update(status=STATUS.failed)
    Log.objects.create(email=refused.email, status=STATUS.failed, message="550 No such person")
    written(about={"name": "Waiting"})
    written(kind="unheard-of")

    page = staff.get(LETTERS).content.decode()

    for words in ("Hello, Kept", "kept here", "not delivered", "550 No such person"):
        assert words in page
    for words in ("on its way", "cannot be written", "Nobody writes letters"):
        assert words in page
    assert "Letters stay on this machine" in page


@pytest.mark.parametrize("state", ["unwritten", "stuck", "waiting", "sent", "undelivered"])
def test_the_list_is_filtered_by_state(staff, state):
    letters = {"waiting": written(), "undelivered": written(), "sent": written()}
    letters["stuck"] = letters["unwritten"] = written(kind="unheard-of")
    Email.objects.filter(letter=letters["sent"]).update(status=STATUS.sent)
    Email.objects.filter(letter=letters["undelivered"]).update(status=STATUS.failed)

    results = staff.get(LETTERS, {"state": state}).context["cl"].result_list

    assert list(results) == [letters[state]]


def test_the_list_does_not_ask_more_for_more_letters(staff, django_assert_max_num_queries):
    for _number in range(15):
        written()
    staff.get(LETTERS)
    with django_assert_max_num_queries(14):
        staff.get(LETTERS)


def test_a_real_mail_server_needs_no_notice(staff, settings):
    settings.EMAIL_URL = "smtp://mail.example.org"
    assert "Letters stay on this machine" not in staff.get(LETTERS).content.decode()


def test_a_letter_is_read_as_its_reader_sees_it(staff):
    letter = written(about={"name": "Ann"}, to="ann@example.org")

    page = read(staff, letter).content.decode()

    assert "ann@example.org" in page
    assert "Hello, Ann" in page
    assert 'sandbox=""' in page
    assert 'srcdoc="&lt;p&gt;Good evening, Ann.&lt;/p&gt;"' in page
    assert "375px" in read(staff, letter, "phone").content.decode()
    text = read(staff, letter, "text").content.decode()
    assert "<iframe" not in text
    assert "Good evening, Ann." in text


def test_a_letter_cannot_break_out_of_its_frame(staff):
    @renders("greeting")
    def write(letter):
        return Message("Hello", "-", html='"><script>alert(1)</script>')

    page = read(staff, written()).content.decode()
    assert "<script>alert(1)</script>" not in page


def test_a_letter_that_is_not_written_yet_is_shown_as_it_would_be(staff):
    letter = make_owed(about={"name": "Ann"})
    page = read(staff, letter).content.decode()
    assert "Not written yet" in page
    assert "Good evening, Ann." in page
    assert not Email.objects.exists()


def test_a_letter_that_cannot_be_written_says_why(staff):
    assert "Nobody writes letters" in read(staff, make_owed(kind="unheard-of")).content.decode()


def test_an_attachment_can_be_opened(staff):
    @renders("greeting")
    def write(letter):
        return Message("Hello", "-", attachments=[("show.ics", b"BEGIN", "text/calendar")])

    letter = written()
    page = read(staff, letter).content.decode()
    attachment = letter.email.attachments.get()
    url = reverse("admin:emails_outboxemail_attachment", args=[letter.pk, attachment.pk])
    assert url in page
    answer = staff.get(url)
    assert b"".join(answer.streaming_content) == b"BEGIN"
    assert "show.ics" in answer.headers["Content-Disposition"]
    other = reverse("admin:emails_outboxemail_attachment", args=[written().pk, attachment.pk + 99])
    assert staff.get(other).status_code == 404


def test_a_letter_is_sent_again_as_a_new_one(staff):
    letter = written(key="confirmation:K7F39QXM", to="ann@example.org")
    assert "1 letter will be sent again." in act(staff, LETTERS, "send_again", letter)
    act(staff, LETTERS, "send_again", OutboxEmail.objects.latest("pk"))
    render_due_emails()

    again = OutboxEmail.objects.exclude(pk=letter.pk)
    assert [each.to for each in again] == ["ann@example.org"] * 2
    assert sorted(each.key for each in again) == [
        "confirmation:K7F39QXM again 1",
        "confirmation:K7F39QXM again 2",
    ]
    assert len({email.message_id for email in Email.objects.all()}) == 3


def test_what_could_not_be_written_is_tried_now(staff):
    letter = written(kind="unheard-of")

    @renders("unheard-of")
    def write(letter):
        return Message("At last", "-")

    assert render_due_emails() == 0
    act(staff, LETTERS, "try_now", letter)
    assert render_due_emails() == 1


def test_what_was_not_delivered_is_tried_again(staff):
    letter = written()
    Email.objects.update(status=STATUS.failed)
    assert "1 letter is in the queue again." in act(staff, EMAILS, "try_again", letter.email)
    assert Email.objects.get().status == STATUS.queued


def test_the_queue_shows_letters_that_nobody_owed(staff):
    email = queue_email(to=["ann@example.org"], subject="Reset your password", text="Follow me.")
    assert "Reset your password" in staff.get(EMAILS).content.decode()
    url = reverse("admin:post_office_email_read", args=[email.pk])
    assert "Follow me." in staff.get(url).content.decode()
    assert staff.get(f"{EMAILS}{email.pk}/change/").status_code == 200


def test_post_offices_own_pages_are_gone(staff):
    for model in ("log", "emailtemplate", "attachment"):
        assert staff.get(f"/admin/post_office/{model}/").status_code == 404
    email = queue_email(to=["ann@example.org"], subject="Hello", text="-")
    assert staff.get(f"{EMAILS}{email.pk}/resend/").status_code in (302, 404)
    assert Email.objects.get().status == STATUS.queued


def test_who_may_only_look_reads_and_sends_nothing(reader):
    letter = written()
    assert read(reader, letter).status_code == 200
    act(reader, LETTERS, "send_again", letter)
    assert OutboxEmail.objects.count() == 1


def test_strangers_read_nothing(client, reader):
    letter = written()
    client.logout()
    assert read(client, letter).status_code == 302
    nobody = User.objects.create_user(email="nobody@example.org", password="x", is_staff=True)
    client.force_login(nobody)
    assert read(client, letter).status_code in (403, 404)
