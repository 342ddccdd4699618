"""The organisation, sellers and promoters, and what others can set: tax rates, fees by channel."""

from .brand import HasBrand
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

# fmt: off
__all__ = [
    "Channel", "ChannelFees", "HasBrand", "HasTaxRates", "Organisation", "Promoter", "Seller",
    "SellerQuerySet", "TaxRateField",
]
# fmt: on
