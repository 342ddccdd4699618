"""Accounts for tests."""

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD = "correct horse battery"


def make_user(email="alice@example.com", *, password=PASSWORD, proven=True, **fields):
    """Make an account as signing up leaves it: with its address, proven or not."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=proven, primary=True)
    return user


def make_staff(role, email=None):
    """Make a member of staff in one role."""
    email = email or f"{role.value.lower().replace(' ', '-')}@example.com"
    user = make_user(email, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user
