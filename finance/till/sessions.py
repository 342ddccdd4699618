"""Open a till, put cash in and take it out, and close it by counting."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from core.money import check_amount, money

from ..exceptions import NoOpenTill, NotEnoughCash, OtherCurrency, TillInUse, TillIsClosed
from ..models import TillEntry, TillSession


def open_till(*, cashier: User, till: str, currency: str, opening_float: Decimal) -> TillSession:
    """Open a till session with this float (in `currency`) and return it.

    A cashier has one open session, and a till one cashier: raises TillInUse otherwise, also when
    two requests open it at once. Raises ValidationError for an amount the currency does not have.
    """
    check_amount(opening_float, currency)
    try:
        with transaction.atomic():
            return TillSession.objects.create(
                till=" ".join(till.split()),
                cashier=cashier,
                cashier_name=cashier.get_full_name() or cashier.email,
                currency=currency,
                opening_float=opening_float,
            )
    except IntegrityError as error:
        if "one_open_session_of_a_till" in str(error):
            raise TillInUse(_("Somebody else has this till open. Choose another name.")) from error
        raise TillInUse(_("You already have an open till. Close it first.")) from error


def open_session_of(user: User) -> TillSession | None:
    """Return the cashier's open till session, or None."""
    return TillSession.objects.open().of_cashier(user).first()


def lock_open_session(*, cashier_id: int, currency: str) -> TillSession:
    """Lock the cashier's open session and return it; it cannot be closed before the commit.

    Runs inside the caller's transaction. Raises NoOpenTill, and OtherCurrency unless the till has
    this currency.
    """
    session = TillSession.objects.open().locked().filter(cashier=cashier_id).first()
    if session is None:
        raise NoOpenTill
    if session.currency != currency:
        raise OtherCurrency(till=session.currency, other=currency)
    return session


def move_cash(*, session: TillSession, amount: Decimal, reason: str, cashier: User) -> TillEntry:
    """Record cash put into the till (positive) or taken out of it (negative), with a reason.

    Locks the session. Raises TillIsClosed, NotEnoughCash, and ValidationError for an amount that
    the currency does not have.
    """
    check_amount(amount, session.currency)
    with transaction.atomic(durable=True):
        session = _lock(session)
        check_cash(session, amount)
        return TillEntry.objects.create(
            session=session,
            kind=TillEntry.Kind.PAY_IN if amount > 0 else TillEntry.Kind.PAY_OUT,
            method=TillEntry.Method.CASH,
            amount=amount,
            currency=session.currency,
            actor=f"staff:{cashier.pk}",
            reason=reason,
        )


def close_till(
    *, session: TillSession, count: Mapping[Decimal, int], note: str = ""
) -> TillSession:
    """Close the session with the counted cash: how many of each coin and note.

    The expected amount is calculated under the session's lock, so it includes every sale. Raises
    TillIsClosed if it was closed meanwhile.
    """
    counted = sum((value * number for value, number in count.items()), Decimal(0))
    with transaction.atomic(durable=True):
        session = _lock(session)
        expected = cash_in(session)
        TillSession.objects.filter(pk=session.pk).update(
            closed_at=Now(),
            count={str(value): number for value, number in count.items() if number},
            counted=counted,
            expected=expected,
            note=note,
        )
        session.refresh_from_db()
    return session


def cash_in(session: TillSession) -> Decimal:
    """Return the expected cash of the till: its float and all cash entries."""
    return session.opening_float + session.entries.cash().total()


def check_cash(session: TillSession, amount: Decimal) -> None:
    """Raise NotEnoughCash if `amount` (negative) would take out more than the till holds."""
    held = cash_in(session)
    if held + amount < 0:
        raise NotEnoughCash(
            _("There is only %(held)s in your till.") % {"held": money(held, session.currency)}
        )


def _lock(session: TillSession) -> TillSession:
    locked = TillSession.objects.open().locked().filter(pk=session.pk).first()
    if locked is None:
        raise TillIsClosed
    return locked
