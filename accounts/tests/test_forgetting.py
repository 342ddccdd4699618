from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.forgetting import forget_old_sessions, forget_unproven_accounts
from accounts.models import User

from .factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def account(email, *, days=31, **fields):
    user = make_user(email, **fields)
    User.objects.filter(pk=user.pk).update(date_joined=timezone.now() - timedelta(days=days))
    return user


def test_accounts_that_never_proved_their_address_go(settings):
    settings.KEEP_UNPROVEN_DAYS = 30
    account("gone@example.org", proven=False)
    account("young@example.org", proven=False, days=29)
    account("proven@example.org")
    account("inside@example.org", proven=False, last_login=timezone.now())
    account("staff@example.org", proven=False, is_staff=True)
    made = User.objects.create_user("made-by-staff@example.org")
    User.objects.filter(pk=made.pk).update(date_joined=timezone.now() - timedelta(days=900))
    assert forget_unproven_accounts() == 1
    assert not User.objects.filter(email="gone@example.org").exists()
    assert User.objects.count() == 5


def test_sessions_go_when_their_time_has_passed():
    for key, days in (("old", -1), ("young", 1)):
        at = timezone.now() + timedelta(days=days)
        Session.objects.create(session_key=key, session_data="", expire_date=at)
    forget_old_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["young"]
