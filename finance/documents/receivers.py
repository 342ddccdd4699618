"""Receive signals about payments and refunds, and requests for personal data."""

from typing import Any

from accounts.models import User
from bookings.models import Order
from core.enqueue import enqueue_soon

from ..models import Document


def issue_invoices_soon(sender: Any, **kwargs: Any) -> None:
    """Receive `payment_captured`: look for requested invoices soon after the commit.

    It may be lost, as a scheduled task finds them too.
    """
    enqueue_soon("finance.tasks.issue_invoices")


def issue_documents_soon(sender: Any, **kwargs: Any) -> None:
    """Receive `refund_sent`: look for credit notes to issue soon after the commit."""
    enqueue_soon("finance.tasks.issue_documents")


def add_documents(sender: Any, user: User, **kwargs: Any) -> dict[str, Any]:
    """Receive `data_requested`: list the invoices and credit notes of the account's orders."""
    orders = Order.objects.owned_by(user).values("reference")
    documents = Document.objects.filter(order__in=orders).order_by("pk")
    names = ["kind", "number", "order", "issued_on", "currency", "gross", "net", "tax"]
    fields = documents.values(*names, "content__buyer", "keep_until")
    return {"documents": list(fields)}
