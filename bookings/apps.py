from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("bookings")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from payments.signals import payment_captured

        from . import middleware, receivers
        from .seatmap import remaining  # noqa: F401  Registers the provider of remaining tickets.

        payment_captured.connect(receivers.issue_tickets, dispatch_uid="bookings.issue_tickets")
        user_logged_in.connect(middleware.note_login, dispatch_uid="bookings.note_login")
        user_logged_out.connect(middleware.note_logout, dispatch_uid="bookings.note_logout")
