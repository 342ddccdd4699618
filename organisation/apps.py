from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "organisation"
    verbose_name = _("organisation")

    def ready(self) -> None:
        from . import signals, time_zone  # noqa: F401  They connect signals.
