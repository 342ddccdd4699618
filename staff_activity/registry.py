"""What is watched: the fields that staff decide, of the things that the house is made of.

What customers do is told by the transaction log, so nothing of the sale stands here. Of secrets
only that they were changed is written, never what they are or were.
"""

from allauth.mfa.models import Authenticator
from auditlog.registry import auditlog
from django.contrib.auth.models import Group

from accounts.models import User
from api.models import ApiKey, Endpoint
from organisation.models import Seller
from payments.models import ProviderKeys
from shows.models import Artist, Concession, Performance, PerformanceFees, PriceCategory, Show, Tag
from venues.models import SeatingPlan, Venue, VenueFees
from waitingroom.models import Lane, WaitingRoom

# Kept by the house itself, by the second or the minute, or too long to read.
PASSED_OVER = {
    Seller: ["created_at"],
    VenueFees: [],
    PerformanceFees: [],
    Venue: ["rating_sum", "rating_count", "created_at"],
    SeatingPlan: ["decoration", "categories", "created_at"],
    Artist: [],
    Tag: [],
    Show: ["poster_small", "accent", "rating_sum", "rating_count", "created_at", "search"],
    Performance: ["places_total", "places_left", "created_at"],
    PriceCategory: [],
    Concession: [],
    User: ["last_login", "last_visit_at", "date_joined"],
    Group: [],
    ApiKey: ["digest", "created_at", "last_used_at"],
    Endpoint: [
        *["previous_salt", "previous_until", "failures", "failing_since", "rests_until"],
        "created_at",
    ],
}
WATCHED_ONLY = {
    ProviderKeys: ["provider", "secret_key", "webhook_secrets", "key_hint"],
    Authenticator: ["user", "type"],
    Lane: ["name", "weight", "codes"],
    WaitingRoom: [
        *["performance", "mode", "capacity", "pass_minutes", "rate", "message"],
        *["shared_networks", "is_paused", "closed_at"],
    ],
}
LISTS = {
    Show: {"artists", "tags"},
    User: {"groups", "user_permissions"},
    Group: {"permissions"},
}
SECRETS = {
    User: ["password"],
    Endpoint: ["salt"],
    Lane: ["codes"],
    ProviderKeys: ["secret_key", "webhook_secrets"],
}


def register_all() -> None:
    for model, passed_over in PASSED_OVER.items():
        names = [field.name for field in model._meta.concrete_fields]
        _watch(model, [name for name in names if name not in {"id", *passed_over}])
    for model, names in WATCHED_ONLY.items():
        _watch(model, names)


def hidden(value: object) -> str:
    """Return what is shown in place of a secret."""
    return "•••"


def _watch(model, names):
    auditlog.unregister(model)
    auditlog.register(
        model,
        include_fields=list(names),
        m2m_fields=LISTS.get(model, set()),
        mask_fields=SECRETS.get(model, []),
        mask_callable="staff_activity.registry.hidden",
    )
