from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrailConfig(AppConfig):
    name = "trail"
    verbose_name = _("Trail")

    def ready(self):
        from . import acting, log_ins, watching  # noqa: F401  They listen from now on.

        watching.watch_all()
        acting.watch_nobody()
