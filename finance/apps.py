from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "finance"
    verbose_name = _("finance")

    def ready(self) -> None:
        from bookings.ledger.audit_rules import register_rules
        from payments.signals import payment_captured, refund_sent

        from .audit_rules import RULES
        from .till import entries

        payment_captured.connect(entries.record_sale, dispatch_uid="finance.record_sale")
        refund_sent.connect(entries.record_refund, dispatch_uid="finance.record_refund")
        register_rules(RULES)
