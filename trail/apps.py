from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "trail"
    verbose_name = _("Trail")

    def ready(self):
        from . import acting, log_ins, many, watching  # noqa: F401  They listen from now on.

        watching.watch_all()
        from . import forgetting  # noqa: F401  It listens after those that write.

        acting.watch_nobody()
