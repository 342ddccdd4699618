"""What becomes of a guest's baskets when the guest logs in."""

from django.db import transaction

from ..models import Hold
from . import locks
from .customers import Customer


def assign_guest_baskets(*, visitor: str, user) -> int:
    """Make the visitor's open baskets the account's, so that they outlast this browser's log-out.

    Returns how many there were. Locks the customer, then the baskets.
    """
    customer = Customer(visitor, user)
    with transaction.atomic():
        locks.lock_customer(customer)
        holds = [hold.pk for hold in locks.lock_open_holds(customer) if hold.user_id is None]
        return Hold.objects.filter(pk__in=holds).update(user=user)
