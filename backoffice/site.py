"""The admin site's sidebar, environment label and "view on site" link."""

from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from payments.choice import chosen_provider

from .setup.steps import may_set_up

SETTINGS = gettext_lazy("Settings")
# (heading, [(title, icon, model)])
SIDEBAR = [
    (
        gettext_lazy("Box office"),
        [
            (gettext_lazy("Orders"), "receipt_long", "bookings.order"),
            (gettext_lazy("Tickets"), "confirmation_number", "bookings.ticket"),
            (gettext_lazy("Messages"), "forward_to_inbox", "bookings.customermessage"),
            (gettext_lazy("Check-ins"), "door_front", "door.checkin"),
            (gettext_lazy("Baskets"), "shopping_basket", "bookings.hold"),
            (gettext_lazy("Seats"), "event_seat", "bookings.place"),
            (gettext_lazy("Guest holds"), "lock_clock", "bookings.allocation"),
            (gettext_lazy("Waiting rooms"), "hourglass_top", "waitingroom.waitingroom"),
        ],
    ),
    (
        gettext_lazy("Programme"),
        [
            (gettext_lazy("Shows"), "music_note", "shows.show"),
            (gettext_lazy("Performances"), "event", "shows.performance"),
            (gettext_lazy("Performance templates"), "bookmark", "shows.performancetemplate"),
            (gettext_lazy("Concessions"), "sell", "shows.concessiontype"),
            (gettext_lazy("Price lists"), "table", "shows.pricelist"),
            (gettext_lazy("Questions"), "help", "shows.question"),
            (gettext_lazy("Artists"), "mic", "shows.artist"),
            (gettext_lazy("Reviews"), "star", "shows.review"),
        ],
    ),
    (
        gettext_lazy("Venues"),
        [
            (gettext_lazy("Venues"), "stadium", "venues.venue"),
            (gettext_lazy("Seating plans"), "grid_on", "venues.seatingplan"),
            (gettext_lazy("Plan drafts"), "edit_square", "venues.editedplan"),
        ],
    ),
    (
        gettext_lazy("People"),
        [
            (gettext_lazy("Users & customers"), "group", "accounts.user"),
            (gettext_lazy("E-mails"), "mail", "emails.outboxemail"),
            (gettext_lazy("Roles"), "badge", "auth.group"),
        ],
    ),
    (
        SETTINGS,
        [
            (gettext_lazy("Organisation"), "domain", "organisation.organisation"),
            (gettext_lazy("Mail server"), "outgoing_mail", "organisation.mailserver"),
            (gettext_lazy("Apple Wallet"), "wallet", "wallets.applewallet"),
            (gettext_lazy("Google Wallet"), "wallet", "wallets.googlewallet"),
            (gettext_lazy("Legal texts"), "policy", "organisation.legaltext"),
            (gettext_lazy("Help page"), "help", "organisation.helpentry"),
            (gettext_lazy("Translations"), "translate", "organisation.translation"),
        ],
    ),
    (
        gettext_lazy("Integrations"),
        [
            (gettext_lazy("API keys"), "key", "api.apikey"),
            (gettext_lazy("Webhooks"), "webhook", "api.endpoint"),
            (gettext_lazy("Deliveries"), "send", "api.delivery"),
        ],
    ),
    (
        gettext_lazy("Money"),
        [
            (gettext_lazy("Payments"), "payments", "payments.payment"),
            (gettext_lazy("Refunds"), "currency_exchange", "payments.refund"),
            (gettext_lazy("Disputes"), "gavel", "payments.dispute"),
            (gettext_lazy("Payouts"), "account_balance", "payments.payout"),
            (gettext_lazy("Reconciliation"), "rule", "finance.reconciliationtask"),
            (gettext_lazy("Accountant’s export"), "menu_book", "finance.journalaccount"),
            (gettext_lazy("Payment provider"), "credit_card", "payments.providerchoice"),
            (gettext_lazy("Provider keys"), "vpn_key", "payments.providerkeys"),
            (gettext_lazy("Provider webhooks"), "inbox", "payments.providerevent"),
            (gettext_lazy("Settlements"), "handshake", "finance.settlement"),
            (gettext_lazy("Promoters"), "campaign", "organisation.promoter"),
            (gettext_lazy("Till sessions"), "point_of_sale", "finance.tillsession"),
            (gettext_lazy("Bank transfers"), "account_balance", "finance.banktransfer"),
            (gettext_lazy("Bank debits"), "money_off", "finance.bankdebit"),
            (gettext_lazy("Bank statements"), "receipt_long", "finance.bankstatement"),
            (gettext_lazy("Till entries"), "receipt", "finance.tillentry"),
            (gettext_lazy("Tax documents"), "receipt", "finance.document"),
            (gettext_lazy("Sellers"), "storefront", "organisation.seller"),
        ],
    ),
    (
        gettext_lazy("Reports & audit"),
        [
            (gettext_lazy("Transaction log"), "history", "bookings.ledgerentry"),
            (gettext_lazy("Exports"), "download", "exports.export"),
            (gettext_lazy("Change history"), "edit_note", "staff_activity.fieldchange"),
            (gettext_lazy("Staff activity"), "footprint", "staff_activity.staffaction"),
            (gettext_lazy("Sign-in log"), "login", "staff_activity.signin"),
        ],
    ),
]


# Pages that are not lists: (heading, title, icon, URL name, permission), the first in their group.
PAGES = [
    (
        gettext_lazy("Reports & audit"),
        gettext_lazy("Insights"),
        "insights",
        "admin:bookings_ledgerentry_insights",
        "bookings.insights_ledgerentry",
    ),
]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar with the lists that the user may view."""
    dashboard = {"title": _("Dashboard"), "icon": "dashboard", "link": reverse("admin:index")}
    groups: list[dict[str, Any]] = [{"title": None, "items": [dashboard]}]
    for heading, entries in SIDEBAR:
        items = [
            {"title": title, "icon": icon, "link": link}
            for title, icon, model in entries
            if (link := list_url(model, request))
        ]
        if heading is SETTINGS and may_set_up(request.user):
            link = reverse("setup:index")
            items.insert(0, {"title": _("Set-up assistant"), "icon": "checklist", "link": link})
        for group, title, icon, name, permission in PAGES:
            if group == heading and request.user.has_perm(permission):
                items.insert(0, {"title": title, "icon": icon, "link": reverse(name)})
        if items:
            groups.append({"title": heading, "items": items})
    _mark_current(request.path, [item for group in groups for item in group["items"]])
    return groups


def _mark_current(path: str, items: list[dict[str, Any]]) -> None:
    """Mark the entry whose address the path begins with; of several, the longest."""
    index = reverse("admin:index")
    matching = [item for item in items if path.startswith(item["link"]) and item["link"] != index]
    current = max(matching, key=lambda item: len(item["link"]), default=None)
    for item in items:
        item["active"] = item is current or path == item["link"]


def list_url(model: str, request: HttpRequest) -> str | None:
    """Return the URL of a model's list in the admin, or None if the user may not view it."""
    listed = apps.get_model(model)
    if not admin.site.is_registered(listed):
        return None
    if not admin.site.get_model_admin(listed).has_view_permission(request):
        return None
    return _url(f"admin:{listed._meta.app_label}_{listed._meta.model_name}_changelist")


@cache
def _url(name: str) -> str:
    return reverse(name)


@admin.site.admin_view
def view_on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Redirect to an object's page on the site, if the user may view it in the admin.

    Django's own view redirects all staff to every object, and so discloses order references.
    """
    try:
        model = ContentType.objects.get_for_id(int(content_type_id)).model_class()
    except (ContentType.DoesNotExist, ValueError, OverflowError, DataError):
        raise Http404 from None
    if model is None or not admin.site.is_registered(model):
        raise Http404
    if not admin.site.get_model_admin(model).has_view_permission(request):
        raise PermissionDenied
    return shortcut(request, content_type_id, object_id)


def environment(request: HttpRequest) -> list[Any] | None:
    """Return the label and colour shown in the header of a site that is not in production."""
    if settings.DEBUG:
        return [_("Debug"), "danger"]
    if chosen_provider() == "demo" and not settings.LOCAL_MODE:
        return [_("Demo payments"), "danger"]
    return [_("Local mode"), "info"] if settings.LOCAL_MODE else None
