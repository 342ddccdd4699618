"""The back office, and the admin site: that of the theme, which prepares less for each page."""

from typing import Any

from django.apps import AppConfig
from django.contrib import admin
from django.contrib.admin import sites
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject
from unfold import apps as theme
from unfold.sites import UnfoldAdminSite


class BackOfficeConfig(AppConfig):
    name = "backoffice"


class ThemeConfig(theme.DefaultAppConfig):
    """Replaces the theme's own configuration, which is to be installed as `unfold`."""

    default = False

    def ready(self) -> None:
        admin.site = sites.site = AdminSite()


class AdminSite(UnfoldAdminSite):
    """Builds the list of all apps only for pages that show it: the sidebar has its own."""

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        build = super().get_app_list
        return SimpleLazyObject(lambda: build(request, app_label))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        # Imported late: it needs the models.
        from core.admin.autocomplete import SearchedRows

        return SearchedRows.as_view(admin_site=self)(request)
