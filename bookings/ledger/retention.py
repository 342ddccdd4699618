"""Delete expired baskets and anonymise old guest orders. Orders, amounts and the log are kept."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.background import in_batches
from emails.models import OutboxEmail
from emails.retention import anonymise_emails

from ..models import Hold, Order, Ticket

BATCH = 500
# Domain of the addresses that replace those of anonymised customers.
PSEUDONYM_DOMAIN = "@closed.invalid"


def delete_old_baskets(now: datetime | None = None) -> int:
    """Delete baskets that ended KEEP_BASKETS_DAYS ago without an order; return how many.

    The log refers to them by number and is not changed.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_BASKETS_DAYS)
    return in_batches(_delete_baskets, before)


def anonymise_old_guests(now: datetime | None = None) -> int:
    """Anonymise guest orders of performances KEEP_GUESTS_DAYS ago; return how many orders.

    Orders, tickets and amounts stay, under one pseudonym for all orders of a guest that are
    anonymised together; e-mails lose their text and attachments. Each batch is a transaction of its
    own and skips locked rows.
    """
    before = (now or timezone.now()) - timedelta(days=settings.KEEP_GUESTS_DAYS)
    return in_batches(_anonymise_guests, before)


def new_pseudonym() -> tuple[str, str]:
    """Return a random name, and an undeliverable address, for an anonymised customer."""
    name = f"closed-{uuid.uuid4().hex[:12]}"
    return name, f"{name}{PSEUDONYM_DOMAIN}"


def anonymise_customer(orders: QuerySet[Order], name: str, address: str) -> None:
    """Replace who bought these orders and their tickets, in the caller's transaction."""
    Ticket.objects.filter(order__in=orders).update(holder="", details={})
    orders.update(email=address, name=name, note="", details={}, invoice_details=None)


def _delete_baskets(before: datetime) -> int:
    with transaction.atomic(durable=True):
        old = Hold.objects.without_order().filter(expires_at__lte=before)
        locked = old.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        ids = list(locked.values_list("pk", flat=True)[:BATCH])
        Hold.objects.filter(pk__in=ids).delete()
    return len(ids)


def _anonymise_guests(before: datetime) -> int:
    with transaction.atomic(durable=True):
        old = Order.objects.of_guests().filter(performance__starts_at__lte=before)
        old = old.exclude(email__endswith=PSEUDONYM_DOMAIN)
        locked = old.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        by_email: dict[str, list[Order]] = {}
        for order in locked.only("pk", "email", "reference")[:BATCH]:
            by_email.setdefault(order.email, []).append(order)
        for email, orders in by_email.items():
            name, address = new_pseudonym()
            references = [order.reference for order in orders]
            sent = OutboxEmail.objects.filter(to=email, about__order__in=references)
            anonymise_emails(sent, address=address)
            chosen = Order.objects.filter(pk__in=[order.pk for order in orders])
            anonymise_customer(chosen, name, address)
    return sum(map(len, by_email.values()))
