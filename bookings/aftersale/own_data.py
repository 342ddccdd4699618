"""What is kept about somebody with an account: all of it to take along, and its end."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from post_office.models import Email

from accounts.models import User
from accounts.signals import account_closed, data_requested
from emails.models import Consent, OptOut, OutboxEmail
from emails.retention import forget_emails, forget_letters
from shows.models import Alert, Follow, Review

from ..exceptions import Refusal
from ..ledger.retention import anonymise_customer, new_nobody
from ..models import Order, Ticket

ACCOUNT = ["email", "name", "language", "time_zone"]
ACCOUNT += ["date_joined", "last_login", "last_visit_at", "approved_at"]
ORDER = ["reference", "email", "name", "language", "status", "currency", "total"]
ORDER += ["created_at", "paid_at", "cancelled_at"]
TICKET = ["label", "category", "concession", "price", "fee", "holder", "status", "cancelled_at"]


class AccountInUse(Refusal):
    def __str__(self):
        return _(
            "You hold tickets for what is still to come, or are about to pay. Give them back or"
            " wait until it is over; then the account can be closed."
        )


class AccountOfStaff(Refusal):
    status = 403

    def __str__(self):
        return _("Accounts of staff are closed by the box office.")


def data_of(user):
    """Return everything kept about the account as plain values, in eight statements."""
    orders = list(_orders_of(user).select_related("performance__show").order_by("pk"))
    tickets = {}
    for ticket in Ticket.objects.filter(order__in=orders).order_by("pk"):
        tickets.setdefault(ticket.order_id, []).append(_fields(ticket, TICKET))
    reviews = Review.objects.filter(author=user).select_related("show").order_by("pk")
    letters = OutboxEmail.objects.filter(_letters_of(user)).order_by("pk")
    told = {
        "account": _fields(user, ACCOUNT),
        "orders": [
            {
                **_fields(order, ORDER),
                "show": order.performance.show.title,
                "starts_at": order.performance.starts_at,
                "tickets": tickets.get(order.pk, []),
            }
            for order in orders
        ],
        "reviews": [
            {
                "show": review.show.title,
                **_fields(review, ["stars", "text", "status", "created_at"]),
            }
            for review in reviews
        ],
        "emails": list(letters.values("kind", "to", "created_at", "written_at")),
        "follows": [
            {"what": str(each.show or each.artist), "since": each.created_at}
            for each in Follow.objects.filter(user=user).select_related("show", "artist")
        ],
        "consents": [
            _fields(consent, ["kind", "given_at", "withdrawn_at", "source"])
            for consent in Consent.objects.filter(user=user)
        ],
        "refused_letters": list(
            OptOut.objects.filter(email=user.email).values("kind", "created_at")
        ),
    }
    for _receiver, more in data_requested.send(sender=User, user=user):
        told |= more
    return told


def close_account(*, user):
    """Forget who the customer was and keep the books; return the name that stands there instead.

    Orders, tickets and their amounts stay, under one pseudonym for all of them. Letters lose
    their words and attachments. What is still to come is to be given back first: without an address
    nobody could be told of a change. Locks the account before it looks, which an order that is
    just being placed for it waits for, or is seen. Raises AccountInUse, AccountOfStaff.
    """
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update().get(pk=user.pk)
        if user.is_staff:
            raise AccountOfStaff
        orders = _orders_of(user)
        if orders.upcoming().filter(status="paid").exists() or orders.shown().pending().exists():
            raise AccountInUse
        name, address = new_nobody()
        forget_letters(OutboxEmail.objects.filter(_letters_of(user)), address=address)
        forget_emails(Email.objects.filter(to__iexact=user.email))
        anonymise_customer(_orders_of(user), name, address)
        _forget_account(user, address)
    return name


def _orders_of(user):
    """Those of the account, and those that its address, which has been proven, made as a guest."""
    return Order.objects.filter(Q(user=user) | Q(user=None, email=user.email))


def _letters_of(user):
    return Q(user=user) | Q(to=user.email)


def _forget_account(user, address):
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    OptOut.objects.filter(email=user.email).delete()
    Consent.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    Alert.objects.filter(user=user).delete()
    email, user.email, user.name, user.time_zone = user.email, address, "", ""
    user.is_active, user.last_visit_at = False, None
    user.set_unusable_password()
    user.save()
    account_closed.send(sender=User, user=user, email=email)


def _fields(thing, names):
    return {name: getattr(thing, name) for name in names}
