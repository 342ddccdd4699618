import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role, grantable_groups
from organisation.tests.factories import set_organisation

from .factories import PASSWORD, make_staff, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"


def page_of(user):
    return f"{LIST}{user.pk}/change/"


def form_of(user, **fields):
    """Return what the page of this account would post, with some fields changed."""
    form = {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "is_active": "on",
        "groups": [group.pk for group in user.groups.all()],
        **({"is_staff": "on"} if user.is_staff else {}),
        **({"is_superuser": "on"} if user.is_superuser else {}),
    }
    return {**form, **fields}


@pytest.fixture
def manager(client):
    user = make_staff(Role.MANAGER)
    client.force_login(user)
    return user


@pytest.fixture
def superuser():
    return make_user("superuser@example.com", is_staff=True, is_superuser=True)


def test_it_finds_accounts_by_email_and_name(client, manager):
    make_user("alice@example.com", name="Alice Liddell")
    make_user("bob@example.com", name="Bob")
    for words in ["alice@", "Liddell"]:
        page = client.get(LIST, {"q": words}).content.decode()
        assert "alice@example.com" in page
        assert "bob@example.com" not in page


def test_the_list_makes_a_constant_number_of_queries(client, manager, django_assert_num_queries):
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for number in range(20):
        make_user(f"{number}@example.com").groups.add(Group.objects.first())
    with django_assert_num_queries(len(few)):
        client.get(LIST)


def test_it_approves_the_selected_accounts(client, settings):
    set_organisation(account_approval_required=True)
    client.force_login(make_staff(Role.BOX_OFFICE))
    users = [make_user(f"{number}@example.com") for number in range(3)]
    page = client.get(LIST, {"approval": "waiting"}).content.decode()
    assert "2@example.com" in page
    form = {"action": "approve", "_selected_action": [user.pk for user in users[:2]]}
    assert "Approve these accounts?" in client.post(LIST, form).content.decode()
    assert not User.objects.get(pk=users[0].pk).may_book
    response = client.post(LIST, form | {"confirmed": "yes"}, follow=True)
    assert "2 accounts approved" in response.content.decode()
    may_book = [
        user.may_book for user in User.objects.filter(pk__in=[u.pk for u in users]).order_by("pk")
    ]
    assert may_book == [True, True, False]


def test_approving_requires_the_permission(client, settings):
    set_organisation(account_approval_required=True)
    client.force_login(make_staff(Role.FINANCE))
    alice = make_user()
    client.post(LIST, {"action": "approve", "_selected_action": [alice.pk], "confirmed": "yes"})
    alice.refresh_from_db()
    assert not alice.may_book


def test_an_account_added_by_staff_is_approved(client, manager, settings):
    set_organisation(account_approval_required=True)
    form = {
        "email": "Door@Example.com",
        "name": "Dora",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_staff": "on",
        "groups": [Group.objects.get(name="Door").pk],
    }
    page = client.get(f"{LIST}add/")
    assert "without a password, for example by a passkey" in page.content.decode()
    assert page.context["adminform"].form.fields["groups"].label == "roles"
    assert client.post(f"{LIST}add/", form).status_code == 302
    dora = User.objects.get(email="door@example.com")
    assert dora.may_book
    assert dora.approved_at
    assert dora.has_perm("door.add_checkin")
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": dora.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200


def test_it_rejects_a_role_without_admin_access(client, manager, alice):
    form = form_of(alice, groups=[Group.objects.get(name="Door").pk])
    response = client.post(page_of(alice), form)
    assert "tick this as well" in response.content.decode()
    assert not alice.groups.exists()


def test_staff_can_change_the_email_of_an_account(client, manager, alice):
    response = client.post(page_of(alice), form_of(alice, email="Alice@New.example.com"))
    assert response.status_code == 302
    alice.refresh_from_db()
    assert alice.email == "alice@new.example.com"
    address = EmailAddress.objects.get(user=alice)
    assert (address.email, address.verified, address.primary) == (alice.email, True, True)


def test_it_rejects_the_email_of_another_account(client, manager, alice):
    make_user("bob@example.com")
    response = client.post(page_of(alice), form_of(alice, email="BOB@example.com"))
    assert response.status_code == 200
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"


def test_a_manager_cannot_make_anyone_superuser(client, manager):
    client.post(page_of(manager), form_of(manager, is_superuser="on"))
    manager.refresh_from_db()
    assert not manager.is_superuser


def test_a_manager_cannot_edit_a_superuser(client, manager, superuser):
    assert client.get(page_of(superuser)).status_code == 200
    assert (
        client.post(page_of(superuser), form_of(superuser, email="mine@example.com")).status_code
        == 403
    )
    url = reverse("admin:auth_user_password_change", args=[superuser.pk])
    form = {"usable_password": "true", "password1": "mine now 123", "password2": "mine now 123"}
    assert client.post(url, form).status_code == 403
    superuser.refresh_from_db()
    assert superuser.email == "superuser@example.com"
    assert superuser.check_password(PASSWORD)


def test_a_manager_can_assign_every_role(manager):
    assert {group.name for group in grantable_groups(manager)} == set(Role.values)


@pytest.fixture
def privileged_group():
    """Create a group with a permission that no manager has."""
    group = Group.objects.create(name="Powers")
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    return group


@pytest.mark.parametrize("whom", ["self", "colleague", "new"])
def test_nobody_can_assign_a_group_with_permissions_they_lack(
    client, manager, privileged_group, whom
):
    form = {"is_staff": "on", "is_superuser": "on", "groups": [privileged_group.pk]}
    if whom == "new":
        form |= {"email": "new@example.com", "name": "New", "usable_password": "false"}
        form |= {"password1": "", "password2": ""}
        response = client.post(f"{LIST}add/", form)
    else:
        user = manager if whom == "self" else make_staff(Role.DOOR)
        response = client.post(page_of(user), form_of(user, **form))
    assert "Select a valid choice" in response.content.decode()
    assert not User.objects.filter(groups=privileged_group).exists()
    assert not User.objects.filter(is_superuser=True).exists()


def test_nobody_can_assign_single_permissions_they_lack(client, manager):
    right = Permission.objects.get(codename="delete_user")
    form = form_of(manager, user_permissions=[right.pk], is_superuser="on")
    assert client.post(page_of(manager), form).status_code == 302
    manager.refresh_from_db()
    assert not manager.is_superuser and not manager.user_permissions.exists()


@pytest.mark.parametrize("how", ["group", "right", "switched off"])
def test_nobody_can_edit_an_account_with_permissions_they_lack(
    client, manager, privileged_group, how
):
    user = make_staff(Role.DOOR)
    if how == "right":
        user.user_permissions.add(privileged_group.permissions.get())
    else:
        user.groups.add(privileged_group)
    if how == "switched off":
        User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post(page_of(user), form_of(user, email="m@example.com")).status_code == 403
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    form = {"usable_password": "true", "password1": "mine now 123", "password2": "mine now 123"}
    assert client.post(url, form).status_code == 403
    user.refresh_from_db()
    assert user.email == "door@example.com" and user.check_password(PASSWORD)


def test_a_manager_can_set_passwords_of_accounts_with_fewer_permissions(client, manager):
    user = make_staff(Role.FINANCE)
    url = reverse("admin:auth_user_password_change", args=[user.pk])
    form = {"usable_password": "true", "password1": "mine now 123", "password2": "mine now 123"}
    assert client.post(url, form).status_code == 302
    user.refresh_from_db()
    assert user.check_password("mine now 123")


def test_nobody_can_create_a_group_with_permissions_they_lack(client, manager, privileged_group):
    names = ["add_group", "change_group", "delete_group"]
    manager.user_permissions.set(Permission.objects.filter(codename__in=names))
    right = privileged_group.permissions.get()
    form = {"name": "Mine", "permissions": [right.pk]}
    assert "Select a valid choice" in client.post("/admin/auth/group/add/", form).content.decode()
    own = Permission.objects.get(codename="view_venue")
    made = client.post("/admin/auth/group/add/", {"name": "Mine", "permissions": [own.pk]})
    assert made.status_code == 302
    mine = Group.objects.get(name="Mine")
    assert client.post(f"/admin/auth/group/{mine.pk}/change/", form).status_code == 200
    assert list(mine.permissions.all()) == [own]
    page = f"/admin/auth/group/{privileged_group.pk}/"
    assert client.post(f"{page}change/", {"name": "x"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403


def test_nobody_can_delete_an_account_with_permissions_they_lack(client, manager, superuser):
    manager.user_permissions.add(Permission.objects.get(codename="delete_user"))
    assert client.post(f"{LIST}{superuser.pk}/delete/", {"post": "yes"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [superuser.pk], "post": "yes"}
    client.post(LIST, form)
    assert User.objects.filter(pk=superuser.pk).exists()


def test_it_shows_the_built_in_roles_read_only(client, superuser):
    client.force_login(superuser)
    role = Group.objects.get(name="Door")
    url = f"/admin/auth/group/{role.pk}/change/"
    assert client.get(url).status_code == 200
    assert client.post(url, {"name": "Bouncers"}).status_code == 403
    assert client.post(f"/admin/auth/group/{role.pk}/delete/", {"post": "yes"}).status_code == 403
    other = Group.objects.create(name="Choir")
    assert client.post(f"/admin/auth/group/{other.pk}/change/", {"name": "Band"}).status_code == 302


def test_it_hides_models_of_third_party_apps(client, superuser):
    client.force_login(superuser)
    assert client.get("/admin/account/emailaddress/").status_code == 404
    assert client.get("/admin/mfa/authenticator/").status_code == 404
