from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = _("finance")

    def ready(self) -> None:
        from accounts.signals import data_requested
        from bookings.ledger.audit_rules import register_rules
        from bookings.order_page import register_downloads
        from payments.signals import payment_captured, refund_sent

        from . import audit_rules
        from .documents import audit_rules as document_rules
        from .documents import order_page, receivers
        from .reconciliation import audit_rules as reconciliation_rules
        from .till import entries

        payment_captured.connect(entries.record_sale, dispatch_uid="finance.record_sale")
        refund_sent.connect(entries.record_refund, dispatch_uid="finance.record_refund")
        payment_captured.connect(receivers.issue_invoices_soon, dispatch_uid="finance.invoices")
        refund_sent.connect(receivers.issue_documents_soon, dispatch_uid="finance.credit_notes")
        data_requested.connect(receivers.add_documents, dispatch_uid="finance.add_documents")
        register_downloads(order_page.downloads)
        register_rules(audit_rules.RULES)
        register_rules(document_rules.RULES)
        register_rules(reconciliation_rules.RULES)
