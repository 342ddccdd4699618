from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        from .roles import sync_role_permissions

        # Connected after Django's own handler, which makes the permissions: `django.contrib.auth`
        # stands before this app in INSTALLED_APPS.
        post_migrate.connect(sync_role_permissions, dispatch_uid="accounts.sync_role_permissions")
