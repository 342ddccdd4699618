"""The frame of the admin: what it is called, and its way around in the box office's own words."""

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# (heading, [(what the box office calls it, symbol, model)])
SIDEBAR = [
    (
        gettext_lazy("Sale"),
        [
            (gettext_lazy("Orders"), "receipt_long", "bookings.order"),
            (gettext_lazy("Tickets"), "confirmation_number", "bookings.ticket"),
            (gettext_lazy("Check-ins"), "door_front", "door.checkin"),
            (gettext_lazy("Baskets"), "shopping_basket", "bookings.hold"),
            (gettext_lazy("Places"), "event_seat", "bookings.place"),
            (gettext_lazy("Allocations"), "lock_clock", "bookings.allocation"),
            (gettext_lazy("Waiting rooms"), "hourglass_top", "waitingroom.waitingroom"),
        ],
    ),
    (
        gettext_lazy("Programme"),
        [
            (gettext_lazy("Shows"), "music_note", "shows.show"),
            (gettext_lazy("Performances"), "event", "shows.performance"),
            (gettext_lazy("Artists"), "mic", "shows.artist"),
            (gettext_lazy("Reviews"), "star", "shows.review"),
        ],
    ),
    (
        gettext_lazy("House"),
        [
            (gettext_lazy("Venues"), "stadium", "venues.venue"),
            (gettext_lazy("Plans"), "grid_on", "venues.seatingplan"),
        ],
    ),
    (
        gettext_lazy("People"),
        [
            (gettext_lazy("Accounts"), "group", "accounts.user"),
            (gettext_lazy("E-mails"), "mail", "emails.outboxemail"),
            (gettext_lazy("Roles"), "badge", "auth.group"),
        ],
    ),
    (
        gettext_lazy("Programs"),
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
            (gettext_lazy("From the providers"), "inbox", "payments.providerevent"),
        ],
    ),
    (
        gettext_lazy("Books"),
        [
            (gettext_lazy("Log"), "history", "bookings.ledgerentry"),
            (gettext_lazy("Exports"), "download", "exports.export"),
            (gettext_lazy("Changes by staff"), "edit_note", "staff_activity.fieldchange"),
            (gettext_lazy("Steps of staff"), "footprint", "staff_activity.staffaction"),
            (gettext_lazy("Log-ins"), "login", "staff_activity.signin"),
        ],
    ),
]


def navigation(request):
    """Return the sidebar of whoever looks: what they may open, and nothing else."""
    tonight = {"title": _("Tonight"), "icon": "nightlife", "link": reverse("admin:index")}
    groups = [{"title": None, "items": [tonight]}]
    for heading, entries in SIDEBAR:
        items = [
            {"title": words, "icon": symbol, "link": link}
            for words, symbol, model in entries
            if (link := list_of(model, request))
        ]
        if items:
            groups.append({"title": heading, "items": items})
    return groups


def list_of(model, request):
    """Return the address of a model's list in the admin, or None for those who may not see it."""
    model = apps.get_model(model)
    if not admin.site.is_registered(model):
        return None
    if not admin.site.get_model_admin(model).has_view_permission(request):
        return None
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@admin.site.admin_view
def view_on_site(request, content_type_id, object_id):
    """Lead to the page of an object on the site, for those who may see it in the admin.

    Django's own view leads all staff to everything, and so tells them references of orders.
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


def environment(request):
    """Say so where it is not the real house."""
    if settings.DEBUG:
        return [_("Debug"), "danger"]
    if settings.PAYMENT_PROVIDER == "demo" and not settings.LOCAL_MODE:
        return [_("Demo payments"), "danger"]
    return [_("On this machine"), "info"] if settings.LOCAL_MODE else None
