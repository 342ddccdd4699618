"""The vocabulary of money."""

from datetime import timedelta

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Now
from psycopg.types.json import Jsonb

from core.database.rows import run
from core.leases import is_free

# How long the customer is left alone at the provider's before we ask what became of a payment.
LEFT_ALONE = timedelta(minutes=1)
# By hand, because every payment writes one (see `core.database.rows`).
NEW_EVENT = """
INSERT INTO payments_providerevent (provider, event_id, kind, body, payment_id, outcome)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""


class PaymentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status="open")

    def captured(self):
        return self.filter(status="captured")

    def not_captured(self):
        return self.exclude(status="captured")

    def made_for(self, purpose):
        return self.filter(purpose=purpose)

    def made_for_all_of(self, purpose):
        """Those for the purpose, and for what was added to it: "<purpose>-1", "<purpose>-2"."""
        return self.filter(Q(purpose=purpose) | Q(purpose__startswith=f"{purpose}-"))

    def with_refunded(self):
        """Annotate `given_back`: what went back of each, or is on its way."""
        refunds = self.model._meta.get_field("refunds").related_model.objects
        refunds = refunds.exclude(status="failed").filter(payment=OuterRef("pk")).order_by()
        total = refunds.values("payment").annotate(total=Sum("amount")).values("total")
        return self.annotate(given_back=Coalesce(Subquery(total), 0, output_field=_money()))

    def locked(self):
        """Lock the payments themselves. Others may still refer to them (events, refunds)."""
        return self.select_for_update(of=("self",), no_key=True)

    def due_for_polling(self):
        """Open ones whose time to be asked about has come, longest waiting first."""
        return (
            self.open()
            .filter(next_poll_at__lte=Now(), created_at__lte=Now() - LEFT_ALONE)
            .order_by("next_poll_at", "pk")
        )


class RefundQuerySet(models.QuerySet):
    def asked(self):
        return self.filter(status="asked")

    def due(self):
        """Those to be sent now, by the database's clock, that no other worker is sending."""
        return self.asked().filter(is_free(), try_after__lte=Now())

    def held_by(self, refund):
        """The refund itself, while the worker that claimed it has it: each claim is an attempt."""
        return self.asked().filter(pk=refund.pk, attempts=refund.attempts)

    def failed(self):
        return self.filter(status="failed")

    def total(self):
        """What all of them come to, sent or still to be sent."""
        return self.aggregate(total=Coalesce(Sum("amount"), 0, output_field=_money()))["total"]


class ProviderEventQuerySet(models.QuerySet):
    def record(self, *, provider, event_id, kind, body, payment=None, outcome=""):
        """Write the event down. Return whether it is new; one statement, which waits for an
        equal one that is being written."""
        values = [provider, event_id, kind, Jsonb(body), payment and payment.pk, outcome]
        return bool(run(NEW_EVENT, values))


class DemoChargeQuerySet(models.QuerySet):
    def known(self):
        """Those whose outcome the bank gives away: a slow one keeps it to itself till its time."""
        return self.exclude(status="open").filter(Q(tell_at=None) | Q(tell_at__lte=Now()))

    def to_tell(self):
        """Decided ones that the bank is to tell of now."""
        return self.exclude(status="open").filter(tell_at__lte=Now()).order_by("tell_at", "pk")

    def refundable(self, amount):
        return self.filter(status="paid", refunded__lte=F("amount") - amount)


def _money():
    return models.DecimalField(max_digits=11, decimal_places=2)
