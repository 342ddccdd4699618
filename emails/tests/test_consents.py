"""Consents of accounts, with their time and source."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.tests.factories import make_user
from emails import kinds
from emails.consents import (
    accepts_email,
    is_subscribed,
    opted_out_addresses,
    preferences_of,
    record_consent,
    record_implied_consent,
    subscribers_of,
)
from emails.kinds import ConsentMode, EmailKind, Urgency, register_kind
from emails.models import Consent

pytestmark = pytest.mark.django_db

SOURCE = Consent.Source.ACCOUNT
URL = "/accounts/email-preferences/"


@pytest.fixture(autouse=True)
def news(monkeypatch):
    """Register two kinds of e-mail only: one opt-in, one opt-out."""
    monkeypatch.setattr(kinds, "_kinds", {})
    register_kind(EmailKind("hints", "Hints", "Where the bar is.", consent=ConsentMode.OPT_OUT))
    register_kind(
        EmailKind("accounts", "Books", "-", consent=ConsentMode.OPT_OUT, permission="no.such")
    )
    return register_kind(
        EmailKind("news", "News", "What is new.", consent=ConsentMode.OPT_IN, urgency=Urgency.NEWS)
    )


@pytest.fixture
def alice():
    return make_user()


def say(user, kind, is_wanted, source=SOURCE):
    record_consent(user=user, kind=kind, is_wanted=is_wanted, source=source)


def test_an_opt_in_kind_is_sent_to_subscribers_only(alice):
    assert not accepts_email(email=alice.email, kind="news")
    assert not accepts_email(email="guest@example.org", kind="news")
    assert accepts_email(email=alice.email, kind="hints")
    say(alice, "news", True)
    assert accepts_email(email=alice.email, kind="news")
    assert opted_out_addresses(kind="news", emails=["guest@example.org", alice.email]) == {
        "guest@example.org"
    }


def test_it_records_time_and_source(alice):
    say(alice, "news", True, Consent.Source.SIGN_UP)
    given = Consent.objects.get()
    assert given.is_given
    assert abs(given.given_at - timezone.now()) < timedelta(minutes=1)
    say(alice, "news", True)
    assert Consent.objects.get().source == "sign_up", "The first time stays."
    say(alice, "news", False, Consent.Source.EMAIL)
    withdrawn = Consent.objects.get()
    assert not withdrawn.is_given
    assert (withdrawn.given_at, withdrawn.source) == (given.given_at, "email")
    assert not is_subscribed(alice, "news")


def test_an_implied_consent_does_not_undo_an_opt_out(alice):
    say(alice, "news", False)
    record_implied_consent(user=alice, kind="news", source=Consent.Source.FOLLOW)
    assert not is_subscribed(alice, "news")
    bob = make_user("bob@example.com")
    record_implied_consent(user=bob, kind="news", source=Consent.Source.FOLLOW)
    assert Consent.objects.get(user=bob).source == "follow"


def test_subscribers_are_active_accounts_with_a_verified_address(alice):
    bob, carol = make_user("bob@example.com", is_verified=False), make_user("carol@example.com")
    dan = make_user("dan@example.com", is_active=False)
    for user in (alice, bob, dan):
        say(user, "news", True)
    assert list(subscribers_of("news")) == [alice]
    say(carol, "hints", False)
    assert list(subscribers_of("hints")) == [alice]


def test_the_page_shows_the_preferences_and_saves_what_changes(client, alice):
    client.force_login(alice)
    page = client.get(URL).content.decode()
    assert "What is new." in page
    assert "Books" not in page, "E-mails to staff are offered to staff."
    assert client.post(URL, {"news": "on"}).url == URL
    preferences = {each.kind.name: each.is_wanted for each in preferences_of(alice)}
    assert preferences == {"news": True, "hints": False}
    assert "Subscribed on" in client.get(URL).content.decode()
    before = list(Consent.objects.values())
    client.post(URL, {"news": "on"})
    assert list(Consent.objects.values()) == before


def test_the_page_is_for_accounts_alone(client, alice):
    assert client.get(URL).url == f"/accounts/login/?next={URL}"
    assert client.post(URL, {"news": "on"}).url == f"/accounts/login/?next={URL}"
    client.force_login(alice)
    assert client.delete(URL).status_code == 405
    assert not Consent.objects.exists()


def test_signing_up_subscribes_to_what_is_ticked_only(client):
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
    assert list(subscribers_of("news")) == [], "The address is not verified yet."


def test_the_database_refuses_a_second_consent_for_a_kind(alice):
    Consent.objects.create(user=alice, kind="news", given_at=timezone.now())
    with pytest.raises(IntegrityError, match="one_consent_by_account_and_kind"):
        Consent.objects.create(user=alice, kind="news", given_at=timezone.now())


def test_the_database_refuses_a_consent_without_a_time(alice):
    with pytest.raises(IntegrityError, match="consent_is_given_or_withdrawn"):
        Consent.objects.create(user=alice, kind="news")


def test_the_database_refuses_a_withdrawal_before_the_consent(alice):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="consent_is_given_before_it_is_withdrawn"):
        Consent.objects.create(
            user=alice, kind="news", given_at=now, withdrawn_at=now - timedelta(days=1)
        )
