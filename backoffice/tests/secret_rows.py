"""Everything secret that e-mails contain, on a site with a mail server."""

from datetime import timedelta
from html import unescape

from django.db.models.functions import Now
from django.test import Client

from accounts.adapter import AccountAdapter
from accounts.tests.factories import PASSWORD, make_user
from api.keys import make_key
from api.models import Endpoint
from api.webhooks.signing import secret_of
from bookings.documents.ticket_codes import code_of
from bookings.models import Hold, Order, Ticket
from emails import rendering, sample_registry
from emails.consents import record_consent
from emails.models import Consent, OutboxEmail
from emails.outbox import enqueue_email
from emails.rendering import render_due_emails, rendered_kinds
from emails.sending import send_queued_emails

UNSUBSCRIBE = "/emails/unsubscribe/"
# The mail server discards everything.
PRODUCTION = {
    "LOCAL_MODE": False,
    "EMAIL_URL": "smtp://mail.example.org",
    "EMAIL_BACKEND": "emails.backend.QueueBackend",
}


def note_codes(patch):
    """Return a list to which each code that is sent to an account is added."""
    made = []

    def make(adapter):
        made.append(f"QQXX-{len(made):04d}")
        return made[-1]

    patch.setattr(AccountAdapter, "generate_password_reset_code", make)
    patch.setattr(AccountAdapter, "generate_email_verification_code", make)
    return made


def make_secrets(codes, patch):
    """Trigger every e-mail, in every state of the queue; return all secrets by name."""
    patch.setattr(rendering, "_next_allowed_morning", lambda email: None)
    _request_account_emails()
    _enqueue_one_of_each_kind()
    while render_due_emails():
        pass
    assert not OutboxEmail.objects.queued().exists()
    _send_most()
    _enqueue_without_rendering()
    found = {f"code {number}": code for number, code in enumerate(codes)}
    for order in Order.objects.all():
        found[f"key of order {order.reference}"] = order.key
    for ticket in Ticket.objects.all():
        found[f"secret of ticket {ticket.pk}"] = ticket.secret
        found[f"code of ticket {ticket.pk}"] = code_of(ticket)
    for hold in Hold.objects.all():
        found[f"token of basket {hold.pk}"] = hold.token
    for endpoint in Endpoint.objects.all():
        found[f"secret of webhook {endpoint.pk}"] = secret_of(endpoint)
    owner = make_user("programmer@example.com", is_staff=True)
    found["API key"] = make_key(owner=owner, name="Till", scopes=["orders"])[1]
    return found | {"link to unsubscribe": UNSUBSCRIBE}


def secrets_in(text, secrets):
    """Return the names of the secrets that the text contains."""
    text = unescape(unescape(text))
    return [name for name, value in secrets.items() if value in text]


def _request_account_emails():
    """Request every e-mail about an account that contains a code, and some that do not."""
    make_user("superuser@example.com", is_staff=True, is_superuser=True)
    alice = make_user("alice@example.com")
    make_user("unproven@example.com", is_verified=False)
    for email in ("superuser@example.com", "alice@example.com", "nobody@example.com"):
        Client().post("/accounts/password/reset/", {"email": email})
    for email in ("new@example.com", "alice@example.com"):
        Client().post("/accounts/signup/", {"email": email, "password1": PASSWORD})
    login = {"login": "unproven@example.com", "password": PASSWORD}
    Client().post("/accounts/login/", login)
    browser = Client()
    browser.force_login(alice)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", {"action_add": "", "email": "moved@example.com"})


def _enqueue_one_of_each_kind():
    """Enqueue the samples that the admin shows where no e-mail was sent yet."""
    for kind in rendered_kinds():
        sample = sample_registry._factories[kind.name]()
        user = sample.user
        if kind.is_optional:
            record_consent(user=user, kind=kind.name, is_wanted=True, source=Consent.Source.ACCOUNT)
        enqueue_email(
            kind=kind.name,
            key=f"{kind.name}:1",
            to=user.email if user else "staff@example.com",
            about=sample.about,
            user=user,
        )


def _send_most():
    ids = list(OutboxEmail.objects.rendered().values_list("pk", flat=True))
    failed = OutboxEmail.objects.filter(pk__in=ids[::4])
    failed.update(state="failed", error="550 No such person")
    later = OutboxEmail.objects.rendered().filter(pk__in=ids[1::4])
    assert later.update(due_at=Now() + timedelta(days=1)) > 2
    assert send_queued_emails() > 5


def _enqueue_without_rendering():
    for email in OutboxEmail.objects.filter(kind__in=["order_confirmation", "reminder"]):
        OutboxEmail.objects.create(
            kind=email.kind, key=f"{email.key} later", to=email.to, about=email.about
        )
