"""Writing owed letters into the queue."""

import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation
from post_office.models import PRIORITY, STATUS, Email

from accounts.models import User
from accounts.tests.factories import make_user
from emails import kinds, queueing, rendering, sending
from emails.consents import say_wish
from emails.kinds import ConsentMode, Urgency
from emails.messages import Message
from emails.models import Consent, OutboxEmail
from emails.opt_outs import opt_out
from emails.rendering import preview, render_due_emails, renders
from emails.sending import secrets_of

from .factories import make_owed

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("writers")]


def test_it_writes_a_letter_into_the_queue():
    letter = make_owed(about={"name": "Ann"}, to="ann@example.org")

    assert render_due_emails() == 1

    letter.refresh_from_db()
    assert letter.written_at is not None
    assert letter.email.to == ["ann@example.org"]
    assert letter.email.subject == "Hello, Ann"
    assert letter.email.message == "Good evening, Ann."
    assert letter.email.html_message == "<p>Good evening, Ann.</p>"
    assert letter.email.status == STATUS.queued


def test_it_writes_a_letter_once():
    make_owed()
    render_due_emails()
    assert render_due_emails() == 0
    assert Email.objects.count() == 1


def test_it_leaves_letters_that_are_not_due_yet():
    make_owed(due_at=timezone.now() + timedelta(hours=1))
    assert render_due_emails() == 0


def test_it_gives_a_letter_the_same_message_id_for_ever():
    letter = make_owed(key="confirmation:K7F39QXM")
    render_due_emails()
    letter.refresh_from_db()

    headers = letter.email.email_message().message()
    assert headers["Message-ID"] == queueing.message_id_for("confirmation:K7F39QXM")
    assert headers["Message-ID"].endswith("@concert.example>")
    assert headers["Auto-Submitted"] == "auto-generated"


def test_it_writes_in_the_readers_language():
    @renders("greeting")
    def write(letter):
        return Message(subject=translation.get_language(), text="-")

    make_owed(language="de")
    render_due_emails()
    assert Email.objects.get().subject == "de"
    assert translation.get_language() == "en"


def test_it_attaches_what_belongs_to_a_letter():
    @renders("greeting")
    def write(letter):
        return Message("Hello", "-", attachments=[("show.ics", b"BEGIN", "text/calendar")])

    make_owed()
    render_due_emails()
    (attachment,) = Email.objects.get().attachments.all()
    assert (attachment.name, attachment.mimetype) == ("show.ics", "text/calendar")
    assert attachment.file.read() == b"BEGIN"


def test_it_is_done_with_a_letter_that_has_nothing_left_to_say():
    @renders("greeting")
    def write(letter):
        return None

    letter = make_owed()
    render_due_emails()

    letter.refresh_from_db()
    assert letter.written_at is not None
    assert letter.email is None


def test_it_does_not_run_templates_that_hide_in_names():
    make_owed(about={"name": "{{ 7|add:7 }} {% now 'Y' %} {% nonsense %}"})
    render_due_emails()
    assert Email.objects.get().subject == "Hello, {{ 7|add:7 }} {% now 'Y' %} {% nonsense %}"


def test_it_keeps_line_breaks_out_of_subjects():
    make_owed(about={"name": "Ann\r\nBcc: everybody@example.org"})
    render_due_emails()
    assert Email.objects.get().subject == "Hello, Ann Bcc: everybody@example.org"


def test_a_letter_that_cannot_be_written_stops_no_other(caplog):
    @renders("broken")
    def write(letter):
        OutboxEmail.objects.create(kind="stray", key="stray", to="a@example.org")
        raise RuntimeError("The show has no date.")

    broken = make_owed(kind="broken")
    fine = [make_owed() for _number in range(3)]

    assert render_due_emails() == 4

    assert OutboxEmail.objects.unwritten().get() == broken
    assert Email.objects.count() == len(fine)
    broken.refresh_from_db()
    assert broken.failure == "RuntimeError: The show has no date."
    assert broken.attempts == 1
    assert broken.due_at > timezone.now() + timedelta(seconds=30)
    assert not OutboxEmail.objects.filter(key="stray").exists()


def test_a_letter_that_failed_is_written_once_it_can_be():
    faults = [RuntimeError("not yet")]

    @renders("greeting")
    def write(letter):
        if faults:
            raise faults.pop()
        return Message("Hello", "-")

    letter = make_owed()
    render_due_emails()
    OutboxEmail.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    render_due_emails()

    letter.refresh_from_db()
    assert letter.failure == ""
    assert letter.email.subject == "Hello"


def test_it_says_when_nobody_writes_a_kind(caplog):
    letter = make_owed(kind="unheard-of")
    render_due_emails()
    letter.refresh_from_db()
    assert "Nobody writes letters of the kind 'unheard-of'" in letter.failure


def test_a_letter_that_kills_its_writer_lets_the_others_pass():
    class Killed(BaseException):
        """As when the process ends here."""

    @renders("deadly")
    def write(letter):
        raise Killed

    deadly, fine = make_owed(kind="deadly"), make_owed()
    with pytest.raises(Killed):
        render_due_emails()
    assert render_due_emails() == 1

    fine.refresh_from_db()
    deadly.refresh_from_db()
    assert fine.written_at is not None
    assert (deadly.written_at, deadly.attempts) == (None, 1)


def test_it_writes_nothing_that_its_reader_refuses():
    @renders("reminder")
    def write(letter):
        return Message("Tomorrow", "-")

    User.objects.create_user(email="ann@example.org", password="x")
    opt_out(email="ann@example.org", kind="reminder")
    make_owed(kind="reminder", to="ann@example.org")
    make_owed(kind="reminder", to="bob@example.org")
    render_due_emails()

    email = Email.objects.get()
    assert email.to == ["bob@example.org"]
    assert email.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert email.headers["List-Unsubscribe"] == "<[hidden:unsubscribe_header]>"
    assert "/emails/unsubscribe/" in secrets_of(email)["unsubscribe_header"]


def test_two_writers_write_each_letter_once():
    for _number in range(20):
        make_owed()
    _side_by_side(4, render_due_emails)
    assert Email.objects.count() == 20
    assert OutboxEmail.objects.unwritten().count() == 0


def test_two_writers_of_one_letter_put_one_into_the_queue():
    _write_at_once(make_owed())
    assert Email.objects.count() == 1


def test_without_the_lock_two_writers_of_one_letter_put_in_two(monkeypatch):
    """The control: what the lock on the letter is for does happen without it."""
    monkeypatch.setattr("emails.querysets.OutboxEmailQuerySet.for_writing", lambda self: self)
    _write_at_once(make_owed())
    assert Email.objects.count() == 2


def test_a_preview_changes_nothing():
    letter = make_owed(about={"name": "Ann"})
    assert preview(letter).subject == "Hello, Ann"
    assert not Email.objects.exists()


def _write_at_once(letter):
    """Two writers have taken the letter up, as after a claim ran out, and write it side by side."""
    both = threading.Barrier(2)

    @renders("greeting")
    def write(letter):
        # Both are here at once, if they can be.
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1.5)
        return Message("Hello", "-")

    _side_by_side(2, lambda: rendering._write(letter))


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


# --- News -----------------------------------------------------------------------------------


@pytest.fixture
def ann(monkeypatch):
    """A reader in Berlin who has asked for letters of the kind "news"; tickets know no wish."""
    monkeypatch.setattr(kinds, "_kinds", {})
    renders("tickets", title="Tickets", urgency=Urgency.TICKETS)(_hello)
    renders("news", title="News", urgency=Urgency.NEWS, wish=ConsentMode.WHEN_ASKED_FOR)(_hello)
    ann = make_user("ann@example.org", time_zone="Europe/Berlin")
    say_wish(user=ann, kind="news", is_wanted=True, source=Consent.Source.SIGN_UP)
    return ann


def _hello(letter):
    return Message("Hello", "-")


def test_tickets_go_before_a_thousand_news(ann, time_machine):
    time_machine.move_to("2026-06-12T12:00+02:00")
    for number in range(20):
        make_owed(kind="news", to=ann.email, user=ann, key=f"news:{number}")
    tickets = make_owed(kind="tickets")
    render_due_emails(batch=1)
    tickets.refresh_from_db()
    assert tickets.email is not None, "Written before what was owed earlier."
    render_due_emails()
    assert set(Email.objects.values_list("priority", flat=True)) == {PRIORITY.high, PRIORITY.low}
    assert sending._claim_one() == tickets.email


def test_news_that_come_late_wait_for_the_morning_of_their_reader(ann, time_machine):
    """The worker was away from noon, when it was due, until eleven at night."""
    time_machine.move_to("2026-06-12T23:00+02:00")
    letter = make_owed(kind="news", to=ann.email, user=ann)
    tickets = make_owed(kind="tickets")
    render_due_emails()
    letter.refresh_from_db()
    tickets.refresh_from_db()
    assert (letter.written_at, letter.attempts) == (None, 0)
    assert letter.due_at == datetime.fromisoformat("2026-06-13T09:00+02:00")
    assert tickets.written_at is not None


def test_news_come_from_their_own_address_and_only_they_can_be_unsubscribed(ann, settings):
    settings.NEWS_FROM_EMAIL = "News <news@concert.example>"
    settings.REPLY_TO_EMAIL = "office@concert.example"
    news = make_owed(kind="news", to=ann.email, user=ann, about={"zone": _zone_where_it_is_noon()})
    tickets = make_owed(kind="tickets")
    render_due_emails()
    news.refresh_from_db()
    tickets.refresh_from_db()
    assert news.email.from_email == "News <news@concert.example>"
    assert tickets.email.from_email == settings.DEFAULT_FROM_EMAIL
    assert news.email.headers["Reply-To"] == tickets.email.headers["Reply-To"]
    assert "List-Unsubscribe-Post" in news.email.headers
    assert "List-Unsubscribe" not in tickets.email.headers


def _zone_where_it_is_noon():
    """News are written by day only; somewhere it always is."""
    return f"Etc/GMT{(datetime.now(UTC).hour - 12):+d}"
