from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "organisation"
    verbose_name = _("organisation")

    def ready(self) -> None:
        from core import names

        from . import signals, time_zone  # noqa: F401  They connect signals.
        from .translations import translation_of

        names.find_translation = translation_of
