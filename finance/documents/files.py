"""Create the files of documents, once each, and e-mail them."""

import hashlib
import logging
from datetime import date

from django.db import transaction

from bookings.ledger.retention import PSEUDONYM_DOMAIN
from bookings.models import Order
from bookings.order_emails import enqueue_order_email
from organisation.brand import brand_of_seller

from ..models import Document, DocumentFile
from .content import Kind
from .document_pdf import to_pdf

logger = logging.getLogger(__name__)


def make_missing_files(since: date | None = None) -> int:
    """Make the files of all documents, or of those issued since then; return how many were made.

    Several can run at once: each document is locked while its file is created. A failure is logged,
    and the next run tries again.
    """
    made = 0
    for pk in Document.objects.without_file(since).values_list("pk", flat=True):
        try:
            made += _make_once(pk)
        except Exception:
            logger.exception("The file of document %s could not be made.", pk)
    return made


def file_of(document: Document) -> DocumentFile:
    """Return the document's file; create it if it is missing."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        existing = DocumentFile.objects.filter(document=locked).first()
        return existing or _make(locked)


@transaction.atomic(durable=True)
def _make_once(pk: int) -> bool:
    document = Document.objects.filter(pk=pk).select_for_update(skip_locked=True).first()
    if document is None or DocumentFile.objects.filter(document=document).exists():
        return False
    _make(document)
    return True


def _make(document: Document) -> DocumentFile:
    """Make and store the file of the locked document, and enqueue the e-mail with it."""
    content = to_pdf(document.what, brand_of_seller(document.seller))
    digest = hashlib.sha256(content).hexdigest()
    file = DocumentFile.objects.create(document=document, content=content, sha256=digest)
    if Kind(document.kind).is_numbered:
        _enqueue_email(document)
    return file


def _enqueue_email(document: Document) -> None:
    order = Order.objects.get(reference=document.order)
    if order.email.endswith(PSEUDONYM_DOMAIN):
        return  # The customer has been anonymised meanwhile.
    enqueue_order_email(
        order, document.kind, key=f"document:{document.source}", document=document.pk
    )
