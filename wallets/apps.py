from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WalletsConfig(AppConfig):
    name = "wallets"
    verbose_name = _("wallets")

    def ready(self) -> None:
        from accounts.signals import data_requested
        from bookings.order_page import register_wallet_links

        from . import passes
        from .links import links_of

        register_wallet_links(links_of)
        data_requested.connect(passes.add_passes, dispatch_uid="wallets.add_passes")
