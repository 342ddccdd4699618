"""Sign-ins, failed sign-ins and sign-outs, and their deletion."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.approval import approve_accounts
from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import PASSWORD, make_staff, make_user
from bookings.aftersale.personal_data import delete_account
from staff_activity.actor import acting_as
from staff_activity.models import FieldChange, SignIn, StaffAction
from staff_activity.retention import erase_old_staff_activity
from venues.models import Venue

pytestmark = pytest.mark.django_db


def log_in(client, email, password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password}, **more)


def recorded():
    return list(SignIn.objects.order_by("pk").values_list("kind", "user__email", "typed", "reason"))


def test_signing_in_and_out_is_recorded_with_address_and_time(client):
    make_user("alice@example.com")
    before = timezone.now() - timedelta(minutes=1)
    log_in(client, "alice@example.com", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Lynx")
    client.post("/accounts/logout/", REMOTE_ADDR="2001:db8::1")
    assert recorded() == [
        ("in", "alice@example.com", "", ""),
        ("out", "alice@example.com", "", ""),
    ]
    came, left = SignIn.objects.order_by("pk")
    assert (came.address, came.browser, left.address) == ("192.0.2.7", "Lynx", "2001:db8::1")
    assert before < came.at < timezone.now() + timedelta(minutes=1)


def test_a_failed_sign_in_is_recorded_without_the_password(client):
    make_user("alice@example.com")
    log_in(client, "ALICE@example.com", "my secret guess")
    log_in(client, "nobody@example.com", "my secret guess")
    assert recorded() == [
        ("failed", "alice@example.com", "", "password"),
        ("failed", None, "nobody@example.com", "password"),
    ]
    assert "secret" not in str(list(SignIn.objects.values()))


def test_a_wrong_two_step_code_is_recorded(client):
    alice = make_user("alice@example.com")
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    log_in(client, "alice@example.com")
    client.post("/accounts/2fa/authenticate/", {"code": "nonsense"})
    assert recorded() == [("failed", "alice@example.com", "", "code")]


def test_api_sign_ins_are_recorded(client):
    make_user("alice@example.com")
    for password in ("wrong", PASSWORD):
        client.post(
            "/api/v1/auth/login",
            {"email": "alice@example.com", "password": password},
            content_type="application/json",
        )
    assert [kind for kind, *_rest in recorded()] == ["failed", "in"]


def test_invalid_addresses_and_long_values_are_harmless(client):
    log_in(client, "a" * 230 + "@example.com", REMOTE_ADDR="", HTTP_USER_AGENT="x" * 999)
    line = SignIn.objects.get()
    assert line.address is None and len(line.browser) == 200


def test_a_manager_finds_them(client):
    make_user("alice@example.com")
    log_in(client, "alice@example.com", "wrong", REMOTE_ADDR="192.0.2.7")
    log_in(client, "nobody@example.com", "wrong")
    client.force_login(make_staff(Role.MANAGER))
    url = reverse("admin:staff_activity_signin_changelist")

    def found(**query):
        return [
            line.typed or line.user.email
            for line in client.get(url, query).context["cl"].result_list
        ]

    assert found(q="192.0.2.7") == found(of="customers") == ["alice@example.com"]
    assert found(of="nobody") == found(q="nobody@") == ["nobody@example.com"]
    assert found(of="staff") == ["manager@example.com"]
    assert len(found(kind__exact="failed")) == 2
    line = SignIn.objects.filter(kind="failed").first()
    page = client.get(
        reverse("admin:staff_activity_signin_change", args=[line.pk])
    ).content.decode()
    assert "Wrong password" in page


def test_old_rows_are_deleted(settings):
    settings.KEEP_STAFF_ACTIVITY_DAYS, settings.KEEP_SIGN_INS_DAYS = 10, 5
    manager = make_staff(Role.MANAGER)
    now = timezone.now()
    for days in (11, 9, 6, 4):
        at = now - timedelta(days=days)
        SignIn.objects.create(kind="in", user=manager, at=at)
        with acting_as(manager):
            venue = Venue.objects.create(name="V", slug=f"v{days}", time_zone="UTC")
        FieldChange.objects.filter(object_pk=venue.pk).update(timestamp=at)
        StaffAction.objects.log_actions(manager.pk, [venue], 2, "x")
        StaffAction.objects.filter(object_id=str(venue.pk)).update(action_time=at)
    assert erase_old_staff_activity() == 3 + 1 + 1
    assert (SignIn.objects.count(), FieldChange.objects.count(), StaffAction.objects.count()) == (
        1,
        3,
        3,
    )
    assert erase_old_staff_activity() == 0


def test_the_data_export_contains_ones_own_sign_ins(client):
    make_user("alice@example.com")
    make_user("bob@example.com")
    log_in(client, "bob@example.com", REMOTE_ADDR="198.51.100.9")
    client.post("/accounts/logout/")
    log_in(client, "alice@example.com", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Lynx")
    given = client.get("/accounts/data/concert.json").json()["sign_ins"]
    assert [(one["kind"], one["address"], one["browser"]) for one in given] == [
        ("in", "192.0.2.7", "Lynx")
    ]


def all_activity():
    """Return all staff activity as one text."""
    lines = [SignIn.objects.values("typed", "address", "browser"), StaffAction.objects.values()]
    return str([*lines[0], *lines[1], *FieldChange.objects.values()])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", ["closed", "deleted"])
def test_they_are_deleted_with_the_account(client, end):
    """Staff actions on the account stay, under its id."""
    manager = make_staff(Role.MANAGER)
    log_in(client, "alice@example.com", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Lynx")
    with acting_as(manager):
        alice = User.objects.create_user("alice@example.com", PASSWORD, name="Alice Archer")
        bob = User.objects.create_user("bob@example.com", PASSWORD, name="Bob Baker")
        alice.name = "Alice Abbot"
        alice.save()
    approve_accounts(users=User.objects.filter(pk=alice.pk), by=manager)
    log_in(client, "alice@example.com", REMOTE_ADDR="192.0.2.7", HTTP_USER_AGENT="Lynx")
    before = all_activity()
    assert all(word in before for word in ("Alice Abbot", "alice@", "192.0.2.7", "Lynx"))
    number = alice.pk
    if end == "closed":
        delete_account(user=alice)
    else:
        client.force_login(User.objects.create_superuser("boss@example.com", PASSWORD))
        url = reverse("admin:accounts_user_delete", args=[alice.pk])
        assert client.post(url, {"post": "yes"}).status_code == 302
        assert FieldChange.objects.filter(action=FieldChange.Action.DELETE).count() == 1
    after = all_activity()
    assert not any(word in after for word in ("Alice", "alice", "192.0.2.7", "Lynx"))
    assert bob.name in after and bob.email in after
    recorded = FieldChange.objects.filter(object_pk=str(number), action=FieldChange.Action.UPDATE)
    assert {"name": ["•••", "•••"]} in list(recorded.values_list("changes", flat=True))
    assert {line.object_repr for line in recorded} == {f"account {number}"}
    assert {line.actor for line in recorded} == {manager}


def test_the_database_rejects_a_row_of_two_people():
    with pytest.raises(IntegrityError), transaction.atomic():
        SignIn.objects.create(kind="in", user=make_user(), typed="bob@example.com")
