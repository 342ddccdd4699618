"""Export the personal data of an account, and delete the account."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.signals import account_closed, data_requested
from core.exceptions import Refused
from core.links import absolute
from emails.models import Consent, OptOut, OutboxEmail
from emails.retention import anonymise_emails
from organisation.legal_texts import published_text
from shows.models import Alert, Follow, Review

from ..checkout_fields import labelled
from ..ledger.retention import anonymise_customer, new_pseudonym
from ..models import Order, Ticket
from ..querysets import OrderQuerySet

ACCOUNT = ["email", "name", "language", "time_zone"]
ACCOUNT += ["date_joined", "last_login", "last_visit_at", "approved_at"]
ACCOUNT += ["member_number", "member_until"]
ORDER = ["reference", "email", "name", "details", "language", "status", "currency", "total"]
ORDER += ["created_at", "paid_at", "cancelled_at"]
TICKET = ["label", "category", "concession", "price", "fee", "holder", "status", "cancelled_at"]


class AccountInUse(Refused):
    message = _(
        "You have tickets for upcoming shows, or an order awaiting payment. Cancel them or wait"
        " until the shows are over, then you can delete your account."
    )


class StaffAccount(Refused):
    status = 403
    message = _("Staff accounts are deleted by an administrator.")


def personal_data_of(user: User) -> dict[str, Any]:
    """Return all data stored about the account as plain values. Nine queries."""
    orders = list(_orders_of(user).select_related("performance__show").order_by("pk"))
    tickets: dict[int, list[dict[str, Any]]] = {}
    for ticket in Ticket.objects.filter(order__in=orders).order_by("pk"):
        answers = {"answers": labelled(ticket.details)} if ticket.details else {}
        tickets.setdefault(ticket.order_id, []).append(_fields(ticket, TICKET) | answers)
    reviews = Review.objects.filter(author=user).select_related("show").order_by("pk")
    emails = OutboxEmail.objects.filter(_emails_of(user)).order_by("pk")
    data: dict[str, Any] = {
        "account": _fields(user, ACCOUNT),
        "orders": [
            {
                **_fields(order, ORDER),
                **({"answers": labelled(order.details)} if order.details else {}),
                "show": order.performance.show.title,
                "starts_at": order.performance.starts_at,
                "accepted_terms": _accepted_terms(order),
                "tickets": tickets.get(order.pk, []),
            }
            for order in orders
        ],
        "log_in_methods": [
            {"with": account.provider, "id": account.uid, "since": account.date_joined}
            for account in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "reviews": [
            {
                "show": review.show.title,
                **_fields(review, ["stars", "text", "status", "created_at"]),
            }
            for review in reviews
        ],
        "emails": list(emails.values("kind", "to", "created_at", "sent_at")),
        "follows": [
            {"what": str(follow.show or follow.artist), "since": follow.created_at}
            for follow in Follow.objects.filter(user=user).select_related("show", "artist")
        ],
        "consents": [
            _fields(consent, ["kind", "given_at", "withdrawn_at", "source"])
            for consent in Consent.objects.filter(user=user)
        ],
        "unsubscribed": list(OptOut.objects.filter(email=user.email).values("kind", "created_at")),
    }
    more: Any
    for _receiver, more in data_requested.send(sender=User, user=user):
        data |= more
    return data


def _accepted_terms(order: Order) -> str | None:
    text = published_text(order.accepted_terms_id)
    return absolute(text.get_absolute_url()) if text else None


def delete_account(*, user: User) -> str:
    """Anonymise the customer but keep their orders; return the pseudonym.

    Orders, tickets and amounts stay, all under one pseudonym. E-mails lose their text and
    attachments. Upcoming tickets have to be cancelled first: without an address their customer
    could not be notified of a change. Locks the account before it checks, so that an order being
    placed for it at the same time is either found or waits. Raises `AccountInUse`, `StaffAccount`.
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_staff:
            raise StaffAccount
        orders = _orders_of(user)
        if orders.upcoming().filter(status="paid").exists() or orders.payable().exists():
            raise AccountInUse
        name, address = new_pseudonym()
        anonymise_emails(OutboxEmail.objects.filter(_emails_of(user)), address=address)
        anonymise_customer(_orders_of(user), name, address)
        _anonymise_account(user, address)
    return name


def _orders_of(user: User) -> OrderQuerySet:
    """Return the account's orders, and guest orders made with its (verified) e-mail address."""
    return Order.objects.filter(Q(user=user) | Q(user=None, email=user.email))


def _emails_of(user: User) -> Q:
    return Q(user=user) | Q(to__iexact=user.email)


def _anonymise_account(user: User, address: str) -> None:
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    OptOut.objects.filter(email=user.email).delete()
    Consent.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    Alert.objects.filter(user=user).delete()
    email, user.email, user.name, user.time_zone = user.email, address, "", ""
    user.is_active, user.last_visit_at = False, None
    user.member_number, user.member_until = "", None
    user.set_unusable_password()
    user.save()
    account_closed.send(sender=User, user=user, email=email)


def _fields(row: Model, names: list[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
