"""Whole texts that staff write for each kind of e-mail, with blocks."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.tests.factories import make_user
from emails.account_messages import ACCOUNT_KINDS
from emails.bodies import problems_of_body
from emails.models import EmailTemplate, OutboxEmail
from emails.placeholders import placeholders_of
from emails.rendering import preview, render_due_emails
from emails.sample_registry import sample_of
from emails.template_editing import (
    editable_kinds,
    problems_with,
    save_wording,
    standard_of,
    try_wording,
)
from emails.wording import Wording, trying

from .factories import make_paid_order

pytestmark = pytest.mark.django_db

KINDS = [kind.name for kind in editable_kinds()]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def sample_message(kind, language="en"):
    with translation.override(language):
        return sample_of(kind)[1]


def body_of(html):
    return html.partition("<h1")[2]


def without_random(text):
    return re.sub(r"https?://\S+|alice\.\w+@|\b[A-Z0-9]{8}\b|\d\d?:\d\d", "…", text)


def words(html):
    return without_random(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS)))
def test_the_standard_text_says_all_that_the_template_says(number, kind):
    """What is shown for editing, with one line more, gives the same e-mail."""
    language = LANGUAGES[number % len(LANGUAGES)]
    standard = standard_of(kind, language)
    before = sample_message(kind, language)
    with trying(Wording(body=f"{standard.body}\n\nP.S. **Bye**")):
        after = sample_message(kind, language)
    assert "<strong>Bye</strong>" in after.html and "P.S. Bye" in after.text
    assert words(body_of(after.html)).replace("P.S. Bye ", "") == words(body_of(before.html))
    lines = without_random(after.text.replace("P.S. Bye", "")).split()
    assert lines == without_random(before.text).split()
    assert after.html.count('class="button"') == before.html.count('class="button"')
    problems = problems_of_body("No", placeholders_of(kind), standard.blocks, standard.required)
    assert len(problems) == len(standard.required)


@pytest.mark.parametrize(
    ("kind", "block"),
    [
        ("order_confirmation", "button"),
        ("order_confirmation", "order_summary"),
        ("order_confirmation", "cancellation"),
        ("performance_rescheduled", "cancellation"),
        ("order_reserved", "details"),
        ("account_email_confirmation", "code"),
        ("account_email_confirmation_signup", "code"),
        ("account_password_reset_code", "code"),
        ("account_account_already_exists", "link"),
    ],
)
def test_what_customers_need_is_required(kind, block):
    assert block in standard_of(kind, "en").required


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("Dear {surname}", "no placeholder {surname}"),
        ("See {button} here", "{button} needs a line of its own"),
        ("{code}", "no placeholder {code}"),
        ("[x]({name})", "not an address"),
    ],
)
def test_wrong_texts_are_refused(body, problem):
    blocks = "\n".join(f"{{{name}}}" for name in standard_of("order_confirmation", "en").required)
    problems = problems_with("order_confirmation", "en", Wording("", "", f"{body}\n{blocks}"))
    assert list(problems) == ["body"] and problem in " ".join(map(str, problems["body"]))


def test_blocks_stand_in_whole_texts_only():
    problems = problems_with("order_confirmation", "en", Wording("{button}", "{order_summary}"))
    assert set(problems) == {"subject", "introduction"}


def test_blocks_can_be_moved_and_the_introduction_left_out():
    order = make_paid_order()
    body = "Dear {name},\n\n{order_summary}\n{cancellation}\n\n- one\n- **two**\n\n{button}"
    save_wording(kind="order_confirmation", language="en", wording=Wording("", "", body))
    message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
    assert "Thank you for your order" not in message.text + message.html
    assert message.text.index(f"Dear {order.name}") < message.text.index("Total:")
    assert message.text.index("Total:") < message.text.index("- two")
    assert message.html.index("<strong>two</strong>") < message.html.index('class="button"')
    assert "You received this e-mail because" in message.text and "<title>" in message.html
    assert message.attachments


def test_a_body_keeps_what_customers_type_as_text():
    order = make_paid_order()
    order.name = "**Bob** <b>x</b>"
    order.save(update_fields=["name"])
    standard = standard_of("order_confirmation", "en")
    body = f"Dear {{name}}, <script>alert(1)</script>\n\n{standard.body}"
    save_wording(kind="order_confirmation", language="en", wording=Wording("", "", body))
    message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
    assert "**Bob** &lt;b&gt;x&lt;/b&gt;" in message.html and "<script" not in message.html


def test_optional_emails_keep_the_link_to_unsubscribe():
    save_wording(kind="reminder", language="en", wording=Wording("", "", "Soon.\n\n{button}"))
    message = sample_message("reminder")
    assert "/emails/unsubscribe/" in message.text and "/emails/unsubscribe/" in message.html


def test_a_body_that_cannot_be_used_stops_no_email():
    make_paid_order()
    EmailTemplate.objects.create(kind="order_confirmation", language="en", body="{gone}\n\nHello")
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_confirmation")
    assert email.state == "rendered" and "Thank you for your order" in email.text
    assert "gone" in EmailTemplate.objects.broken().get().error


def test_an_edited_text_costs_no_more_queries():
    for number in range(3):
        make_paid_order(email=f"c{number}@example.org")
    emails = list(OutboxEmail.objects.filter(kind="order_confirmation"))

    def cost():
        with CaptureQueriesContext(connection) as queries:
            for email in emails:
                preview(email)
        return len(queries)

    standard = cost()
    body = standard_of("order_confirmation", "en").body + "\n\nBye {name} {venue}"
    save_wording(kind="order_confirmation", language="en", wording=Wording("", "", body))
    assert cost() == standard


@pytest.fixture
def outbox(settings):
    """Store the e-mails of allauth in the outbox, as outside of tests."""
    settings.EMAIL_BACKEND = "emails.backend.QueueBackend"


@pytest.mark.usefixtures("outbox")
def test_account_emails_have_the_text_of_staff_and_keep_their_code():
    user = make_user(email="ann@example.org", name="Ann Archer")
    body = "Hello {name}\n\n{code}\n\nYours, **us**"
    save_wording(
        kind="account_password_reset_code", language="en", wording=Wording("Reset it", "", body)
    )
    Client().post(reverse("account_reset_password"), {"email": user.email})
    email = OutboxEmail.objects.get(to=user.email)
    assert email.subject == "Reset it"
    assert "[hidden:code]" in email.text and "[hidden:code]" in email.html
    assert f"Hello {user.name}" in email.text and "<strong>us</strong>" in email.html
    assert email.sealed_secrets and "because of an account with your address" in email.html
    assert not EmailTemplate.objects.broken().exists()


@pytest.mark.usefixtures("outbox")
def test_an_account_email_is_sent_though_its_text_cannot_be_used():
    user = make_user(email="ann@example.org")
    EmailTemplate.objects.create(
        kind="account_password_reset_code", language="en", subject="{gone}", body="No code"
    )
    Client().post(reverse("account_reset_password"), {"email": user.email})
    email = OutboxEmail.objects.get(to=user.email)
    assert email.subject == "Your password reset code" and "[hidden:code]" in email.text
    assert EmailTemplate.objects.broken().exists()


@pytest.mark.parametrize("kind", sorted(ACCOUNT_KINDS))
def test_account_emails_are_previewed_with_a_customer(kind):
    user = make_user(email="ann@example.org", name="Ann Other")
    wording = Wording("For {email}")
    trial = try_wording(kind, "en", wording, customer="Ann@example.org")
    assert trial.message.subject == f"For {user.email}" and not trial.is_sample
    assert try_wording(kind, "en", wording, customer="nobody@example.org") is None
    assert not OutboxEmail.objects.exists()
