"""What the pages of the assistant show beside their forms."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from bookings.staff_operations.put_on_sale import FIXED_ON_SALE
from core.money import money
from emails.models import OutboxEmail
from organisation.current import current_organisation
from organisation.mail_server import has_mail_server
from payments.choice import chosen_provider
from payments.credentials import is_set_in_environment
from payments.methods import method_titles
from payments.providers import get_provider, takes_online_payments
from venues.admin.plan_pages import plan_html
from venues.models import EditedPlan, Venue
from venues.plans import draft_of

from .state import Setup, has_payment_keys
from .steps import Step


def facts_of(step: Step, setup: Setup, user: User) -> dict[str, Any]:
    """Return what the template of this step needs besides forms."""
    if step.name == "plan":
        return plan_facts(setup, user)
    if step.name == "payment":
        return payment_facts(user)
    if step.name == "mail":
        return mail_facts(setup, user)
    if step.name == "sale":
        return sale_facts(setup)
    return {"edit_url": _edit_url(step, setup)}


def plan_facts(setup: Setup, user: User) -> dict[str, Any]:
    """Return the picture of the plan, and where others are made; saving them leads back here."""
    may_draw = user.has_perm("venues.add_editedplan")
    return {
        "plan": plan_html(draft_of(setup.plan)) if setup.plan else "",
        "generate_url": _with_return("venues_seatingplan_generate_plan", venue=setup.venue),
        "draw_url": _with_return("venues_editedplan_add", venue=setup.venue) if may_draw else "",
        "drafts": [
            (draft.name, _with_return("venues_editedplan_change", draft.pk))
            for draft in EditedPlan.objects.filter(venue=setup.venue).only("name")
            if may_draw
        ],
    }


def _with_return(page: str, *args: int, venue: Venue | None = None) -> str:
    """Return the URL of a page of the admin that leads back to the step of the plan."""
    query = {"next": reverse("setup:step", args=["plan"])}
    if venue:
        query["venue"] = str(venue.pk)
    return f"{reverse(f'admin:{page}', args=args)}?{urlencode(query)}"


def payment_facts(user: User) -> dict[str, Any]:
    """Say which provider and methods are chosen, where to change that, and whether it has keys."""
    provider = chosen_provider()
    return {
        "provider": provider.capitalize(),
        "is_demo": provider == "demo",
        "is_online": takes_online_payments(),
        "has_keys": has_payment_keys(),
        "is_in_environment": takes_online_payments() and is_set_in_environment(provider),
        "is_chosen_in_environment": settings.PAYMENT_PROVIDER_IS_SET,
        "methods": _methods(provider),
        "are_methods_in_environment": bool(settings.PAYMENT_METHODS),
        "choice_url": reverse("admin:payments_providerchoice_changelist"),
        "may_enter_keys": user.is_superuser,
        "keys_url": reverse("admin:payments_providerkeys_changelist"),
    }


def _methods(provider: str) -> str:
    """Return what customers can pay with, or "" where the provider offers no choice."""
    if provider not in settings.REAL_PAYMENT_PROVIDERS:
        return ""
    return ", ".join(method_titles(get_provider(provider)))


def mail_facts(setup: Setup, user: User) -> dict[str, Any]:
    """Say whether there is a mail server, and whether the last test e-mail was sent."""
    email = setup.test_email
    states = OutboxEmail.State
    return {
        "has_server": has_mail_server(),
        "server_url": _server_url(user),
        "sender": current_organisation().sender,
        "to": user.email,
        "email": email,
        "is_sent": email is not None and email.state == states.SENT,
        "is_failed": email is not None and (email.state == states.FAILED or bool(email.error)),
        "error": email.error if email else "",
        "outbox_url": reverse("admin:emails_outboxemail_changelist"),
    }


def _server_url(user: User) -> str:
    """Return where the mail server is entered, for those who may."""
    return reverse("admin:organisation_mailserver_changelist") if user.is_superuser else ""


def sale_facts(setup: Setup) -> dict[str, Any]:
    """Return the prices, what stands against the sale, and the pages afterwards."""
    performance = setup.performance
    if performance is None:
        return {}
    return {
        "prices": [
            (price.name, money(price.price, performance.currency))
            for price in performance.price_categories.all()
        ],
        "reasons": [] if setup.is_open else setup.reasons,
        "fixed": FIXED_ON_SALE,
        "has_tax": setup.venue is not None and setup.venue.tax_rate is not None,
        "is_online": takes_online_payments(),
        "has_server": has_mail_server(),
        "page_url": performance.get_absolute_url(),
        "admin_url": reverse("admin:shows_performance_change", args=[performance.pk]),
    }


def _edit_url(step: Step, setup: Setup) -> str:
    """Return the page of the admin that has all fields of what the step is about."""
    row: Any = getattr(setup, step.name, None)
    if row is None or row.pk is None:
        return ""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
