"""What accounts say about letters, when, and where they say it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.tests.factories import make_user
from emails import kinds
from emails.consents import (
    readers_of,
    refusing,
    say_wish,
    say_wish_if_never_asked,
    wants,
    wants_of,
    what_was_said,
)
from emails.kinds import ConsentMode, EmailKind, Urgency, declare
from emails.models import Consent

pytestmark = pytest.mark.django_db

SOURCE = Consent.Source.ACCOUNT
URL = "/accounts/email-preferences/"


@pytest.fixture(autouse=True)
def news(monkeypatch):
    """Two kinds of letters and no others: one to be asked for, one that comes unless refused."""
    monkeypatch.setattr(kinds, "_kinds", {})
    declare(EmailKind("hints", "Hints", "Where the bar is.", wish=ConsentMode.UNLESS_REFUSED))
    declare(
        EmailKind("accounts", "Books", "-", wish=ConsentMode.UNLESS_REFUSED, permission="no.such")
    )
    return declare(
        EmailKind(
            "news", "News", "What is new.", wish=ConsentMode.WHEN_ASKED_FOR, urgency=Urgency.NEWS
        )
    )


@pytest.fixture
def alice():
    return make_user()


def say(user, kind, is_wanted, source=SOURCE):
    say_wish(user=user, kind=kind, is_wanted=is_wanted, source=source)


def test_what_has_to_be_asked_for_is_sent_to_nobody_who_has_not(alice):
    assert not wants(email=alice.email, kind="news")
    assert not wants(email="guest@example.org", kind="news")
    assert wants(email=alice.email, kind="hints")
    say(alice, "news", True)
    assert wants(email=alice.email, kind="news")
    assert refusing(kind="news", emails=["guest@example.org", alice.email]) == {"guest@example.org"}


def test_it_keeps_since_when_and_where_it_was_said(alice):
    say(alice, "news", True, Consent.Source.SIGN_UP)
    given = Consent.objects.get()
    assert given.is_given
    assert abs(given.given_at - timezone.now()) < timedelta(minutes=1)
    say(alice, "news", True)
    assert Consent.objects.get().source == "sign_up", "Said again, the first time stays."
    say(alice, "news", False, Consent.Source.LETTER)
    withdrawn = Consent.objects.get()
    assert not withdrawn.is_given
    assert (withdrawn.given_at, withdrawn.source) == (given.given_at, "letter")
    assert not wants_of(alice, "news")


def test_what_somebody_does_is_no_yes_after_a_no(alice):
    say(alice, "news", False)
    say_wish_if_never_asked(user=alice, kind="news", source=Consent.Source.FOLLOW)
    assert not wants_of(alice, "news")
    bob = make_user("bob@example.com")
    say_wish_if_never_asked(user=bob, kind="news", source=Consent.Source.FOLLOW)
    assert Consent.objects.get(user=bob).source == "follow"


def test_readers_have_a_proven_address_and_an_open_account(alice):
    bob, carol = make_user("bob@example.com", proven=False), make_user("carol@example.com")
    dan = make_user("dan@example.com", is_active=False)
    for user in (alice, bob, dan):
        say(user, "news", True)
    assert list(readers_of("news")) == [alice]
    say(carol, "hints", False)
    assert list(readers_of("hints")) == [alice]


def test_the_page_shows_each_kind_as_it_is_and_saves_what_changes(client, alice):
    client.force_login(alice)
    page = client.get(URL).content.decode()
    assert "What is new." in page
    assert "Books" not in page, "Letters to staff are offered to staff."
    assert client.post(URL, {"news": "on"}).url == URL
    said = {said.kind.name: said.is_wanted for said in what_was_said(alice)}
    assert said == {"news": True, "hints": False}
    assert "Asked for on" in client.get(URL).content.decode()
    before = list(Consent.objects.values())
    client.post(URL, {"news": "on"})
    assert list(Consent.objects.values()) == before


def test_the_page_is_for_accounts_alone(client, alice):
    assert client.get(URL).url == f"/accounts/login/?next={URL}"
    assert client.post(URL, {"news": "on"}).url == f"/accounts/login/?next={URL}"
    client.force_login(alice)
    assert client.delete(URL).status_code == 405
    assert not Consent.objects.exists()


def test_signing_up_asks_for_no_letter_that_is_not_ticked(client):
    form = {"password1": "correct horse battery", "name": ""}
    client.post("/accounts/signup/", {**form, "email": "yes@example.com", "news": "on"})
    client.logout()
    client.post("/accounts/signup/", {**form, "email": "no@example.com"})
    consent = Consent.objects.get()
    assert (consent.user.email, consent.kind, consent.source) == (
        "yes@example.com",
        "news",
        "sign_up",
    )
    assert list(readers_of("news")) == [], "The address is not proven yet."


def test_the_database_refuses_a_second_line_about_a_kind(alice):
    Consent.objects.create(user=alice, kind="news", given_at=timezone.now())
    with pytest.raises(IntegrityError, match="one_consent_by_account_and_kind"):
        Consent.objects.create(user=alice, kind="news", given_at=timezone.now())


def test_the_database_refuses_a_line_that_says_nothing(alice):
    with pytest.raises(IntegrityError, match="consent_is_given_or_withdrawn"):
        Consent.objects.create(user=alice, kind="news")


def test_the_database_refuses_a_no_before_the_yes(alice):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="consent_is_given_before_it_is_withdrawn"):
        Consent.objects.create(
            user=alice, kind="news", given_at=now, withdrawn_at=now - timedelta(days=1)
        )
