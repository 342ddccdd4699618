"""Baskets that came to nothing, and who the guests of long ago were. The books stay."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.batches import in_batches
from emails.models import OutboxEmail
from emails.retention import anonymise_emails

from ..models import Hold, Order, Ticket

BATCH = 500
# Stands where the address of a customer stood who is to be forgotten.
NOBODY = "@closed.invalid"


def delete_old_baskets(now=None):
    """Delete baskets that ended KEEP_BASKETS_DAYS ago and were never ordered; return how many.

    The log, which speaks of them by number, keeps what happened.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_BASKETS_DAYS)
    return in_batches(_forget_baskets, before)


def anonymise_old_guests(now=None):
    """Forget who ordered as a guest for what began KEEP_GUESTS_DAYS ago; return how many orders.

    As when an account is closed: orders, tickets and amounts stay under a name made up by chance,
    one for all orders of a guest that are forgotten together; letters lose their words and papers.
    Each batch is a transaction of its own and skips what somebody else is working on.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_GUESTS_DAYS)
    return in_batches(_forget_guests, before)


def new_nobody():
    """Return a name, and an address that leads nowhere, for somebody to be forgotten."""
    name = f"closed-{uuid.uuid4().hex[:12]}"
    return name, f"{name}{NOBODY}"


def anonymise_customer(orders, name, address):
    """Write this name over all of these orders and their tickets, in the caller's transaction."""
    Ticket.objects.filter(order__in=orders).update(holder="")
    orders.update(email=address, name=name, note="")


def _forget_baskets(before):
    with transaction.atomic(durable=True):
        old = Hold.objects.forgettable().filter(expires_at__lte=before)
        locked = old.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        ids = list(locked.values_list("pk", flat=True)[:BATCH])
        Hold.objects.filter(pk__in=ids).delete()
    return len(ids)


def _forget_guests(before):
    with transaction.atomic(durable=True):
        old = Order.objects.of_guests().filter(performance__starts_at__lte=before)
        old = old.exclude(email__endswith=NOBODY)
        locked = old.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        by_email = {}
        for order in locked.only("pk", "email", "reference")[:BATCH]:
            by_email.setdefault(order.email, []).append(order)
        for email, orders in by_email.items():
            name, address = new_nobody()
            references = [order.reference for order in orders]
            letters = OutboxEmail.objects.filter(to=email, about__order__in=references)
            anonymise_emails(letters, address=address)
            chosen = Order.objects.filter(pk__in=[order.pk for order in orders])
            anonymise_customer(chosen, name, address)
    return sum(map(len, by_email.values()))
