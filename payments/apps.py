from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = _("payments")

    def ready(self) -> None:
        from .providers import get_provider

        if settings.PAYMENT_PROVIDER in settings.REAL_PAYMENT_PROVIDERS:
            # Its SDK takes a fifth of a second to load: now, and not in somebody's purchase.
            get_provider(settings.PAYMENT_PROVIDER)
