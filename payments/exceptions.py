"""What money refuses, each with words that can be shown to staff."""

from core.exceptions import Refused


class PaymentError(Refused):
    """Any refusal of this room."""


class AlreadyPaid(PaymentError):
    """Nothing is due any more for what a payment was to be started for."""


class UnknownPayment(PaymentError):
    """A provider spoke of a payment that is not ours."""


class WrongAmount(PaymentError):
    """A provider took another amount or currency than we asked for."""


class UnknownProvider(PaymentError):
    """No provider of that name is enabled."""


class NoOnlinePayments(PaymentError):
    """The site has no provider that takes payments online."""


class ForgedEvent(PaymentError):
    """An event is not signed by its provider, or was signed too long ago."""


class ProviderUnavailable(PaymentError):
    """The provider could not be asked, or did not make sense. It may be asked again."""


class RefundRefused(PaymentError):
    """The refund cannot be made, and asking again would not help."""


class NotEnoughLeft(RefundRefused):
    """More would be refunded than was captured."""
