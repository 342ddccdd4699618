"""The demo bank's inside: what its pay page decides, and how it tells us."""

import json
import logging
import zlib
from datetime import timedelta

from django.db import transaction

from payments.exceptions import PaymentError
from payments.models import DemoCharge
from payments.statements import decide_charge
from payments.webhooks import receive_notice

from . import signing

logger = logging.getLogger(__name__)

SLOWLY = timedelta(seconds=10)
LATE = timedelta(minutes=20)


def pay(charge, *, after=None, times=1):
    """Take the money: now, or so that nobody hears of it until `after` has passed.

    Tells us at once, `times` times, unless it is to take its time.
    """
    _decide(charge, DemoCharge.Status.PAID, after=after, times=times)


def decline(charge):
    """Refuse the payment, and tell us."""
    _decide(charge, DemoCharge.Status.DECLINED)


def card_of(charge):
    """Return the last four digits of the card: the demo bank makes up one for each charge."""
    return f"{zlib.crc32(charge.key.encode()) % 10_000:04d}"


def tell_outcomes(batch=50):
    """Tell of the outcomes whose time has come; return how many. Several may run at once."""
    with transaction.atomic(durable=True):
        charges = list(DemoCharge.objects.to_tell().select_for_update(skip_locked=True)[:batch])
        DemoCharge.objects.filter(pk__in=[charge.pk for charge in charges]).update(tell_at=None)
    for charge in charges:
        _tell(charge)
    return len(charges)


def notice_of(charge):
    """Return the body of the bank's notice: the same outcome is always the same event."""
    return json.dumps(
        {
            "id": f"{charge.key}.{charge.status}",
            "kind": f"charge.{charge.status}",
            "key": charge.key,
            "amount": str(charge.amount),
            "currency": charge.currency,
        }
    ).encode()


def _decide(charge, status, *, after=None, times=1):
    # Decided once: of two clicks, or two tabs, one counts.
    changed = decide_charge(charge, status=status, after=after, times=times)
    if changed and after is None:
        charge.status, charge.tell_times = status, times
        _tell(charge)


def _tell(charge):
    body = notice_of(charge)
    for _time in range(charge.tell_times):
        try:
            receive_notice(provider="demo", headers={signing.HEADER: signing.sign(body)}, body=body)
        except PaymentError as error:
            logger.warning("The demo bank's notice was refused: %s", error)
        except Exception:
            # A bank is not stopped by its customer's faults. The books keep the outcome, and
            # whoever looks there next finds it.
            logger.exception("The demo bank's notice could not be taken in.")
