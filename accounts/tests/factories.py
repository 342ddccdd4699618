"""Accounts for tests."""

import re

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD = "correct horse battery"


def make_user(email="alice@example.com", *, password=PASSWORD, is_verified=True, **fields):
    """Create an account as after signing up, with its address verified or not."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=is_verified, primary=True)
    return user


def code_in(email_message):
    """Return the code in an e-mail to an account, which is a line of its own."""
    return re.search(r"^\w{4,}-?\w{3,}$", email_message.body, re.M).group()


def make_staff(role, email=None):
    """Create a member of staff with one role."""
    email = email or f"{role.value.lower().replace(' ', '-')}@example.com"
    user = make_user(email, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user
