"""Memberships: set by staff, never by members themselves, and recorded."""

from datetime import date

import pytest
from auditlog.models import LogEntry as FieldChange

from accounts.memberships import MemberNumberTaken, OwnMembership, set_membership
from accounts.roles import Role

from .factories import make_staff, make_user

pytestmark = pytest.mark.django_db


def page_of(user):
    return f"/admin/accounts/user/{user.pk}/membership/"


def sent(number="M-7", until="2030-12-31"):
    return {"confirmed": "yes", "number": number, "valid_until": until}


@pytest.fixture
def alice():
    return make_user("alice@example.com", name="Alice Liddell")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.BOX_OFFICE])
def test_staff_make_an_account_a_members_and_end_it(client, alice, role):
    client.force_login(make_staff(role))
    assert "Membership of alice@example.com" in client.get(page_of(alice)).content.decode()
    assert client.post(page_of(alice), sent()).status_code == 302
    alice.refresh_from_db()
    assert alice.is_member(date(2030, 12, 31))
    assert not alice.is_member(date(2031, 1, 1))
    changes = FieldChange.objects.get_for_object(alice).first()
    assert changes.changes["member_number"][1] == "M-7"
    page = client.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
    assert "M-7" in page
    client.post(page_of(alice), sent(number="", until=""))
    alice.refresh_from_db()
    assert not alice.is_member(date(2030, 1, 1))


@pytest.mark.parametrize("role", [Role.DOOR, Role.FINANCE])
def test_other_roles_may_not(client, alice, role):
    client.force_login(make_staff(role))
    assert client.post(page_of(alice), sent()).status_code in (403, 404)
    alice.refresh_from_db()
    assert alice.member_number == ""


def test_nobody_edits_their_own_membership(client):
    staff = make_staff(Role.BOX_OFFICE)
    client.force_login(staff)
    response = client.post(page_of(staff), sent())
    assert response.status_code == 422
    assert "You can’t edit your own membership." in response.content.decode()
    with pytest.raises(OwnMembership):
        set_membership(user=staff, number="M-1", valid_until=None, by=staff)


def test_the_profile_page_does_not_change_it(client, alice):
    client.force_login(alice)
    client.post("/accounts/profile/", {"name": "Alice", "language": "en", "member_number": "M-1"})
    alice.refresh_from_db()
    assert alice.member_number == ""


def test_a_number_belongs_to_one_account(client, alice):
    manager = make_staff(Role.MANAGER)
    set_membership(user=make_user("bob@example.com"), number="M-7", valid_until=None, by=manager)
    with pytest.raises(MemberNumberTaken):
        set_membership(user=alice, number="M-7", valid_until=None, by=manager)
    client.force_login(manager)
    response = client.post(page_of(alice), sent())
    assert response.status_code == 422
    assert "Another account has this member number." in response.content.decode()


def test_a_date_needs_a_number(client, alice):
    client.force_login(make_staff(Role.MANAGER))
    response = client.post(page_of(alice), sent(number=""))
    assert response.status_code == 422
    assert "Enter the member number." in response.content.decode()


def test_accounts_are_found_by_their_member_number(client, alice):
    manager = make_staff(Role.MANAGER)
    set_membership(user=alice, number="M-7", valid_until=None, by=manager)
    client.force_login(manager)
    page = client.get("/admin/accounts/user/", {"q": "M-7"}).content.decode()
    assert "alice@example.com" in page
