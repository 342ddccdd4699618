"""The payment methods of Mollie that staff can choose in the admin.

Those that need no more than an amount and an e-mail address: docs.mollie.com/docs/payment-methods.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mollie.api.error import UnprocessableEntityError

from core.money import amount_text
from payments.credentials import Credentials
from payments.exceptions import ProviderUnavailable
from payments.providers.base import PaymentMethod, in_currencies

from .client import call

METHODS: Sequence[PaymentMethod] = (
    PaymentMethod("creditcard", gettext_lazy("Cards")),
    PaymentMethod("applepay", "Apple Pay"),
    PaymentMethod("paypal", "PayPal"),
    PaymentMethod("ideal", "iDEAL", in_currencies("EUR")),
    PaymentMethod("bancontact", "Bancontact", in_currencies("EUR")),
    PaymentMethod("belfius", "Belfius", in_currencies("EUR")),
    PaymentMethod("kbc", "KBC/CBC", in_currencies("EUR")),
    PaymentMethod("eps", "EPS", in_currencies("EUR")),
    PaymentMethod("satispay", "Satispay", in_currencies("EUR")),
    PaymentMethod("mybank", "MyBank", in_currencies("EUR")),
    PaymentMethod("przelewy24", "Przelewy24", in_currencies("EUR PLN")),
    PaymentMethod("blik", "BLIK", in_currencies("PLN")),
    PaymentMethod("twint", "TWINT", in_currencies("CHF")),
    PaymentMethod("banktransfer", gettext_lazy("Bank transfer"), in_currencies("EUR")),
)
# Those whose outcome is known days later, also of the ones that only the environment can name.
DELAYED_METHODS: Collection[str] = frozenset({"banktransfer", "directdebit"})
# An amount that all methods take. Mollie leaves out methods that do not.
TRIED_AMOUNT = Decimal(500)


def find_method_problems(keys: Credentials, methods: Sequence[str], currency: str) -> list[str]:
    """Ask Mollie which methods the account has; return what is wrong with these."""
    value = amount_text(TRIED_AMOUNT, currency)
    amount = {"amount[value]": value, "amount[currency]": currency}
    wallets = {"includeWallets": "applepay"}
    try:
        found = call(lambda client: list(client.methods.list(**amount, **wallets)), keys)
    except (UnprocessableEntityError, ProviderUnavailable) as error:
        return [str(error)]
    active = {method.id for method in found}
    titles = {method.name: str(method.title) for method in METHODS}
    missing = [titles.get(name, name) for name in methods if name not in active]
    if not missing:
        return []
    return [
        _("Mollie does not offer: %(methods)s. Activate them in its dashboard (for %(currency)s).")
        % {"methods": ", ".join(missing), "currency": currency}
    ]
