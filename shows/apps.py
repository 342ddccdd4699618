from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShowsConfig(AppConfig):
    name = "shows"
    verbose_name = _("shows")

    def ready(self) -> None:
        from organisation.translations import USED_TEXTS

        from .used_texts import names_of_the_catalogue

        USED_TEXTS.append(names_of_the_catalogue)
