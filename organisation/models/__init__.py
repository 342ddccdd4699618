"""The organisation, sellers and promoters, tax rates, and fees by sales channel."""

from .brand import HasBrand
from .legal import HelpEntry, LegalText
from .mail_server import MailServer
from .organisation import Organisation
from .sellers import (
    Channel,
    ChannelFees,
    HasTaxRates,
    Promoter,
    Seller,
    SellerQuerySet,
    TaxRateField,
)
from .translations import Translation

# fmt: off
__all__ = [
    "Channel", "ChannelFees", "HasBrand", "HasTaxRates", "HelpEntry", "LegalText", "MailServer",
    "Organisation",    "Promoter", "Seller", "SellerQuerySet", "TaxRateField",
    "Translation",
]
# fmt: on
