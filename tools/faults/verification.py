"""What must be true after a fault, and a backup of it with PostgreSQL's own programs."""

import subprocess
import time

from devserver.embedded.engines import binary_of_postgres

from .system import wait_until

SETTLED_WITHIN = 100


def settle(system):
    """Wait until no payment or refund is pending; return those that still are."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        wait_until(lambda: not pending_money(), SETTLED_WITHIN, "")
    except TimeoutError:
        return pending_money()
    return []


def pending_money():
    """Return descriptions of payments and refunds in an intermediate state."""
    from payments.models import DemoCharge, Payment, Refund

    taken = DemoCharge.objects.filter(status=DemoCharge.Status.PAID).values("key")
    open_ = Payment.objects.open().filter(key__in=taken).count()
    asked = Refund.objects.queued().count()
    return [f"{open_} payments open that the bank has taken"] * bool(open_) + [
        f"{asked} refunds not sent"
    ] * bool(asked)


def settle_open_payments():
    """Fetch the status of every open payment, as beat does."""
    from payments.charges import settle_payment
    from payments.models import Payment
    from payments.refunds import send_refunds

    for payment in Payment.objects.open():
        settle_payment(payment)
    send_refunds()


def violations(crowd, shown=None):
    """Return what is wrong: broken rules of the sale, and what customers were shown.

    `shown` are the orders whose tickets were shown, by default all that the crowd saw.
    """
    from bookings.ledger.audit import audit
    from bookings.models import Order

    found = [
        f"{finding.rule}: {finding.promise} ({finding.count}) {finding.examples[:3]}"
        for finding in audit()
    ]
    shown = crowd.references() if shown is None else shown
    kept = Order.objects.filter(reference__in=shown, status__in=["paid", "cancelled"])
    lost = shown - set(kept.values_list("reference", flat=True))
    found += [f"order {reference} was shown its tickets and has none" for reference in sorted(lost)]
    found += [f"a customer gave up at: {step}" for step in crowd.gave_up]
    found += [
        f"a customer saw an error at {error['step']}: {error['status']} {error['body'][:300]}"
        for error in crowd.responses.errors
    ]
    return found


def unsent_emails() -> int:
    """Return how many e-mails are not sent yet."""
    from emails.models import OutboxEmail

    return OutboxEmail.objects.unsent().count()


def take_backup(system, database):
    """Dump the database and restore it as `database`; return the seconds it took.

    These are the commands of docs/deploying.md.
    """
    began, file = time.monotonic(), system.folder / "concert.dump"
    _run("pg_dump", "--format=custom", f"--file={file}", system.home.database_url)
    _run("createdb", f"--maintenance-db={system.home.database_url}", database)
    target = system.settings_of(database)["DATABASE_URL"]
    _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={target}", str(file))
    return time.monotonic() - began


def _run(program, *words):
    subprocess.run([binary_of_postgres(program), *words], check=True)
