"""Why a pass cannot be made or changed."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class WalletUnavailable(Refused):
    """A wallet is not configured, its certificate cannot be used, or its service is away."""

    status = 503

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else _("This wallet isn't available right now.")


class WalletRefused(WalletUnavailable):
    """The service does not accept what was sent; it would not if it were sent again."""
