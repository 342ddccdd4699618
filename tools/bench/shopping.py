"""One customer: from the page of a performance to the tickets, or to giving up."""

import asyncio

from .purchases import TOKEN, checkout_form

TICKET = b'<article class="ticket'


async def shop(visitor, performance_id, fields, *, pause=None, outcome="buy"):
    """Try to buy once; return the outcome.

    "bought"; "no seats left" (nothing matches); "queue" (no pass); "paid too late"; "gave up" and
    "walked away" are chosen by `outcome`: a basket that is released, and one that is left to
    expire.
    `pause` is awaited where a person would read. Raises CustomerError, which has been recorded.
    """
    pause = pause or _no_pause
    page = f"/performances/{performance_id}/"
    await visitor.get("page", page)
    await pause()
    held = await visitor.post("hold", f"{page}hold/", fields, expect=(303, 409))
    if held.status == 409:
        visitor.recorder.counts["holds without available seats"] += 1
        return "no seats left"
    if held.location.startswith("/queue/"):
        return "queue"
    basket = await visitor.get("basket", held.location)
    await pause()
    if outcome == "give up":
        form = {"csrfmiddlewaretoken": TOKEN.search(basket.body)[1].decode()}
        await visitor.post("release", f"{held.location}release/", form)
        return "gave up"
    if outcome == "walk away":
        return "walked away"
    return await _pay(visitor, held.location, basket, pause)


async def _pay(visitor, address, basket, pause):
    form = checkout_form(basket, f"{address.strip('/').rpartition('/')[2][:30]}@example.org")
    ordered = await visitor.post("checkout", address, form)
    bank = await visitor.get("pay page", ordered.location)
    await pause()
    answer = {"csrfmiddlewaretoken": TOKEN.search(bank.body)[1].decode(), "answer": "pay"}
    paid = await visitor.post("pay", ordered.location, answer)
    done = await visitor.get("confirmation", paid.location)
    reference = paid.location.partition("?")[0].strip("/").rpartition("/")[2]
    tickets = done.body.count(TICKET)
    if not tickets:
        # Paid after the basket had expired and others had its places: it is refunded.
        return "paid too late"
    visitor.recorder.purchase(reference, tickets)
    return "bought"


async def _no_pause():
    await asyncio.sleep(0)
