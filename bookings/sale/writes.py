"""The writes of a purchase that touch several tables, as one SQL statement each.

As ORM calls, each would be three to six statements: as many round trips to the database while
places are locked, during which other customers wait. The ORM has no `WITH … INSERT … RETURNING`.
All other writes of the sale are ORM calls.

Callers hold the locks. Each statement also writes its ledger entries, so that the log cannot differ
from the data.
"""

import json
from datetime import datetime
from typing import Any

from django.db import connection

from core.database.rows import run
from payments.models import Payment

from ..ledger.sold_lines import rates_as_text, sold_line
from ..models import Hold, Order, Place, new_secret
from .answers import ticket_answers
from .quotes import Line

NEW_HOLD = """
WITH hold AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, user_id, household, channel, status,
                               concessions, expires_at, request_key, requested_at)
    VALUES (%(token)s, %(performance)s, %(visitor)s, %(user)s, %(household)s, %(channel)s, 'open',
            '{}', %(expires_at)s, %(request_key)s, %(now)s)
    RETURNING id
), taken AS (
    UPDATE bookings_place
    SET state = 'held', hold_id = hold.id, held_until = %(expires_at)s
    FROM hold WHERE bookings_place.id = ANY(%(places)s)
)
INSERT INTO bookings_ledgerentry
    (performance_id, kind, hold, "order", places, currency, actor, detail)
SELECT %(performance)s, 'hold', hold.id, '', %(places)s, '', %(actor)s, '{}' FROM hold
RETURNING hold
"""

NEW_ORDER = """
WITH ordered AS (
    INSERT INTO bookings_order (reference, key, performance_id, hold_id, user_id, visitor, email,
                                name, language, channel, status, currency, total, order_fee,
                                order_fee_tax_rate, order_fee_tax_exemption, quote, tax_rates,
                                quantity, note, details, invoice_details,
                                accepted_terms_id)
    VALUES (%(reference)s, %(key)s, %(performance)s, %(hold)s, %(user)s, %(visitor)s, %(email)s,
            %(name)s, %(language)s, %(channel)s, 'pending', %(currency)s, %(total)s, %(order_fee)s,
            %(order_fee_tax_rate)s, %(order_fee_tax_exemption)s, %(quote)s, %(tax_rates)s,
            %(quantity)s, '', %(details)s, %(invoice_details)s, %(accepted_terms)s)
    RETURNING id, created_at
), logged AS (
    INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency,
                                actor, detail)
    VALUES (%(performance)s, 'order', %(hold)s, %(reference)s, %(places)s, %(total)s, %(currency)s,
            %(actor)s, '{}')
)
SELECT id, created_at FROM ordered
"""

SALE = """
WITH sold AS (
    UPDATE bookings_place SET state = 'sold', hold_id = NULL, held_until = NULL
    WHERE id = ANY(%(places)s)
), bought AS (
    UPDATE bookings_hold SET status = 'bought', household = '' WHERE id = %(hold)s
), paid AS (
    UPDATE bookings_order SET status = 'paid', paid_at = %(now)s WHERE id = %(order)s
), tickets AS (
    INSERT INTO bookings_ticket (order_id, performance_id, place_id, secret, version, status,
                                 label, category, concession, price, fee, tax_rate,
                                 fee_tax_rate, tax_exemption, details, holder)
    SELECT %(order)s, %(performance)s, line.place, line.secret, 1, 'valid',
           line.label, line.category, line.concession, line.price, line.fee, line.tax_rate,
           line.fee_tax_rate, line.tax_exemption, line.details::jsonb, %(holder)s
    FROM unnest(%(places)s::bigint[], %(secrets)s::text[], %(labels)s::text[],
                %(categories)s::text[], %(concessions)s::text[],
                %(prices)s::numeric[], %(fees)s::numeric[], %(tax_rates)s::numeric[],
                %(fee_tax_rates)s::numeric[], %(tax_exemptions)s::text[], %(details)s::text[])
      AS line (place, secret, label, category, concession, price, fee, tax_rate, fee_tax_rate,
               tax_exemption, details)
)
INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency,
                            actor, detail)
SELECT %(performance)s, line.kind, %(hold)s, %(reference)s,
       CASE line.kind WHEN 'sale' THEN %(places)s::bigint[] ELSE '{}' END,
       %(total)s, %(currency)s, %(actor)s,
       CASE line.kind WHEN 'payment' THEN jsonb_build_object('payment', %(payment)s::text)
                      ELSE %(sold)s::jsonb END
FROM unnest(%(kinds)s::text[]) AS line (kind)
"""


def write_hold(hold: Hold, places: list[Place], *, actor: str) -> None:
    """Insert a new hold with the locked places and its ledger entry; set the hold's primary key."""
    (hold.pk,) = _execute(
        NEW_HOLD,
        token=hold.token,
        performance=hold.performance_id,
        visitor=hold.visitor,
        user=hold.user_id,
        household=hold.household,
        channel=hold.channel,
        expires_at=hold.expires_at,
        request_key=hold.request_key,
        now=hold.requested_at,
        places=[place.pk for place in places],
        actor=actor,
    )
    hold._state.adding = False


def write_order(order: Order, *, actor: str) -> None:
    """Insert a new pending order and its ledger entry; set the order's primary key and time."""
    encode = order._meta.get_field("quote").get_db_prep_save
    invoice = order.invoice_details
    order.pk, order.created_at = _execute(
        NEW_ORDER,
        reference=order.reference,
        key=order.key,
        performance=order.performance_id,
        hold=order.hold_id,
        user=order.user_id,
        visitor=order.visitor,
        email=order.email,
        name=order.name,
        language=order.language,
        channel=order.channel,
        currency=order.currency,
        total=order.total,
        order_fee=order.order_fee,
        order_fee_tax_rate=order.order_fee_tax_rate,
        order_fee_tax_exemption=order.order_fee_tax_exemption,
        quote=encode(order.quote, connection),
        tax_rates=encode(order.tax_rates, connection),
        quantity=order.quantity,
        details=encode(order.details, connection),
        invoice_details=None if invoice is None else encode(invoice, connection),
        accepted_terms=order.accepted_terms_id,
        places=[line["place"] for line in order.quote],
        actor=actor,
    )
    order._state.adding = False


def write_sale(
    order: Order,
    lines: list[Line],
    now: datetime,
    *,
    actor: str,
    payment: Payment | None = None,
) -> None:
    """Mark the locked places, the hold and the order as sold and insert a ticket for each place.

    Adds ledger entries for the payment, if there is one, and the sale, with its lines.
    """
    _execute(
        SALE,
        kinds=["payment", "sale"] if payment else ["sale"],
        payment=payment.key if payment else "",
        sold=json.dumps(_sold(order, lines)),
        order=order.pk,
        reference=order.reference,
        performance=order.performance_id,
        hold=order.hold_id,
        holder=order.name,
        total=order.total,
        currency=order.currency,
        now=now,
        actor=actor,
        places=[line.place for line in lines],
        secrets=[new_secret() for _ in lines],
        labels=[line.label for line in lines],
        categories=[line.category for line in lines],
        concessions=[line.concession for line in lines],
        prices=[line.price for line in lines],
        fees=[line.fee for line in lines],
        tax_rates=[line.rates.ticket for line in lines],
        fee_tax_rates=[line.rates.fee for line in lines],
        tax_exemptions=[line.rates.exemption for line in lines],
        details=[json.dumps(ticket_answers(order.details, line.place)) for line in lines],
    )


def _sold(order: Order, lines: list[Line]) -> dict[str, Any]:
    """Return the detail of a sale in the log: its lines with prices and tax."""
    detail: dict[str, Any] = {
        "channel": order.channel,
        "lines": [
            sold_line(
                place=line.place,
                category=line.category,
                concession=line.concession,
                price=line.price,
                fee=line.fee,
                rates=line.rates,
            )
            for line in lines
        ],
    }
    if order.order_fee:
        detail["order_fee"] = f"{order.order_fee:.2f}"
        detail["order_fee_tax"] = rates_as_text(order.order_fee_rates)
    return detail


def _execute(statement: str, **values: Any) -> Any:
    """Return the first row, or None."""
    rows = run(statement, values)
    return rows[0] if rows else None
