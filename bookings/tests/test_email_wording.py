"""What staff write for each kind of e-mail: filled in, refused, reset; it never stops an e-mail."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from emails import sample_registry
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
from emails.wording import Wording

from .factories import make_paid_order

pytestmark = pytest.mark.django_db

KINDS = [kind.name for kind in editable_kinds()]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def wording_with_everything(kind):
    """Return a wording with every placeholder of the kind, in bold or as a link."""
    known = placeholders_of(kind)
    links = "\n".join(f"- [go]({one.written})" for one in known if one.is_link)
    words = " ".join(f"**{one.written}**" for one in known if not one.is_link)
    subject = " ".join(one.written for one in known if not one.is_link)
    return Wording(f"Edited {subject}", f"Edited text {words}\n\n{links}")


def sample_message(kind, language="en"):
    with translation.override(language):
        return sample_of(kind)[1]


@pytest.fixture
def sample(kind, request, monkeypatch):
    """Create the rows of the kind's sample once for the test, not for each e-mail."""
    language = request.node.callspec.params.get("language", "en")
    with translation.override(language):
        rows = sample_registry._factories[kind]()
    monkeypatch.setitem(sample_registry._factories, kind, lambda: rows)


# Each kind in one of the languages, as they take turns.
BY_TURNS = [(kind, LANGUAGES[number % len(LANGUAGES)]) for number, kind in enumerate(KINDS)]


@pytest.mark.parametrize(("kind", "language"), BY_TURNS)
def test_every_kind_can_be_edited(kind, language, sample):
    before = sample_message(kind, language)
    wording = wording_with_everything(kind)
    assert problems_with(kind, language, wording) == {}
    save_wording(kind=kind, language=language, wording=wording)
    after = sample_message(kind, language)
    assert after.subject.startswith("Edited ") and before.subject in after.subject
    assert "{" not in after.subject and "Edited text" in after.text
    assert "<strong>" in after.html and "Edited text" in after.html and '">go</a>' in after.html
    assert ".invalid" not in after.text + after.html
    assert not re.search(r"\{\w+\}", after.text) and not re.search(r"\{[a-z]+_?\w*\}", _body(after))
    assert not EmailTemplate.objects.broken().exists()


def _body(message):
    return message.html.partition("<body")[2]


@pytest.mark.parametrize("kind", KINDS)
def test_what_must_not_be_lost_stays(kind, sample):
    """The text after the introduction, and the e-mail's links, are those of the template."""
    before = sample_message(kind)
    rest = [line for line in before.text.splitlines() if line.strip()]
    replaced = {*before.standard.introduction.splitlines(), before.subject}
    save_wording(kind=kind, language="en", wording=Wording("Short", "Nothing."))
    after = sample_message(kind)
    lost = [
        line
        for line in rest
        if line not in after.text and line not in replaced and not _differs(line)
    ]
    assert lost == []
    assert _buttons(before.html) == _buttons(after.html)
    assert [name.rpartition(".")[2] for name, *_ in before.attachments] == [
        name.rpartition(".")[2] for name, *_ in after.attachments
    ]


def _differs(line):
    """Return whether the line has something random: each sample is new."""
    return re.search(r"https?://|\b[A-Z0-9]{8}\b", line)


def _buttons(html):
    return re.findall(r'class="button"[^>]*>([^<]+)<', html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_standard_texts_are_shown_with_placeholders_instead_of_a_customers_data(language, subtests):
    for kind in KINDS:
        standard = standard_of(kind, language)
        text = standard.subject + standard.introduction + standard.body
        with subtests.test(kind=kind):
            assert standard.subject and standard.body.startswith(("{introduction}", "{greeting}"))
            assert "Nachtmusik" not in text and "Alice" not in text and not re.search(r"\d", text)


@pytest.mark.parametrize(("kind", "language"), BY_TURNS)
def test_standard_texts_can_be_saved_and_store_nothing(kind, language, sample):
    standard = standard_of(kind, language)
    wording = Wording(standard.subject, standard.introduction, standard.body)
    assert problems_with(kind, language, wording) == {}
    assert save_wording(kind=kind, language=language, wording=wording) is None
    assert not EmailTemplate.objects.exists()


@pytest.mark.parametrize(
    ("subject", "introduction", "field", "problem"),
    [
        ("Hi {surname}", "", "subject", "no placeholder {surname}"),
        ("", "Hi {{ Name }}", "introduction", "no placeholder {Name}"),
        ("Go to {order_link}", "", "subject", "is a link"),
        ("", "[here]({name})", "introduction", "not an address"),
    ],
)
def test_wrong_placeholders_are_refused(subject, introduction, field, problem):
    problems = problems_with("order_confirmation", "en", Wording(subject, introduction))
    assert list(problems) == [field] and problem in problems[field][0]


def test_a_name_is_never_read_as_markup():
    order = make_paid_order()
    order.name = "**Bob** <b>x</b> [a](https://evil.example)"
    order.save(update_fields=["name"])
    text = "Dear {name},\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    save_wording(kind="order_confirmation", language="en", wording=Wording("", text))
    message = preview(OutboxEmail.objects.get(kind="order_confirmation"))
    assert f"Dear {order.name}," in message.text
    assert "&lt;b&gt;x&lt;/b&gt; [a](https://evil.example)" in message.html
    assert "<script" not in message.html and "javascript:alert" not in _hrefs(message.html)


def _hrefs(html):
    return " ".join(re.findall(r'href="([^"]*)"', html))


def test_links_to_orders_stay_secret_while_stored():
    order = make_paid_order()
    save_wording(
        kind="order_confirmation",
        language="en",
        wording=Wording("", "See {order_link} or [your order]({order_link})."),
    )
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_confirmation")
    assert email.state == "rendered" and order.key not in email.text + email.html
    assert email.html.count("[hidden:order_key]") >= 3
    assert email.text.count("[hidden:order_key]") >= 3


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hi {gone}"},
        {"introduction": "Hi {gone}"},
    ],
)
def test_a_broken_text_stops_no_email(changes):
    """As after an update that took a placeholder away."""
    make_paid_order()
    EmailTemplate.objects.create(kind="order_confirmation", language="en", **changes)
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_confirmation")
    assert email.state == "rendered" and email.subject.startswith("Your tickets for Nachtmusik")
    assert "Thank you for your order!" in email.text
    assert "gone" in EmailTemplate.objects.broken().get().error


def test_other_languages_keep_the_standard():
    save_wording(kind="reminder", language="de", wording=Wording("Bis bald", ""))
    assert sample_message("reminder", "de").subject == "Bis bald"
    assert sample_message("reminder", "en").subject.startswith("Tomorrow at")


def test_texts_are_tried_on_a_real_order():
    first, second = make_paid_order(), make_paid_order(email="bob@example.org")
    wording = Wording("For {name}, {order}", "")
    trial = try_wording("order_confirmation", "en", wording, order=first.reference.lower())
    assert trial.message.subject == f"For {first.name}, {first.reference}" and not trial.is_sample
    assert try_wording("order_confirmation", "en", wording).message.subject.endswith(
        second.reference
    )
    assert try_wording("order_confirmation", "en", wording, order="NONE") is None
    assert try_wording("tickets_moved", "en", wording).is_sample
    assert not EmailTemplate.objects.exists()
