"""Calculate what a promoter is owed under a deal."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.money import coin

from .box_office import Figures

ZERO = Decimal(0)


class DealKind(models.TextChoices):
    """How the promoter's share is calculated from the net box office."""

    FLAT = "flat", _("flat: the guarantee")
    PERCENTAGE = "percentage", _("percentage of the net box office")
    VERSUS = "versus", _("versus: the guarantee or the percentage, whichever is more")
    PLUS = "plus", _("plus: the guarantee, and the percentage of what exceeds the threshold")


@dataclass(frozen=True)
class Deal:
    """A deal. Amounts are in the currency of the sale, `percentage` is in per cent.

    `keeps_fees` tells whether the venue keeps the booking fees; otherwise they are shared too.
    """

    kind: str
    guarantee: Decimal = ZERO
    percentage: Decimal = ZERO
    threshold: Decimal = ZERO
    keeps_fees: bool = True


@dataclass(frozen=True)
class Result:
    """The result of a settlement. `net_box_office` is the basis of the deal, `share` what it gives.

    `to_pay` is what is left after `deductions`, `advances` and earlier settlements; negative if the
    promoter owes it.
    """

    gross: Decimal
    fees: Decimal
    tax: Decimal
    charges: Decimal
    net_box_office: Decimal
    share: Decimal
    deductions: Decimal
    advances: Decimal
    settled_before: Decimal
    to_pay: Decimal


def settle(
    *,
    figures: Figures,
    deal: Deal,
    charges: Decimal = ZERO,
    deductions: Iterable[tuple[str, Decimal]] = (),
    advances: Decimal = ZERO,
    settled_before: Decimal = ZERO,
) -> Result:
    """Return what the promoter is owed. `charges` (of card payments) reduce the net box office."""
    fees = figures.fees if deal.keeps_fees else ZERO
    tax = figures.ticket_tax if deal.keeps_fees else figures.tax
    net = figures.gross - fees - tax - charges
    share = _share(deal, net, figures.currency)
    deducted = sum((amount for _label, amount in deductions), ZERO)
    return Result(
        gross=figures.gross,
        fees=fees,
        tax=tax,
        charges=charges,
        net_box_office=net,
        share=share,
        deductions=deducted,
        advances=advances,
        settled_before=settled_before,
        to_pay=share - deducted - advances - settled_before,
    )


def _share(deal: Deal, net: Decimal, currency: str) -> Decimal:
    part = _part(max(net, ZERO), deal.percentage, currency)
    if deal.kind == DealKind.FLAT:
        return deal.guarantee
    if deal.kind == DealKind.PERCENTAGE:
        return part
    if deal.kind == DealKind.VERSUS:
        return max(deal.guarantee, part)
    above = max(net - deal.threshold, ZERO)
    return deal.guarantee + _part(above, deal.percentage, currency)


def _part(amount: Decimal, percentage: Decimal, currency: str) -> Decimal:
    return (amount * percentage / 100).quantize(coin(currency), ROUND_HALF_UP)
