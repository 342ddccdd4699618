"""Memberships: accounts that staff have marked as members, who may buy members' prices."""

from datetime import date

from django.contrib.admin.models import CHANGE, LogEntry
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import Refused

from .models import User


class OwnMembership(Refused):
    status = 403
    message = gettext_lazy("You can’t edit your own membership. Please ask a colleague.")


class MemberNumberTaken(Refused):
    """Another account has the number."""

    message = gettext_lazy("Another account has this member number.")


def find_member(number: str, day: date) -> User | None:
    """Return the account with this member number if its membership is valid on `day`, or None."""
    number = number.strip()
    user = User.objects.filter(member_number=number).first() if number else None
    return user if user is not None and user.is_member(day) else None


def set_membership(*, user: User, number: str, valid_until: date | None, by: User) -> User:
    """Save the membership of an account and its last day; end it where `number` is empty.

    Writes a log entry in the name of `by`; the change of the fields is in the change history. Locks
    the account. Raises `OwnMembership`, `MemberNumberTaken`.
    """
    if user.pk == by.pk:
        raise OwnMembership
    try:
        with transaction.atomic():
            user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
            user.member_number = number.strip()
            user.member_until = valid_until if user.member_number else None
            user.save(update_fields=["member_number", "member_until"])
            LogEntry.objects.log_actions(by.pk, [user], CHANGE, _("Membership changed."))
    except IntegrityError as error:
        if "member_number_is_unique" not in str(error):
            raise
        raise MemberNumberTaken from None
    return user
