import threading

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction

from accounts.approval import approve_accounts
from accounts.models import User
from accounts.signals import account_approved
from organisation.tests.factories import set_organisation

from .factories import make_user


@pytest.fixture
def notified():
    """Collect the users for whom `account_approved` was sent."""
    users = []

    def listen(user, **kwargs):
        users.append(user)

    account_approved.connect(listen)
    yield users
    account_approved.disconnect(listen)


@pytest.mark.django_db
class TestApproveAccounts:
    def test_it_approves_several_accounts_and_notifies_each(self, settings, notified):
        set_organisation(account_approval_required=True)
        clerk = make_user("clerk@example.com", is_staff=True)
        users = [make_user("alice@example.com"), make_user("bob@example.com")]
        assert not any(user.may_book for user in users)
        assert approve_accounts(users=users, by=clerk) == users
        assert notified == users
        assert all(user.may_book for user in User.objects.filter(pk__in=[u.pk for u in users]))

    def test_it_logs_who_approved(self, alice):
        clerk = make_user("clerk@example.com", is_staff=True)
        approve_accounts(users=[alice], by=clerk)
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_id) == (clerk, str(alice.pk))
        assert entry.get_change_message() == "Approved."

    def test_it_approves_once(self, alice, notified):
        clerk = make_user("clerk@example.com", is_staff=True)
        approve_accounts(users=[alice], by=clerk)
        alice.refresh_from_db()
        first = alice.approved_at
        assert approve_accounts(users=User.objects.all(), by=clerk) == []
        alice.refresh_from_db()
        assert (alice.approved_at, notified) == (first, [alice])

    def test_it_skips_closed_accounts_and_staff(self, notified):
        clerk = make_user("clerk@example.com", is_staff=True)
        closed = make_user(is_active=False)
        assert approve_accounts(users=[clerk, closed], by=clerk) == []
        assert notified == []

    def test_it_approves_nobody_when_the_email_cannot_be_enqueued(self, alice):
        def fail(**kwargs):
            raise OSError("No paper.")

        clerk = make_user("clerk@example.com", is_staff=True)
        account_approved.connect(fail)
        try:
            with pytest.raises(OSError, match="paper"), transaction.atomic():
                approve_accounts(users=[alice], by=clerk)
        finally:
            account_approved.disconnect(fail)
        alice.refresh_from_db()
        assert alice.approved_at is None


@pytest.mark.django_db(transaction=True)
def test_it_notifies_once_when_two_members_of_staff_approve_at_once(notified):
    clerk = make_user("clerk@example.com", is_staff=True)
    users = [make_user(f"{number}@example.com") for number in range(5)]
    barrier = threading.Barrier(4)

    def approve():
        barrier.wait(10)
        approve_accounts(users=users, by=clerk)
        connection.close()

    threads = [threading.Thread(target=approve) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(user.pk for user in notified) == [user.pk for user in users]
    assert LogEntry.objects.count() == 5


@pytest.mark.django_db
class TestMayBook:
    @pytest.mark.parametrize(
        ("fields", "may"),
        [
            ({}, False),
            ({"approved_at": "2026-01-01T00:00Z"}, True),
            ({"is_staff": True}, True),
            ({"approved_at": "2026-01-01T00:00Z", "is_active": False}, False),
        ],
    )
    def test_booking_depends_on_approval_where_it_is_required(self, settings, fields, may):
        set_organisation(account_approval_required=True)
        assert make_user(**fields).may_book is may

    def test_everyone_may_book_where_approval_is_not_required(self, settings):
        set_organisation(account_approval_required=False)
        assert make_user().may_book
        assert not make_user("closed@example.com", is_active=False).may_book

    def test_accounts_from_before_the_setting_may_still_book(self, client, settings, mailoutbox):
        set_organisation(account_approval_required=False)
        form = {"email": "early@example.com", "password1": "correct horse battery"}
        client.post("/accounts/signup/", form)
        set_organisation(account_approval_required=True)
        client.cookies.clear()
        client.post("/accounts/signup/", {**form, "email": "late@example.com"})
        assert User.objects.get(email="early@example.com").may_book
        assert not User.objects.get(email="late@example.com").may_book
