"""Querysets of tax documents."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from .content import Kind

if TYPE_CHECKING:
    from finance.models import Document  # noqa: F401

# The source of a credit note for an invoice that was not paid begins so; its ID follows.
LAPSED = "lapsed:"


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_order(self, reference: str) -> Self:
        """Return the documents of an order, in the order in which they were issued."""
        return self.filter(order=reference).order_by("pk")

    def invoices(self) -> Self:
        return self.filter(kind=Kind.INVOICE)

    def numbered(self) -> Self:
        return self.exclude(number="")

    def of_lapsed_orders(self) -> Self:
        """Return the credit notes of invoices that were not paid in time."""
        return self.filter(source__startswith=LAPSED)

    def in_force(self) -> Self:
        """Leave out unpaid invoices of orders that lapsed, and the credit notes of those."""
        source = Concat(Value(LAPSED), Cast(OuterRef("pk"), CharField()))
        note = self.model._default_manager.filter(source=source)
        return self.filter(~Q(source__startswith=LAPSED), ~Exists(note))

    def without_file(self, since: date | None = None) -> Self:
        """Return the documents, issued since then, whose file has not been made yet."""
        issued = self if since is None else self.filter(issued_on__gte=since)
        return issued.filter(file=None).order_by("pk")

    def issued_in(self, year: int, month: int) -> Self:
        return self.filter(issued_on__year=year, issued_on__month=month).order_by("pk")

    def expired(self, today: date) -> Self:
        """Return the documents that need not be kept any longer."""
        return self.filter(keep_until__lt=today)
