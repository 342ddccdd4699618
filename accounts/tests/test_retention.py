from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from accounts.retention import delete_expired_sessions, delete_unverified_accounts

from .factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def account(email, *, days=31, **fields):
    user = make_user(email, **fields)
    User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=days))
    return user


def test_unverified_accounts_are_deleted(settings):
    settings.KEEP_UNVERIFIED_ACCOUNTS_DAYS = 30
    account("gone@example.org", is_verified=False)
    account("young@example.org", is_verified=False, days=29)
    account("verified@example.org")
    account("inside@example.org", is_verified=False, last_login=timezone.now())
    account("staff@example.org", is_verified=False, is_staff=True)
    made = User.objects.create_user("made-by-staff@example.org")
    User.objects.filter(pk=made.pk).update(date_joined=timezone.now() - timedelta(days=900))
    assert delete_unverified_accounts() == 1
    assert not User.objects.filter(email="gone@example.org").exists()
    assert User.objects.count() == 5


def test_expired_sessions_are_deleted():
    for key, days in (("old", -1), ("young", 1)):
        at = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=at)
    delete_expired_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["young"]
