from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffActivityConfig(AppConfig):
    name = "staff_activity"
    verbose_name = _("Staff activity")

    def ready(self) -> None:
        from . import actor, bulk, registry, sign_ins  # noqa: F401  They connect signals.

        registry.register_all()
        from . import retention  # noqa: F401  Connected after those that record.

        actor.record_nothing()
