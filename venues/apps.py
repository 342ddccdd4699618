from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VenuesConfig(AppConfig):
    name = "venues"
    verbose_name = _("venues")

    def ready(self) -> None:
        from organisation.translations import USED_TEXTS

        from .used_texts import cities_and_labels

        USED_TEXTS.append(cities_and_labels)
