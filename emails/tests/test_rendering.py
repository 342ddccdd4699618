"""Render enqueued e-mails."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from accounts.models import User
from accounts.tests.factories import make_user
from emails import kinds, rendering, sending
from emails.consents import record_consent
from emails.content import message_id_for, secrets_of
from emails.kinds import ConsentMode, Urgency
from emails.messages import Message
from emails.models import Consent, OutboxEmail
from emails.opt_outs import opt_out
from emails.rendering import preview, render_due_emails, renders
from organisation.tests.factories import set_organisation

from .factories import end_leases, make_email

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("renderers")]


def test_it_renders_an_email():
    email = make_email(about={"name": "Ann"}, to="ann@example.org")

    assert render_due_emails() == 1

    email.refresh_from_db()
    assert (email.state, email.attempts, email.leased_until) == ("rendered", 0, None)
    assert email.rendered_at is not None
    assert email.to == "ann@example.org"
    assert email.subject == "Hello, Ann"
    assert email.text == "Good evening, Ann."
    assert email.html == "<p>Good evening, Ann.</p>"


def test_it_renders_an_email_once(calls):
    make_email()
    render_due_emails()
    assert render_due_emails() == 0
    assert len(calls) == 1


def test_it_leaves_emails_that_are_not_due_yet():
    make_email(due_at=timezone.now() + timedelta(hours=1))
    assert render_due_emails() == 0


def test_an_email_always_has_the_same_message_id():
    email = make_email(key="confirmation:K7F39QXM")
    render_due_emails()
    email.refresh_from_db()

    headers = sending.message_of(email, {}).message()
    assert headers["Message-ID"] == message_id_for("confirmation:K7F39QXM")
    assert headers["Message-ID"].endswith("@concert.example>")
    assert headers["Auto-Submitted"] == "auto-generated"


def test_it_renders_in_the_language_of_the_recipient():
    @renders("greeting")
    def render(email):
        return Message(subject=translation.get_language(), text="-")

    make_email(language="de")
    render_due_emails()
    assert OutboxEmail.objects.get().subject == "de"
    assert translation.get_language() == "en"


def test_it_stores_attachments():
    @renders("greeting")
    def render(email):
        return Message("Hello", "-", attachments=[("show.ics", b"BEGIN", "text/calendar")])

    make_email()
    render_due_emails()
    (attachment,) = OutboxEmail.objects.get().attachments.all()
    assert (attachment.name, attachment.mimetype) == ("show.ics", "text/calendar")
    assert attachment.file.read() == b"BEGIN"


def test_it_skips_an_email_without_content():
    @renders("greeting")
    def render(email):
        return None

    email = make_email()
    render_due_emails()

    email.refresh_from_db()
    assert (email.state, email.rendered_at, email.leased_until) == ("skipped", None, None)


def test_template_syntax_in_names_is_not_executed():
    make_email(about={"name": "{{ 7|add:7 }} {% now 'Y' %} {% nonsense %}"})
    render_due_emails()
    assert OutboxEmail.objects.get().subject == "Hello, {{ 7|add:7 }} {% now 'Y' %} {% nonsense %}"


def test_subjects_are_one_line():
    make_email(about={"name": "Ann\r\nBcc: everybody@example.org"})
    render_due_emails()
    assert OutboxEmail.objects.get().subject == "Hello, Ann Bcc: everybody@example.org"


def test_an_email_that_cannot_be_rendered_does_not_block_others(caplog):
    @renders("broken")
    def render(email):
        OutboxEmail.objects.create(kind="stray", key="stray", to="a@example.org")
        raise RuntimeError("The show has no date.")

    broken = make_email(kind="broken")
    fine = [make_email() for _number in range(3)]

    assert render_due_emails() == 4

    assert OutboxEmail.objects.queued().get() == broken
    assert OutboxEmail.objects.rendered().count() == len(fine)
    broken.refresh_from_db()
    assert broken.error == "RuntimeError: The show has no date."
    assert broken.attempts == 1
    assert broken.due_at > timezone.now() + timedelta(seconds=30)
    assert not OutboxEmail.objects.filter(key="stray").exists()


def test_an_email_that_failed_is_rendered_once_it_can_be():
    faults = [RuntimeError("not yet")]

    @renders("greeting")
    def render(email):
        if faults:
            raise faults.pop()
        return Message("Hello", "-")

    email = make_email()
    render_due_emails()
    OutboxEmail.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    render_due_emails()

    email.refresh_from_db()
    assert (email.error, email.subject) == ("", "Hello")


def test_a_kind_without_a_renderer_is_an_error(caplog):
    email = make_email(kind="unheard-of")
    render_due_emails()
    email.refresh_from_db()
    assert "no renderer for e-mails of the kind 'unheard-of'" in email.error


def test_an_email_that_kills_its_worker_does_not_block_others_and_is_postponed(settings):
    class Killed(BaseException):
        """Raised where the process would be killed."""

    @renders("deadly")
    def render(email):
        raise Killed

    deadly, fine = make_email(kind="deadly"), make_email()
    with pytest.raises(Killed):
        render_due_emails()
    assert render_due_emails() == 1

    fine.refresh_from_db()
    deadly.refresh_from_db()
    assert fine.state == "rendered"
    assert (deadly.state, deadly.attempts) == ("queued", 1)
    assert deadly.due_at < timezone.now(), "Only its lease keeps others from it."

    end_leases(settings)
    with pytest.raises(Killed):
        render_due_emails()
    deadly.refresh_from_db()
    assert deadly.attempts == 2
    assert deadly.due_at > timezone.now() + timedelta(seconds=30)


def test_it_skips_what_its_recipient_has_opted_out_of():
    @renders("reminder")
    def render(email):
        return Message("Tomorrow", "-")

    User.objects.create_user(email="ann@example.org", password="x")
    opt_out(email="ann@example.org", kind="reminder")
    make_email(kind="reminder", to="ann@example.org")
    make_email(kind="reminder", to="bob@example.org")
    render_due_emails()

    email = OutboxEmail.objects.rendered().get()
    assert email.to == "bob@example.org"
    assert OutboxEmail.objects.skipped().get().to == "ann@example.org"
    assert email.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email.headers["List-Unsubscribe"] == "<[hidden:unsubscribe_header]>"
    assert "/emails/unsubscribe/" in secrets_of(email)["unsubscribe_header"]


def test_two_workers_render_each_email_once(calls):
    for _number in range(20):
        make_email()
    _side_by_side(4, render_due_emails)
    assert len(calls) == 20
    assert not OutboxEmail.objects.queued().exists()


def test_two_workers_render_the_same_email_once(calls):
    _render_at_once(make_email(), calls)
    assert len(calls) == 1


def test_without_the_lock_two_workers_render_the_same_email_twice(monkeypatch, calls):
    """Control: without the lock on the row it is rendered twice."""
    monkeypatch.setattr(
        "emails.querysets.OutboxEmailQuerySet.locked_for_rendering", lambda self: self
    )
    _render_at_once(make_email(), calls)
    assert len(calls) == 2


def test_a_preview_changes_nothing():
    email = make_email(about={"name": "Ann"})
    assert preview(email).subject == "Hello, Ann"
    assert OutboxEmail.objects.get().state == "queued"


@pytest.fixture
def calls(monkeypatch):
    """The stored contents, one for each call of `store_content`."""
    stored, original = [], rendering.store_content

    def store(email, **content):
        stored.append(content)
        original(email, **content)

    monkeypatch.setattr(rendering, "store_content", store)
    return stored


def _render_at_once(email, calls):
    """Render the e-mail in two workers at once, as after a lease has expired."""
    both = threading.Barrier(2)

    @renders("greeting")
    def render(email):
        # Both workers are here at the same time if they can be.
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1.5)
        return Message("Hello", "-")

    _side_by_side(2, lambda: rendering._render(email))


def _side_by_side(number, work):
    start, errors = threading.Barrier(number), []

    def run():
        try:
            start.wait(timeout=10)
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []


@pytest.fixture
def ann(monkeypatch):
    """Make a recipient in Berlin who subscribed to the kind "news"; tickets need no consent."""
    monkeypatch.setattr(kinds, "_kinds", {})
    renders("tickets", title="Tickets", urgency=Urgency.TICKETS)(_hello)
    renders("news", title="News", urgency=Urgency.NEWS, consent=ConsentMode.OPT_IN)(_hello)
    ann = make_user("ann@example.org", time_zone="Europe/Berlin")
    record_consent(user=ann, kind="news", is_wanted=True, source=Consent.Source.SIGN_UP)
    return ann


def _hello(email):
    return Message("Hello", "-")


def test_tickets_are_sent_before_a_thousand_newsletters(ann, time_machine):
    time_machine.move_to("2026-06-12T12:00+02:00")
    for number in range(20):
        make_email(kind="news", to=ann.email, user=ann, key=f"news:{number}")
    tickets = make_email(kind="tickets")
    render_due_emails(batch=1)
    tickets.refresh_from_db()
    assert tickets.state == "rendered", "Before what was enqueued earlier."
    render_due_emails()
    assert sending._claim_one() == tickets


def test_late_newsletters_wait_for_the_morning_of_their_recipient(ann, time_machine):
    """No worker ran from noon, when it was due, until 23:00."""
    time_machine.move_to("2026-06-12T23:00+02:00")
    email = make_email(kind="news", to=ann.email, user=ann)
    tickets = make_email(kind="tickets")
    render_due_emails()
    email.refresh_from_db()
    tickets.refresh_from_db()
    assert (email.state, email.attempts, email.leased_until) == ("queued", 0, None)
    assert email.due_at == datetime.fromisoformat("2026-06-13T09:00+02:00")
    assert tickets.state == "rendered"


def test_newsletters_have_their_own_sender_and_only_they_can_be_unsubscribed(ann):
    set_organisation(
        name="Gasworks",
        sender_address="tickets@gasworks.example",
        news_address="news@gasworks.example",
        reply_to="office@gasworks.example",
    )
    news = make_email(kind="news", to=ann.email, user=ann, about={"zone": _zone_where_it_is_noon()})
    tickets = make_email(kind="tickets")
    render_due_emails()
    news.refresh_from_db()
    tickets.refresh_from_db()
    assert news.sender == "Gasworks <news@gasworks.example>"
    assert tickets.sender == "Gasworks <tickets@gasworks.example>"
    assert news.headers["Reply-To"] == "office@gasworks.example"
    assert news.headers["Reply-To"] == tickets.headers["Reply-To"]
    assert "List-Unsubscribe-Post" in news.headers
    assert "List-Unsubscribe" not in tickets.headers


def _zone_where_it_is_noon():
    """Return a time zone in which it is about noon, because news are sent by day only."""
    return f"Etc/GMT{(datetime.now(UTC).hour - 12):+d}"
