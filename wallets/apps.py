from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletsConfig(AppConfig):
    name = "wallets"
    verbose_name = _("wallets")

    def ready(self) -> None:
        from accounts.signals import data_requested
        from bookings.wallet_links import register_wallet_links

        from . import checks, personal_data  # noqa: F401  The checks register themselves.
        from .links import links_of

        register_wallet_links(links_of)
        data_requested.connect(personal_data.add_passes, dispatch_uid="wallets.add_passes")
