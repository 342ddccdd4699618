from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class LettersConfig(AppConfig):
    name = "letters"
    verbose_name = _("letters")

    def ready(self):
        from . import opt_out  # noqa: F401  Connects its receiver.

        autodiscover_modules("emails", "samples")  # What each room writes, and shows of it.
