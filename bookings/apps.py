from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("bookings")

    def ready(self):
        from payments.signals import payment_captured

        from . import receivers
        from .seatmap import stock  # noqa: F401  Tells the waiting room what is left.

        payment_captured.connect(receivers.give_tickets, dispatch_uid="bookings.give_tickets")
