"""The demo bank: decides charges and sends webhooks."""

import json
import logging
import zlib
from datetime import timedelta

from django.db import transaction

from payments.exceptions import PaymentError
from payments.models import DemoCharge
from payments.statements import decide_charge
from payments.webhooks import receive_webhook

from . import signing

logger = logging.getLogger(__name__)

SLOWLY = timedelta(seconds=10)
LATE = timedelta(minutes=20)


def pay(charge: DemoCharge, *, after: timedelta | None = None, times: int = 1) -> None:
    """Pay the charge. With `after`, the outcome is kept back for so long.

    Sends the webhook `times` times, at once or when `after` has passed.
    """
    _decide(charge, DemoCharge.Status.PAID, after=after, times=times)


def decline(charge: DemoCharge) -> None:
    """Decline the charge and send the webhook."""
    _decide(charge, DemoCharge.Status.DECLINED)


def card_digits(charge: DemoCharge) -> str:
    """Return the last four digits of the card: an invented number, fixed for each charge."""
    return f"{zlib.crc32(charge.key.encode()) % 10_000:04d}"


def send_due_webhooks(batch: int = 50) -> int:
    """Send the webhooks that are due; return how many. Several may run at once."""
    with transaction.atomic(durable=True):
        charges = list(DemoCharge.objects.webhook_due().select_for_update(skip_locked=True)[:batch])
        DemoCharge.objects.filter(pk__in=[charge.pk for charge in charges]).update(webhook_at=None)
    for charge in charges:
        _send_webhook(charge)
    return len(charges)


def webhook_body(charge: DemoCharge) -> bytes:
    """Return the body of the webhook; the same outcome is always the same event."""
    return json.dumps(
        {
            "id": f"{charge.key}.{charge.status}",
            "kind": f"charge.{charge.status}",
            "key": charge.key,
            "amount": str(charge.amount),
            "currency": charge.currency,
        }
    ).encode()


def _decide(
    charge: DemoCharge, status: str, *, after: timedelta | None = None, times: int = 1
) -> None:
    # A charge is decided once: of two clicks, or two tabs, one counts.
    changed = decide_charge(charge, status=status, after=after, times=times)
    if changed and after is None:
        charge.status, charge.webhook_count = status, times
        _send_webhook(charge)


def _send_webhook(charge: DemoCharge) -> None:
    body = webhook_body(charge)
    headers = {signing.HEADER: signing.sign(body)}
    for _number in range(charge.webhook_count):
        try:
            receive_webhook(provider="demo", headers=headers, body=body)
        except PaymentError as error:
            logger.warning("The demo bank's webhook was refused: %s", error)
        except Exception:
            # A bank goes on when its customer's server fails. The charge keeps its outcome, and
            # polling finds it.
            logger.exception("The demo bank's webhook could not be processed.")
