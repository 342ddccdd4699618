"""Why a pass cannot be made."""

from django.utils.translation import gettext as _

from core.exceptions import Refused


class WalletUnavailable(Refused):
    """A wallet is not configured, its certificate cannot be used, or its service is away."""

    status = 503

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else _("This wallet isn't available right now.")
