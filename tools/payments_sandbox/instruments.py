"""What a customer can pay with on the hosted pages, and how it ends."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Instrument:
    """A test card or account. `ends` is succeeds, declined, later or fails_later."""

    name: str
    label: str
    method: str
    last4: str = ""
    ends: str = "succeeds"
    decline_code: str = ""
    three_d_secure: bool = False


ALL = {
    each.name: each
    for each in [
        Instrument("card", "Card that is accepted", "card", "4242"),
        Instrument(
            "card_3ds", "Card that asks for 3-D Secure", "card", "3155", three_d_secure=True
        ),
        Instrument(
            "card_declined", "Card that is declined", "card", "0002", "declined", "generic_decline"
        ),
        Instrument(
            "card_no_funds", "Card without funds", "card", "9995", "declined", "insufficient_funds"
        ),
        Instrument("ideal", "iDEAL", "ideal"),
        Instrument("bancontact", "Bancontact", "bancontact"),
        Instrument("eps", "EPS", "eps"),
        Instrument("paypal", "PayPal", "paypal"),
        Instrument("sepa", "SEPA debit, paid days later", "sepa_debit", "3201", "later"),
        Instrument(
            "sepa_fails", "SEPA debit, fails days later", "sepa_debit", "3202", "fails_later"
        ),
        Instrument("transfer", "Bank transfer, paid days later", "banktransfer", "", "later"),
        Instrument(
            "transfer_fails", "Bank transfer, never made", "banktransfer", "", "fails_later"
        ),
    ]
}

DECLINES = {
    "generic_decline": "Your card was declined.",
    "insufficient_funds": "Your card has insufficient funds.",
    "lost_card": "Your card was declined.",
    "authentication_failed": "We are unable to authenticate your payment method.",
}


def offered(methods: list[str]) -> list[Instrument]:
    """Return the instruments of these payment methods."""
    return [each for each in ALL.values() if each.method in methods]
