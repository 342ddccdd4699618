"""Accounts for tests."""

import re

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.models import User

PASSWORD = "correct horse battery"


def make_user(email="alice@example.com", *, password=PASSWORD, proven=True, **fields):
    """Make an account as signing up leaves it: with its address, proven or not."""
    user = User.objects.create_user(email, password, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=proven, primary=True)
    return user


def code_in(letter):
    """Return the code in an e-mail to an account: the line that is nothing else."""
    return re.search(r"^\w{4,}-?\w{3,}$", letter.body, re.M).group()


def make_staff(role, email=None):
    """Make a member of staff in one role."""
    email = email or f"{role.value.lower().replace(' ', '-')}@example.com"
    user = make_user(email, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user
