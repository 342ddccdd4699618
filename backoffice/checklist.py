"""What is missing before tickets can be sold, for the dashboard of those who can mend it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from backoffice.setup.state import has_payment_keys
from backoffice.setup.steps import may_set_up
from core.heartbeat import statuses
from organisation.current import current_organisation
from organisation.legal_texts import missing_texts
from organisation.mail_server import has_mail_server
from organisation.models import Seller
from payments.choice import chosen_provider
from payments.providers import takes_online_payments
from shows.models import Performance


@dataclass(frozen=True)
class Missing:
    """`text` says what is missing, `url` is where it is mended."""

    text: str
    url: str


@dataclass(frozen=True)
class Facts:
    """What has to be read from the database, shared through the cache of the dashboard."""

    has_seller: bool = True
    has_sale: bool = True
    services: dict[str, str] | None = None


def read_facts() -> Facts:
    """Read the facts. Three short queries."""
    return Facts(
        has_seller=Seller.objects.exists(),
        has_sale=Performance.objects.public().filter(opened_at__isnull=False).exists(),
        services=statuses(),
    )


def missing_before_sale(request: HttpRequest, facts: Facts) -> list[Missing]:
    """Return what is missing and the user can mend; empty when all is done."""
    found = list(_of_services(request, facts))
    if may_set_up(request.user):
        found += _of_setup(facts)
    if request.user.has_perm("organisation.change_legaltext"):
        found += [Missing(missing.text, missing.url) for missing in missing_texts()]
    if request.user.has_perm("organisation.add_seller") and not facts.has_seller:
        found.append(Missing(_("No seller for invoices"), reverse("admin:organisation_seller_add")))
    return found


def _of_setup(facts: Facts) -> Iterator[Missing]:
    organisation = current_organisation()
    if not organisation.email:
        yield _step(_("Customers see no e-mail address of yours"), "organisation")
    if not organisation.sender_address:
        yield _step(_("E-mails have no sender of yours"), "organisation")
    if not has_mail_server():
        yield _step(_("No mail server: e-mails are not sent"), "mail")
    if not takes_online_payments():
        yield _step(_("No payment provider"), "payment")
    elif chosen_provider() == "demo":
        yield _step(_("Payments go to the demo bank"), "payment")
    elif not has_payment_keys():
        yield _step(_("The payment provider has no keys"), "payment")
    if not facts.has_sale:
        yield Missing(_("No show is on sale"), reverse("setup:index"))


def _of_services(request: HttpRequest, facts: Facts) -> Iterator[Missing]:
    """Yield the processes that do not run; only superusers are expected to start them."""
    if not request.user.is_superuser:
        return
    names = {
        "worker": _("The worker is not running: e-mails and refunds wait"),
        "clock": _("The scheduler (beat) is not running: automatic tasks wait"),
    }
    for name, text in names.items():
        if (facts.services or {}).get(name, "ok") != "ok":
            yield Missing(text, "/readyz")


def _step(text: str, name: str) -> Missing:
    return Missing(text, reverse("setup:step", args=[name]))
