"""The models and fields whose changes by staff are recorded.

Actions of customers are in the transaction log, so no model of the sale is here. Of secrets only
the fact of a change is recorded, never a value.
"""

from allauth.mfa.models import Authenticator
from auditlog.registry import auditlog
from django.contrib.auth.models import Group

from accounts.models import User
from api.models import ApiKey, Endpoint
from emails.models import EmailTemplate
from finance.models import JournalAccount, JournalSettings
from organisation.models import HelpEntry, LegalText, MailServer, Organisation, Seller, Translation
from payments.models import ProviderChoice, ProviderKeys
from shows.models import (
    Artist,
    Concession,
    ConcessionType,
    ListedCategory,
    ListedConcession,
    MediaLink,
    Performance,
    PerformanceFees,
    PerformanceTemplate,
    PriceCategory,
    PriceList,
    Question,
    Show,
    ShowPicture,
    Tag,
)
from venues.models import SeatingPlan, SectionView, Venue, VenueFees, VenuePicture
from waitingroom.models import Lane, WaitingRoom
from wallets.models import AppleWallet, GoogleWallet

# Fields that are set automatically, change all the time or are too long.
EXCLUDED_FIELDS = {
    Organisation: ["logo_width", "logo_height", "translations_token"],
    LegalText: ["created_at"],
    HelpEntry: [],
    Translation: [],
    Seller: ["created_at"],
    JournalAccount: [],
    JournalSettings: [],
    VenueFees: [],
    VenuePicture: [],
    ShowPicture: [],
    MediaLink: [],
    SectionView: [],
    PerformanceFees: [],
    Venue: ["logo_width", "logo_height", "rating_sum", "rating_count", "created_at"],
    SeatingPlan: ["decoration", "categories", "created_at"],
    Artist: [],
    Tag: [],
    Show: ["poster_small", "accent", "rating_sum", "rating_count", "created_at", "search"],
    Performance: ["places_total", "places_left", "former_plans", "created_at"],
    PriceCategory: [],
    Concession: [],
    ConcessionType: [],
    PriceList: [],
    Question: [],
    PerformanceTemplate: ["settings"],
    ListedCategory: [],
    ListedConcession: [],
    EmailTemplate: ["error", "changed_at"],
    User: ["last_login", "last_visit_at", "date_joined"],
    Group: [],
    ApiKey: ["digest", "created_at", "last_used_at"],
    Endpoint: [
        *["previous_salt", "previous_until", "failures", "failing_since", "rests_until"],
        "created_at",
    ],
}
INCLUDED_FIELDS = {
    AppleWallet: ["pass_type_id", "certificate", "issuer_certificate", "expires_at", "private_key"],
    GoogleWallet: ["issuer_id", "account", "private_key"],
    MailServer: ["host", "port", "security", "user", "password"],
    ProviderKeys: ["provider", "secret_key", "webhook_secrets", "access_token", "key_hint"],
    ProviderChoice: ["provider", "methods"],
    Authenticator: ["user", "type"],
    Lane: ["name", "weight", "codes"],
    WaitingRoom: [
        *["performance", "mode", "capacity", "pass_minutes", "rate", "message"],
        *["shared_networks", "is_paused", "closed_at"],
    ],
}
MANY_TO_MANY = {
    Show: {"artists", "tags"},
    User: {"groups", "user_permissions"},
    Group: {"permissions"},
}
SECRETS = {
    User: ["password"],
    Endpoint: ["salt"],
    Lane: ["codes"],
    ProviderKeys: ["secret_key", "webhook_secrets", "access_token"],
    MailServer: ["password"],
    AppleWallet: ["private_key"],
    GoogleWallet: ["private_key"],
}


def register_all() -> None:
    for model, excluded in EXCLUDED_FIELDS.items():
        names = [field.name for field in model._meta.concrete_fields]
        _register(model, [name for name in names if name not in {"id", *excluded}])
    for model, names in INCLUDED_FIELDS.items():
        _register(model, names)


def masked(value: object) -> str:
    """Return what is stored in place of a secret."""
    return "•••"


def _register(model, names):
    auditlog.unregister(model)
    auditlog.register(
        model,
        include_fields=list(names),
        m2m_fields=MANY_TO_MANY.get(model, set()),
        mask_fields=SECRETS.get(model, []),
        mask_callable="staff_activity.registry.masked",
    )
