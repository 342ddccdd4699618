"""Have pay pages closed whose seats are no longer reserved for the customer.

One statement in the transaction that decides it. The provider is called after the commit: see
`payments.page_closing`.
"""

from collections.abc import Collection

from django.db import connection

from core.enqueue import enqueue_soon

from .providers import names_that_close_pages

# One statement, which locks no payment: its foreign key takes a lock that agrees with that of
# `lock_payment`. So callers may have locked what listeners of a capture lock.
REQUEST = """
INSERT INTO payments_pageclosing (payment_id)
SELECT id FROM payments_payment
WHERE purpose = ANY(%s) AND status = 'open' AND provider = ANY(%s)
ON CONFLICT DO NOTHING RETURNING payment_id
"""


def close_pages(purposes: Collection[str]) -> int:
    """Have the open pay pages for these purposes closed after the commit; return how many.

    No query where no provider in use can close its pages.
    """
    providers = names_that_close_pages()
    if not purposes or not providers:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(REQUEST, [list(purposes), providers])
        count: int = cursor.rowcount
    if count:
        enqueue_soon("payments.tasks.close_pages")
    return count
