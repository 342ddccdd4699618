"""Exceptions of payments; each has a message that can be shown to staff."""

from core.exceptions import Refused


class PaymentError(Refused):
    """Base class."""


class AlreadyPaid(PaymentError):
    """Nothing is due any more for the payment's purpose."""


class UnknownPayment(PaymentError):
    """An event is about a payment that does not exist here."""


class WrongAmount(PaymentError):
    """The provider charged another amount or currency than requested."""


class UnknownProvider(PaymentError):
    """No provider of that name is enabled."""


class NoOnlinePayments(PaymentError):
    """The site has no provider that takes payments online."""


class InvalidEvent(PaymentError):
    """An event is malformed, not signed by its provider, or was signed too long ago."""


class ProviderUnavailable(PaymentError):
    """The provider did not answer, or not sensibly. The call can be repeated."""


class PageClosed(PaymentError):
    """The payment's page was closed or has expired; it can no longer be paid."""


class RefundRefused(PaymentError):
    """The refund cannot be made, and repeating it would not help."""


class RefundExceedsPayment(RefundRefused):
    """More would be refunded than was captured."""
