"""The settings of the admin's theme (django-unfold)."""

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

_static = lazy(static, str)  # Resolved when the storage is configured.

# The colours of docs/look.md.
THEME = {
    "SITE_TITLE": "backoffice.brand.name",
    "SITE_HEADER": "backoffice.brand.name",
    "SITE_LOGO": "backoffice.brand.logo",
    "SITE_ICON": "backoffice.brand.icon",
    "SITE_SUBHEADER": _("Box office"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "local_activity",
    "SITE_FAVICONS": [{"rel": "icon", "href": "backoffice.brand.favicon"}],
    "SHOW_VIEW_ON_SITE": True,
    "ENVIRONMENT": "backoffice.site.environment",
    "DASHBOARD_CALLBACK": "backoffice.dashboard.dashboard",
    "STYLES": [_static("css/admin.css"), _static("css/plan-editor.css")],
    "SCRIPTS": [_static("js/admin-keyboard.js"), _static("js/admin-icons.js")],
    "BORDER_RADIUS": "2px",
    "SIDEBAR": {"show_search": False, "navigation": "backoffice.site.navigation"},
    "ACCOUNT": {
        "navigation": [
            {"title": _("Profile"), "link": reverse_lazy("accounts:profile")},
            {"title": _("Two-step verification"), "link": reverse_lazy("mfa_index")},
        ]
    },
    "COLORS": "backoffice.brand.colours",
}
COLOURS = {
    "base": {
        "50": "#f6f3ec",
        "100": "#ece7dd",
        "200": "#d6cfc1",
        "300": "#bdb3a5",
        "400": "#9c9184",
        "500": "#6f665c",
        "600": "#5a5249",
        "700": "#3d3731",
        "800": "#2b2622",
        "900": "#1c1815",
        "950": "#0c0a09",
    },
    "primary": {
        "50": "#fff1ef",
        "100": "#ffdfdb",
        "200": "#ffc4bd",
        "300": "#ffaa9d",
        "400": "#ff9483",
        "500": "#f26a58",
        "600": "#cb1707",
        "700": "#a81306",
        "800": "#861309",
        "900": "#6a120b",
        "950": "#3b0602",
    },
    # The theme's own, which a function for COLORS has to repeat.
    "font": {
        "subtle-light": "var(--color-base-500)",
        "subtle-dark": "var(--color-base-400)",
        "default-light": "var(--color-base-600)",
        "default-dark": "var(--color-base-300)",
        "important-light": "var(--color-base-900)",
        "important-dark": "var(--color-base-100)",
    },
}
