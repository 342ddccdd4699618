"""What every purchase reads and writes beside its locks, written by hand.

A rush is won or lost in these: as ORM calls they cost five times the time, all of it in Python
(`core.database.rows`). Everything else in the sale goes through the ORM. Callers hold the locks;
each write also writes its line of the log, in the same statement as the facts it tells of.
"""

from django.db import connection

from core.database.rows import columns_of, fetch, instance, run

from ..models import Order, Ticket, TicketChange, new_secret

ORDERS = f"SELECT {columns_of(Order)} FROM bookings_order "
ORDER_OF = ORDERS + "WHERE hold_id = %(hold)s"
# As `Order.objects.confirmed()`.
IS_CONFIRMED = """
SELECT 1 FROM bookings_order WHERE id = %(order)s AND status IN ('paid', 'cancelled')
"""
ORDER_NAMED = ORDERS + "WHERE reference = %(reference)s"

# As `Order.in_order()`, and `TicketChangeQuerySet.pending()`.
TICKETS = f"""
SELECT {columns_of(Ticket)} FROM bookings_ticket WHERE order_id = %(order)s
ORDER BY status DESC, place_id, id
"""
WAITING_CHANGE = f"""
SELECT {columns_of(TicketChange)} FROM bookings_ticketchange
WHERE order_id = %(order)s AND status = 'pending'
"""

# An order, and what its payment needs to know beside it: the time, and how the performance stands.
ORDER_TO_FULFIL = f"""
SELECT clock_timestamp(), performance.status, {columns_of(Order)}
FROM bookings_order
JOIN shows_performance performance ON performance.id = bookings_order.performance_id
WHERE bookings_order.hold_id = %(hold)s
"""

# The same orders as `Order.objects.counting(now).of_customer(…)`. Those of the address and those of
# the account are looked up apart: with an OR between them all orders of the performance are read.
OTHER_ORDERS = """
SELECT o.id, o.quantity
FROM bookings_order o JOIN bookings_hold hold ON hold.id = o.hold_id
WHERE o.performance_id = %(performance)s AND {whose} AND o.hold_id <> %(hold)s
  AND (o.status = 'paid'
       OR o.status = 'pending' AND hold.status = 'open' AND hold.expires_at > %(now)s)
"""
OF_ADDRESS = OTHER_ORDERS.format(whose="o.email = %(email)s")
OF_ACCOUNT = OTHER_ORDERS.format(whose="o.user_id = %(user)s")
OTHER_PLACES = "SELECT coalesce(sum(quantity), 0) FROM ({orders}) AS other"
OTHER_PLACES_OF_GUEST = OTHER_PLACES.format(orders=OF_ADDRESS)
OTHER_PLACES_OF_ACCOUNT = OTHER_PLACES.format(orders=f"{OF_ADDRESS} UNION {OF_ACCOUNT}")

# How many places the other baskets of a household have. The conditions of the partial index are
# spelt out: a plan that is made without the values must know that it holds.
HELD_BY_HOUSEHOLD = """
SELECT count(*)
FROM bookings_hold hold JOIN bookings_place place ON place.hold_id = hold.id
WHERE hold.performance_id = %(performance)s AND hold.household = %(household)s
  AND hold.status = 'open' AND hold.household <> '' AND hold.visitor <> %(visitor)s
  AND hold.expires_at > %(now)s AND place.held_until > %(now)s
"""

NEW_HOLD = """
WITH hold AS (
    INSERT INTO bookings_hold (token, performance_id, visitor, user_id, household, status,
                               concessions, expires_at, asked, asked_at)
    VALUES (%(token)s, %(performance)s, %(visitor)s, %(user)s, %(household)s, 'open', '{}',
            %(expires_at)s, %(asked)s, %(now)s)
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
                                name, language, status, currency, total, quote, quantity, note)
    VALUES (%(reference)s, %(key)s, %(performance)s, %(hold)s, %(user)s, %(visitor)s, %(email)s,
            %(name)s, %(language)s, 'pending', %(currency)s, %(total)s, %(quote)s, %(quantity)s, '')
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
                                 label, category, concession, price, fee, holder)
    SELECT %(order)s, %(performance)s, line.place, line.secret, 1, 'valid',
           line.label, line.category, line.concession, line.price, line.fee, %(holder)s
    FROM unnest(%(places)s::bigint[], %(secrets)s::text[], %(labels)s::text[],
                %(categories)s::text[], %(concessions)s::text[],
                %(prices)s::numeric[], %(fees)s::numeric[])
      AS line (place, secret, label, category, concession, price, fee)
)
INSERT INTO bookings_ledgerentry (performance_id, kind, hold, "order", places, amount, currency,
                            actor, detail)
SELECT %(performance)s, line.kind, %(hold)s, %(reference)s,
       CASE line.kind WHEN 'sale' THEN %(places)s::bigint[] ELSE '{}' END,
       %(total)s, %(currency)s, %(actor)s,
       CASE line.kind WHEN 'payment' THEN jsonb_build_object('payment', %(payment)s::text)
                      ELSE '{}' END
FROM unnest(%(kinds)s::text[]) AS line (kind)
"""


def read_order_of(hold):
    """Return the order of the hold, or None."""
    found = fetch(Order, ORDER_OF, {"hold": hold.pk})
    return found[0] if found else None


def is_confirmed(order: Order) -> bool:
    """Whether the order has been paid by now, whatever its caller has read before."""
    return _execute(IS_CONFIRMED, order=order.pk) is not None


def find_order(reference):
    """Return the order that is called so, or None."""
    found = fetch(Order, ORDER_NAMED, {"reference": reference})
    return found[0] if found else None


def read_tickets(order):
    """Return the order's tickets, as `Order.in_order` does."""
    return fetch(Ticket, TICKETS, {"order": order.pk})


def read_waiting_change(order):
    """Return the change of the order's tickets that awaits its payment, or None."""
    found = fetch(TicketChange, WAITING_CHANGE, {"order": order.pk})
    return found[0] if found else None


def read_status(performance_id):
    """Return the performance's status as it is this instant, whatever the kept terms say."""
    query = "SELECT status FROM shows_performance WHERE id = %(performance)s"
    return _execute(query, performance=performance_id)[0]


def read_order_to_fulfil(hold):
    """Return the hold's order, the database's time, and how the performance stands this instant."""
    now, status, *row = _execute(ORDER_TO_FULFIL, hold=hold.pk)
    return instance(Order, row), now, status


def count_other_places(hold, *, email, user, now):
    """Count what the customer has, or is paying for, at this performance beside this hold."""
    return _execute(
        OTHER_PLACES_OF_ACCOUNT if user else OTHER_PLACES_OF_GUEST,
        performance=hold.performance_id,
        hold=hold.pk,
        email=email,
        user=user.pk if user else None,
        now=now,
    )[0]


def count_held_elsewhere(*, performance_id, household, visitor, now):
    """Count the places in the live baskets of a household, beside the visitor's own."""
    return _execute(
        HELD_BY_HOUSEHOLD,
        performance=performance_id,
        household=household,
        visitor=visitor,
        now=now,
    )[0]


def write_hold(hold, places, *, actor):
    """Insert a new hold that keeps the locked places, and log it. Sets the hold's primary key."""
    (hold.pk,) = _execute(
        NEW_HOLD,
        token=hold.token,
        performance=hold.performance_id,
        visitor=hold.visitor,
        user=hold.user_id,
        household=hold.household,
        expires_at=hold.expires_at,
        asked=hold.asked,
        now=hold.asked_at,
        places=[place.pk for place in places],
        actor=actor,
    )
    hold._state.adding = False


def write_order(order, *, actor):
    """Insert a new pending order and log it. Sets the order's primary key and time."""
    encode = order._meta.get_field("quote").get_db_prep_save
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
        currency=order.currency,
        total=order.total,
        quote=encode(order.quote, connection),
        quantity=order.quantity,
        places=[line["place"] for line in order.quote],
        actor=actor,
    )
    order._state.adding = False


def write_sale(order, lines, now, *, actor, payment=None):
    """Make the locked places of the order sold, with a ticket each; log that and the payment."""
    _execute(
        SALE,
        kinds=["payment", "sale"] if payment else ["sale"],
        payment=payment.key if payment else "",
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
    )


def _execute(statement, **values):
    """Return the first row, or None."""
    rows = run(statement, values)
    return rows[0] if rows else None
