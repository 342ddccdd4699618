"""Render e-mails with tax documents."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Order
from core.money import money
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.rendering import renders

from .documents.content import Kind
from .documents.document_pdf import how_to_pay, title_of
from .models import Document


@renders(Kind.INVOICE.value, title=gettext_lazy("Invoice"))
def invoice(email: OutboxEmail) -> Message | None:
    return _message(email)


@renders(Kind.CREDIT_NOTE.value, title=gettext_lazy("Credit note"))
def credit_note(email: OutboxEmail) -> Message | None:
    return _message(email)


def _message(email: OutboxEmail) -> Message:
    document = Document.objects.select_related("file").get(pk=email.about["document"])
    order = Order.objects.get(reference=document.order)
    content = document.what
    title = title_of(content)
    context: dict[str, Any] = {
        "show": content.show,
        "order": order,
        "order_url": f"{settings.SITE_URL}{order.get_absolute_url()}?key={order.key}",
        "is_credit_note": document.kind == Kind.CREDIT_NOTE,
        "is_paid": content.is_paid,
        "how_to_pay": how_to_pay(content),
        "facts": [
            (_("Number"), document.number),
            (_("Order"), document.order),
            (_("Amount"), money(document.gross, document.currency)),
        ],
    }
    return message_from_templates(
        email,
        subject=_("%(document)s for %(show)s") % {"document": title, "show": content.show},
        context=context,
        name="tax_document",
        attachments=[(document.file_name, bytes(document.file.content), "application/pdf")],
        secrets={"order_key": order.key},
    )
