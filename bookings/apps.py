from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("bookings")

    def ready(self):
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from payments.signals import payment_captured

        from . import middleware, receivers
        from .seatmap import remaining  # noqa: F401  Tells the waiting room what is left.

        payment_captured.connect(receivers.give_tickets, dispatch_uid="bookings.give_tickets")
        user_logged_in.connect(middleware.note_login, dispatch_uid="bookings.note_login")
        user_logged_out.connect(middleware.note_logout, dispatch_uid="bookings.note_logout")
