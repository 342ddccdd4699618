from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _


class BookingsConfig(AppConfig):
    name = "bookings"
    verbose_name = _("bookings")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from payments import signals

        from . import middleware, payment_records
        from .aftersale import joined_orders  # noqa: F401  Connects receivers.
        from .seatmap import remaining  # noqa: F401  Registers the provider of remaining tickets.

        receives: dict[Signal, Callable[..., Any]] = {
            signals.payment_captured: payment_records.issue_tickets,
            signals.payment_pending: payment_records.keep_places,
            signals.refund_failed: payment_records.record_failed_refund,
            signals.refund_found: payment_records.record_found_refund,
            signals.refund_withdrawn: payment_records.record_withdrawn_refund,
            signals.dispute_opened: payment_records.record_dispute,
            signals.dispute_changed: payment_records.record_dispute_change,
        }
        for signal, receiver in receives.items():
            signal.connect(receiver, dispatch_uid=f"bookings.{receiver.__name__}")
        user_logged_in.connect(middleware.note_login, dispatch_uid="bookings.note_login")
        user_logged_out.connect(middleware.note_logout, dispatch_uid="bookings.note_logout")
