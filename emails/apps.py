from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EmailsConfig(AppConfig):
    name = "emails"
    verbose_name = _("emails")

    def ready(self):
        from . import opt_outs  # noqa: F401  Connects its receiver.

        autodiscover_modules("emails", "samples")  # What each room writes, and shows of it.
