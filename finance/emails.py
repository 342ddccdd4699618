"""Render e-mails with tax documents."""

from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.emails.order_context import order_message
from bookings.models import Order
from bookings.sale.payment_options import account_for
from core.money import money
from emails.messages import Message
from emails.models import OutboxEmail
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders

from .documents.content import Kind
from .documents.document_pdf import how_to_pay, title_of
from .models import BankTransfer, Document

PLACEHOLDERS = (
    Placeholder("name", gettext_lazy("The customer’s name"), "order.name"),
    Placeholder("show", gettext_lazy("Title of the show"), "show"),
    Placeholder("document", gettext_lazy("Kind of document, such as “Invoice”"), "document"),
    Placeholder("number", gettext_lazy("Number of the document"), "number"),
    Placeholder("order", gettext_lazy("Order number"), "order.reference"),
    Placeholder(
        "order_link", gettext_lazy("The customer’s link to the order"), "order_url", is_link=True
    ),
)

offer_placeholders(Kind.INVOICE.value, *PLACEHOLDERS)
offer_placeholders(Kind.CREDIT_NOTE.value, *PLACEHOLDERS)
_TRANSFER = (
    PLACEHOLDERS[0],
    Placeholder("show", gettext_lazy("Title of the show"), "show.title"),
    *PLACEHOLDERS[-2:],
)
offer_placeholders(
    "transfer_incomplete",
    *_TRANSFER,
    Placeholder("amount", gettext_lazy("Amount received"), "amount"),
    Placeholder("until", gettext_lazy("When the reservation ends"), "until"),
)
offer_placeholders(
    "transfer_surplus",
    *_TRANSFER,
    Placeholder("surplus", gettext_lazy("Amount that is sent back"), "surplus"),
)


@renders(Kind.INVOICE.value, title=gettext_lazy("Invoice"))
def invoice(email: OutboxEmail) -> Message | None:
    return _message(email)


@renders(Kind.CREDIT_NOTE.value, title=gettext_lazy("Credit note"))
def credit_note(email: OutboxEmail) -> Message | None:
    return _message(email)


@renders("transfer_incomplete", title=gettext_lazy("Part of a transfer received"))
def transfer_incomplete(email: OutboxEmail) -> Message | None:
    """Ask for the rest, unless it has arrived or the reservation has ended meanwhile."""
    order, transfer = _order_and_transfer(email)
    if not order.is_reserved or not order.received:
        return None
    account = account_for(order)
    facts = [
        (_("Received so far"), money(order.received, order.currency)),
        (_("Still to transfer"), money(order.amount_due, order.currency)),
        (_("Account holder"), account.holder),
        (_("IBAN"), account.iban),
        (_("Bank"), account.bank),
        (_("Payment reference"), order.reference),
    ]
    until = order.payable_until and order.payable_until.astimezone(order.performance.venue.zone)
    return _transfer_message(
        email,
        order,
        subject=_("Please transfer the rest for %s") % order.performance.show.title,
        context={
            "amount": money(transfer.amount, transfer.currency),
            "until": date_format(until, "LONG_DATETIME") if until else "",
            "facts": facts,
        },
    )


@renders("transfer_surplus", title=gettext_lazy("Too much transferred"))
def transfer_surplus(email: OutboxEmail) -> Message | None:
    """Tell the customer that the surplus is refunded."""
    order, transfer = _order_and_transfer(email)
    return _transfer_message(
        email,
        order,
        subject=_("You transferred too much for %s") % order.performance.show.title,
        context={
            "surplus": money(transfer.surplus, transfer.currency),
            "facts": [(_("Order"), order.reference)],
        },
    )


def _order_and_transfer(email: OutboxEmail) -> tuple[Order, BankTransfer]:
    orders = Order.objects.select_related("performance__show__seller", "performance__venue")
    order = orders.get(reference=email.about["order"])
    return order, BankTransfer.objects.get(pk=email.about["transfer"])


def _transfer_message(
    email: OutboxEmail, order: Order, *, subject: str, context: dict[str, Any]
) -> Message:
    context |= {
        "order": order,
        "show": order.performance.show,
        "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}",
    }
    return order_message(email, order, subject=subject, context=context)


def _message(email: OutboxEmail) -> Message:
    document = Document.objects.select_related("file").get(pk=email.about["document"])
    orders = Order.objects.select_related("performance__venue")
    order = orders.get(reference=document.order)
    content = document.what
    title = title_of(content)
    context: dict[str, Any] = {
        "show": content.show,
        "order": order,
        "document": title,
        "number": document.number,
        "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}",
        "is_credit_note": document.kind == Kind.CREDIT_NOTE,
        "is_paid": content.is_paid,
        "how_to_pay": how_to_pay(content),
        "facts": [
            (_("Document no."), document.number),
            (_("Order"), document.order),
            (_("Amount"), money(document.gross, document.currency)),
        ],
    }
    return order_message(
        email,
        order,
        subject=_("%(document)s for %(show)s") % {"document": title, "show": content.show},
        context=context,
        name="tax_document",
        attachments=[(document.file_name, bytes(document.file.content), "application/pdf")],
    )
