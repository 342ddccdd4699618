from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EmailsConfig(AppConfig):
    name = "emails"
    verbose_name = _("e-mails")

    def ready(self) -> None:
        from . import account_emails, opt_outs  # noqa: F401  They connect receivers.

        autodiscover_modules("emails", "samples")  # The renderers and samples of each app.
