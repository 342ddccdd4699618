"""Correct the name and e-mail address of an order, which gets its e-mail again; note about it."""

from django.db import transaction

from core.email_addresses import lookup_email
from emails.models import OutboxEmail
from emails.outbox import withdraw_emails

from ..aftersale.resend import send_confirmation_again
from ..ledger.recording import record
from ..models import LedgerEntry, Order, Ticket, new_secret
from ..order_emails import enqueue_order_email
from ..sale import locks


def correct_contact(*, order: Order, name: str, email: str, actor: str, reason: str) -> Order:
    """Change the customer's name and address, and send the tickets, or the request to pay, again.

    A new address ends the access of the old one: the link to the order and the codes of the tickets
    are replaced, and unsent e-mails are withdrawn. A guest's order is no longer in the account with
    the old address. Tickets with the old name as their holder get the new one. The log names the
    changed fields, but not their values, since its entries are never deleted. Repeatable. Locks the
    hold.
    """
    email, name = lookup_email(email), " ".join(name.split())
    with transaction.atomic(durable=True):
        hold = locks.lock_hold(pk=order.hold_id)
        order = Order.objects.get(pk=order.pk)
        is_moved, is_renamed = email != order.email, name != order.name
        tickets = list(Ticket.objects.valid().filter(order=order).order_by("pk"))
        for ticket in tickets:
            ticket.holder = name if ticket.holder == order.name else ticket.holder
            if is_moved:
                ticket.version += 1
                ticket.secret = new_secret()
        if is_moved:
            sent = OutboxEmail.objects.filter(about__order=order.reference, to=order.email)
            withdraw_emails(sent)
            order.key = new_secret()
            if hold.user_id is None:
                # A guest's order, which an account has by its former address only.
                order.user = None
        if is_moved or is_renamed:
            order.name, order.email = name, email
            order.save(update_fields=["name", "email", "key", "user"])
            Ticket.objects.bulk_update(tickets, ["holder", "version", "secret"])
            _log(order, tickets, actor, reason, is_moved=is_moved, is_renamed=is_renamed)
    _send(order, has_tickets=bool(tickets))
    return order


def _log(order: Order, tickets: list[Ticket], actor: str, reason: str, **changed: bool) -> None:
    fields = {"is_moved": "email", "is_renamed": "name"}
    detail = {
        "reason": reason,
        "changed": [fields[name] for name, is_true in changed.items() if is_true],
        "tickets": [ticket.pk for ticket in tickets] if changed["is_moved"] else [],
    }
    record(
        LedgerEntry.Kind.CONTACT,
        performance_id=order.performance_id,
        actor=actor,
        order=order.reference,
        detail=detail,
    )


def _send(order: Order, *, has_tickets: bool) -> None:
    if not order.email:
        return
    if has_tickets:
        send_confirmation_again(order=order)
    elif order.is_reserved:
        kind = "payment_link" if order.pays_by_link else "order_reserved"
        with transaction.atomic():
            key = f"reserved:{order.reference}:{order.key[:8]}"
            enqueue_order_email(order, kind, key=key)


def add_note(*, order: Order, note: str, actor: str) -> bool:
    """Replace the order's note and log it; return whether it changed. Locks the hold."""
    with transaction.atomic(durable=True):
        locks.lock_hold(pk=order.hold_id)
        changed = Order.objects.filter(pk=order.pk).exclude(note=note).update(note=note)
        if changed:
            record(
                LedgerEntry.Kind.NOTE,
                performance_id=order.performance_id,
                actor=actor,
                order=order.reference,
                detail={"reason": note},
            )
    return bool(changed)
