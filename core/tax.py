"""Split gross amounts into net and tax by rate.

Prices are gross: what a customer sees includes the tax. Tax is calculated once for each rate, on
the sum of its gross amounts, and net is the rest. So the amounts shown never change, and net and
tax satisfy EN 16931 (BR-CO-17: tax = net × rate, rounded) wherever any net amount satisfies it for
that gross sum; elsewhere they differ by one of the currency's smallest unit, which validators
accept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from .money import coin, money
from .percentages import format_percent

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The sum of all amounts of one rate: `gross` = `net` + `tax`. `rate` is a percentage.

    `exemption` is the reason for which no tax is due, as documents print it; only at the rate zero.
    """

    rate: Decimal
    gross: Decimal
    net: Decimal
    tax: Decimal
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class TaxRates:
    """The tax of a ticket: percentages of its price without the fee, and of the fee.

    `exemption` is the reason why whichever of them is zero is exempt.
    """

    ticket: Decimal = ZERO
    fee: Decimal = ZERO
    exemption: str = ""


@dataclass(frozen=True, slots=True)
class RateChoice:
    """The rates that staff set for one thing, such as a venue. None means not set."""

    ticket: Decimal | None = None
    fee: Decimal | None = None
    exemption: str = ""


# (gross amount, rate in per cent, exemption)
TaxedAmount = tuple[Decimal, Decimal, str]


def most_specific(*choices: RateChoice) -> TaxRates:
    """Return the rates in effect, given what is set, from the most specific to the most general.

    The rate of the ticket and that of the fee are found separately; one that is set nowhere is
    zero. The exemption is that of the choice which sets the zero rate.
    """
    ticket = next((one for one in choices if one.ticket is not None), RateChoice())
    fee = next((one for one in choices if one.fee is not None), RateChoice())
    reasons = [one.exemption for one, rate in ((ticket, ticket.ticket), (fee, fee.fee)) if not rate]
    return TaxRates(
        ticket=ticket.ticket or ZERO,
        fee=fee.fee or ZERO,
        exemption=next(filter(None, reasons), ""),
    )


def amounts_of_ticket(price: Decimal, fee: Decimal, rates: TaxRates) -> list[TaxedAmount]:
    """Return the two taxed amounts of a ticket: its price without the fee, and the fee."""
    return [(price - fee, rates.ticket, rates.exemption), (fee, rates.fee, rates.exemption)]


def split_by_rate(amounts: Iterable[TaxedAmount], currency: str) -> list[TaxLine]:
    """Return one line for each rate and exemption, the highest rate first.

    Amounts of zero, and rates whose amounts add up to zero, make no line. Amounts can be negative,
    as in a credit note: their lines are those of the positive amounts with the opposite sign.
    """
    sums: dict[tuple[Decimal, str], Decimal] = {}
    for gross, rate, exemption in amounts:
        key = (rate, "" if rate else exemption)
        sums[key] = sums.get(key, ZERO) + gross
    ordered = sorted(sums.items(), key=lambda item: (-item[0][0], item[0][1]))
    return [
        tax_line(gross, rate, currency, exemption) for (rate, exemption), gross in ordered if gross
    ]


def tax_line(gross: Decimal, rate: Decimal, currency: str, exemption: str = "") -> TaxLine:
    """Return the net amount and the tax that are part of a gross amount, rounded half up."""
    tax = (gross * rate / (100 + rate)).quantize(coin(currency), ROUND_HALF_UP)
    return TaxLine(rate=rate, gross=gross, net=gross - tax, tax=tax, exemption=exemption)


def share_of(lines: Sequence[TaxLine], amount: Decimal, currency: str) -> list[TaxLine]:
    """Return the lines of an `amount` that is a share of these, in proportion to their gross sums.

    For a refund of an amount that belongs to no particular ticket. The shares add up to `amount`:
    the rounding difference is added, unit by unit, to the lines that were rounded down most.
    """
    total = sum((line.gross for line in lines), ZERO)
    if not total:
        return []
    unit = coin(currency)
    exact = [line.gross * amount / total for line in lines]
    shares = [share.quantize(unit, ROUND_DOWN) for share in exact]
    rest = amount - sum(shares, ZERO)
    by_loss = sorted(range(len(lines)), key=lambda i: -abs(exact[i] - shares[i]))
    step = unit.copy_sign(rest)
    for i in by_loss[: int(abs(rest) / unit)]:
        shares[i] += step
    return split_by_rate(
        ((share, line.rate, line.exemption) for share, line in zip(shares, lines, strict=True)),
        currency,
    )


def tax_texts(lines: Iterable[TaxLine], currency: str) -> list[str]:
    """Return the tax for people, a text for each line: "incl. €5.23 VAT (7% of €74.77)".

    Exempt lines give their reason. Lines at zero without a reason have no text, so there is none
    where nobody has set a rate.
    """
    return [text for line in lines if (text := _text(line, currency))]


def _text(line: TaxLine, currency: str) -> str:
    if line.exemption:
        return _("VAT exempt: %(amount)s (%(reason)s)") % {
            "amount": money(line.gross, currency),
            "reason": line.exemption,
        }
    if not line.rate:
        return ""
    return _("incl. %(tax)s VAT (%(rate)s of %(net)s)") % {
        "tax": money(line.tax, currency),
        "rate": format_percent(line.rate),
        "net": money(line.net, currency),
    }


def rate_text(rate: Decimal) -> str:
    """Return a rate for programs and files, without trailing zeros: "19", "5.5"."""
    return f"{rate.normalize():f}"
