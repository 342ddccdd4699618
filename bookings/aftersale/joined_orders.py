"""Guest orders belong to the account that has proven their e-mail address.

This is not stored: `OrderQuerySet.made_by` and `Order.is_of` compare the addresses at each request,
so it includes orders that are placed at the same moment and excludes those whose address staff have
corrected. An account that changes its address keeps the orders of the former one, which are
assigned to it.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed, email_confirmed
from django.contrib import messages
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.translation import ngettext

from accounts.models import User

from ..models import Order


@receiver(email_confirmed)
def note_joined_orders(
    sender: Any, request: HttpRequest | None, email_address: EmailAddress, **kwargs: Any
) -> None:
    """Receive a verified address: tell its owner that its orders are in the account."""
    if request is None or not hasattr(request, "_messages"):
        return
    count = Order.objects.of_guests().filter(email=email_address.email).shown().count()
    if count:
        text = ngettext(
            "%(n)d booking made with this address is now in My bookings.",
            "%(n)d bookings made with this address are now in My bookings.",
            count,
        )
        messages.info(request, text % {"n": count})


@receiver(email_changed)
def keep_orders_of_former_address(
    sender: Any, user: User, from_email_address: EmailAddress | None, **kwargs: Any
) -> None:
    """Receive another verified address of an account: assign its guest orders to the account.

    Only those of a former address that had been proven.
    """
    if from_email_address is None or not from_email_address.verified:
        return
    Order.objects.of_guests().filter(email=from_email_address.email).update(user=user)
