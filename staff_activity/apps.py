from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffActivityConfig(AppConfig):
    name = "staff_activity"
    verbose_name = _("Trail")

    def ready(self):
        from . import actor, bulk, registry, sign_ins  # noqa: F401  They listen from now on.

        registry.register_all()
        from . import retention  # noqa: F401  It listens after those that write.

        actor.watch_nobody()
