"""E-mails about an account: HTML and text, and their language."""

import re

import pytest
from django.template.loader import get_template

from devserver.run.claims import CHECKOUT

from .factories import code_in, make_user

pytestmark = pytest.mark.django_db

TEMPLATES = [
    path
    for path in sorted(CHECKOUT.glob("templates/*/email/*_message.txt"))
    if path.stem != "base_message"
]


def ask_for_a_password(client, email="alice@example.com"):
    client.post("/accounts/password/reset/", {"email": email})


def html_of(email):
    ((body, kind),) = email.alternatives
    assert kind == "text/html"
    return body


def test_text_and_html_say_the_same(client, alice, mailoutbox):
    ask_for_a_password(client)
    email_message = mailoutbox[0]
    html = html_of(email_message)
    code = code_in(email_message)
    assert re.search(rf"^{code}$", email_message.body, re.M)
    assert f">{code}</p>" in html
    for sentence in ["Enter this code to choose a new password:", "Your password stays the same."]:
        assert sentence in email_message.body
        assert sentence in html
    assert html.count("because of an account with your address") == 1


def test_it_is_in_the_language_of_the_account(client, mailoutbox, monkeypatch):
    make_user(language="de")
    ask_for_a_password(client)
    assert '<html lang="de">' in html_of(mailoutbox[0])
    ask_for_a_password(client, "nobody@example.com")
    assert '<html lang="en">' in html_of(mailoutbox[1])


def test_its_links_work(client, alice, mailoutbox, settings):
    form = {"email": alice.email, "password1": "correct horse battery"}
    client.post("/accounts/signup/", form)
    link = f"{settings.SITE_URL}/accounts/password/reset/"
    assert link in mailoutbox[0].body
    assert re.search(
        rf'<a class="button" href="{link}"[^>]*>Reset password</a>', html_of(mailoutbox[0])
    )


def test_it_quotes_only_the_network_address_of_an_unknown_requester(client, alice, mailoutbox):
    client.force_login(alice)
    form = {
        "oldpassword": "correct horse battery",
        "password1": "a new one 1",
        "password2": "a new one 1",
    }
    client.post(
        "/accounts/password/change/",
        form,
        headers={"user-agent": "http://evil.example"},
    )
    assert "evil.example" not in mailoutbox[0].body + html_of(mailoutbox[0])
    assert "127.0.0.1" in mailoutbox[0].body


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_the_subject_of_every_email_is_one_line(path):
    name = str(path.relative_to(CHECKOUT / "templates"))
    subject = get_template(name.replace("_message.txt", "_subject.txt"))
    context = {"code": "ABCD-EFGH", "email": "a@example.com", "site_url": "https://x.example"}
    assert len(subject.render(context).strip().splitlines()) == 1
    body = get_template(name).render(context)
    assert "https://x.example" in body
    # They become buttons (`core.text_as_html`), so no sentence leads up to a link.
    labels = re.findall(r"^(.+): https?://", body, re.M)
    assert all(len(label) < 30 for label in labels), labels
    assert "You received this e-mail because" in body
