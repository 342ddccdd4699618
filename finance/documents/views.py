"""Pages of an order's documents, for its customer. A stranger gets 404."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings.access import get_order
from bookings.invoice_details import InvoiceForm
from bookings.models import Order
from bookings.views.responses import see_other
from shows.terms import terms_of

from ..models import Document
from . import receipts
from .exceptions import NothingToInvoice
from .files import file_of
from .order_page import can_be_invoiced, request_invoice


@never_cache
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt of a paid order."""
    order = _order_with_receipt(request, reference)
    context = {"order": order, "content": receipts.compose_receipt(order)}
    return render(request, "finance/receipt.html", context)


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the receipt of a paid order; from now on it stays as it is."""
    order = _order_with_receipt(request, reference)
    return pdf_response(receipts.store_receipt(order))


@never_cache
@require_safe
def refund_receipt(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Return the receipt of a refund of an order without an invoice."""
    order = _order_with_receipt(request, reference)
    groups = {group.first.pk: group for group in receipts.refund_receipts(order)}
    document = receipts.store_refund_receipt(order, groups[pk]) if pk in groups else None
    if document is None:
        raise Http404
    return pdf_response(document)


@never_cache
@require_safe
def document(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """Return an invoice or credit note of the order."""
    order = get_order(request, reference)
    numbered = Document.objects.of_order(order.reference).numbered()
    return pdf_response(get_object_or_404(numbered, pk=pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invoice(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask for the recipient of the invoice; POST requests it."""
    order = get_order(request, reference)
    terms = terms_of(order.performance_id)
    if not can_be_invoiced(order) or not terms.has_seller:
        raise Http404
    form = InvoiceForm(request.POST or None, country=terms.country)
    if request.method == "POST" and form.is_valid():
        try:
            request_invoice(order=order, details=form.details())
        except NothingToInvoice as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Thank you. We'll e-mail your invoice in a moment."))
        return see_other(order)
    status = 422 if form.errors else 200
    context = {"order": order, "terms": terms, "form": form}
    return render(request, "finance/invoice_request.html", context, status=status)


def pdf_response(document: Document) -> HttpResponse:
    """Return the file of a document; create it if it is missing."""
    disposition = f'inline; filename="{document.file_name}"'
    return HttpResponse(
        bytes(file_of(document).content),
        content_type="application/pdf",
        headers={"Content-Disposition": disposition},
    )


def _order_with_receipt(request: HttpRequest, reference: str) -> Order:
    order = get_order(request, reference)
    if not _has_receipt(order):
        raise Http404
    return order


def _has_receipt(order: Order) -> bool:
    return receipts.is_offered(order) and terms_of(order.performance_id).has_seller
