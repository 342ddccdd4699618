from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EmailsConfig(AppConfig):
    name = "emails"
    verbose_name = _("e-mails")

    def ready(self) -> None:
        # They connect receivers and register kinds.
        from . import account_emails, account_messages, opt_outs  # noqa: F401

        autodiscover_modules("emails", "samples")  # The renderers and samples of each app.
