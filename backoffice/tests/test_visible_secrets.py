"""Controls of the search for secrets in the admin. They commit, so they have their own file."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_user
from backoffice.tests.secret_rows import PRODUCTION, make_secrets, note_codes
from backoffice.tests.test_secrets_in_admin import browser_of, search_pages
from emails import content
from emails.admin import preview
from emails.models import OutboxEmail
from emails.sending import send_queued_emails


@pytest.mark.django_db(transaction=True)
def test_without_the_placeholders_staff_would_see_them(settings, monkeypatch, caplog):
    """The control: the search finds what it is looking for."""
    for name, value in PRODUCTION.items():
        setattr(settings, name, value)
    for module in (content, preview):
        monkeypatch.setattr(module, "hide", lambda parts, secrets: parts)
    secrets = make_secrets(note_codes(monkeypatch), monkeypatch)
    read, _places = search_pages(browser_of(Role.BOX_OFFICE), secrets, caplog.text)
    found = {name for names in read.values() for name in names}
    assert "link to unsubscribe" in found
    assert len({name for name in found if re.fullmatch(r"code \d+", name)}) == 5
    assert any(name.startswith("key of order") for name in found)


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("sends", [True, False])
@pytest.mark.django_db(transaction=True)
def test_only_superusers_see_them_and_only_where_no_email_is_sent(
    local, sends, settings, monkeypatch
):
    codes = note_codes(monkeypatch)
    settings.EMAIL_BACKEND = PRODUCTION["EMAIL_BACKEND"]
    settings.LOCAL_MODE, settings.EMAIL_URL = local, "smtp://mail.example.org" if sends else ""
    make_user("alice@example.com")
    Client().post("/accounts/password/reset/", {"email": "alice@example.com"})
    send_queued_emails()
    url = reverse("admin:emails_outboxemail_read", args=[OutboxEmail.objects.get().pk])

    visible = browser_of("superuser").get(url).content.decode()
    assert (codes[0] in visible) is (local and not sends)
    assert ("[hidden:code]" in visible) is not (local and not sends)
    for role in (Role.MANAGER, Role.BOX_OFFICE):
        page = browser_of(role).get(url).content.decode()
        assert codes[0] not in page and "[hidden:code]" in page
        assert "They are added when the e-mail is sent" in page
